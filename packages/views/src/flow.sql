-- What happened in each entity, step by step. Made from facts alone: a fact adds its steps and changes none.

create table flow_cases (
  entity text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  area text collate "C",
  title text,
  number text,
  constraint flow_cases_pkey primary key (entity)
);
comment on table flow_cases is 'Question: of which cases are the steps, and where are they? One row for each entity that has stages.';
comment on column flow_cases.entity is 'Tag of the entity: kind, colon, id.';

create index flow_cases_kind on flow_cases (kind, area);

create table flow_steps (
  fact text collate "C" not null,
  entity text collate "C" not null,
  kind text collate "C" not null,
  position bigint not null,
  at bigint not null,
  activity text collate "C" not null,
  role text collate "C" not null,
  edition_id text collate "C",
  edition_revision int,
  moved boolean not null,
  closes boolean not null,
  struck_at bigint,
  constraint flow_steps_pkey primary key (fact, entity)
);
comment on table flow_steps is
  'Question: which steps did each case take, in which order, and how long after one another? One row for each step.';
comment on column flow_steps.fact is 'Its position as text: the steps that one fact is of several entities are written together.';
comment on column flow_steps.position is 'Of the fact. Steps of a case come in this order, whatever their times.';
comment on column flow_steps.at is
  'When it happened, in microseconds since 1970; where only the date is known, the beginning of that day in Jakarta.';
comment on column flow_steps.activity is 'What was done: step and outcome of a recorded step, else the key of the fact.';
comment on column flow_steps.role is 'Of the actor.';
comment on column flow_steps.edition_id is 'Edition under which it was recorded.';
comment on column flow_steps.moved is 'It led the case to another stage.';
comment on column flow_steps.struck_at is 'Position of the fact that annulled it; it counts for moments before that.';
comment on column flow_steps.closes is 'It led to a final stage, or reached the mark closed-once.';

create index flow_steps_case on flow_steps (kind, entity, position);

create table flow_editions (
  id text not null,
  revision int not null,
  rules jsonb not null,
  constraint flow_editions_pkey primary key (id, revision)
);
comment on table flow_editions is 'What the steps need of published editions.';
comment on column flow_editions.rules is 'By kind of entity: which stages and which facts close a case.';
