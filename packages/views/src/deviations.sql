-- What was not as the edition says it should be, fact by fact. Made from facts alone; late steps are told by the stage clock.

create table deviations (
  fact text collate "C" not null,
  nth int not null,
  position bigint not null,
  rule text collate "C" not null,
  kind text collate "C" not null,
  derived boolean not null,
  fact_type text collate "C" not null,
  entity_kind text collate "C" not null,
  entity_id text collate "C" not null,
  area text collate "C",
  cycle text collate "C",
  allocation text collate "C",
  edition_id text,
  edition_revision int,
  programme text,
  stage text collate "C",
  role text,
  details jsonb not null,
  facts jsonb not null,
  effective_on text collate "C" not null,
  recorded_at bigint not null,
  actor_role text not null,
  actor_institution text,
  constraint deviations_pkey primary key (fact, nth)
);
comment on table deviations is
  'Question: what deviates from the order, the papers and the rules, and which facts show it? Rows are only added.';
comment on column deviations.fact is 'Id of the fact.';
comment on column deviations.nth is 'Which deviation of the fact, from 0: those that it carries, then those found here.';
comment on column deviations.derived is 'Found by this view; the fact does not carry it.';
comment on column deviations.stage is 'Stage concerned: the one left open, passed over, forced, or in which the fact was recorded.';
comment on column deviations.facts is 'Positions of the facts behind it, beside the one that bears it.';
comment on column deviations.recorded_at is 'Microseconds since 1970.';

create index deviations_by_position on deviations (position, nth);
create index deviations_by_cycle on deviations (cycle, position, nth);
create index deviations_by_area on deviations (area, position, nth);
create index deviations_by_kind on deviations (kind, position, nth);

create table deviation_entities (
  entity text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  area text collate "C",
  cycle text collate "C",
  allocation text collate "C",
  edition_id text,
  edition_revision int,
  programme text,
  stages jsonb not null,
  visited text[] not null,
  papers jsonb not null,
  opened bigint not null,
  constraint deviation_entities_pkey primary key (entity)
);
comment on table deviation_entities is 'What must be known of an entity with stages to find its deviations. One row each.';
comment on column deviation_entities.entity is 'Tag of the entity: kind, colon, id.';
comment on column deviation_entities.visited is 'Stages in which it has stood.';
comment on column deviation_entities.papers is 'Newest paper by the stage out of which it led.';
comment on column deviation_entities.opened is 'Position of the fact that opened it.';

create index deviation_entities_cycle on deviation_entities (cycle);
create index deviation_entities_area on deviation_entities (area);
create index deviation_entities_runs on deviation_entities (opened) where kind = 'cycle';

create table deviation_presence (
  entity text collate "C" not null,
  stage text collate "C" not null,
  role text collate "C" not null,
  facts int not null,
  first bigint,
  last bigint,
  constraint deviation_presence_pkey primary key (entity, stage, role)
);
comment on table deviation_presence is 'Question: who is expected in a stage of an entity, and was that role ever seen there?';
comment on column deviation_presence.facts is
  'Facts recorded while it stood there that somebody of the role decided, signed or attended.';

create table deviation_editions (
  id text not null,
  revision int not null,
  programme text not null,
  late_entry_days int not null,
  rules jsonb not null,
  constraint deviation_editions_pkey primary key (id, revision)
);
comment on table deviation_editions is 'What this view needs of published editions: path, order, expected roles, papers.';
