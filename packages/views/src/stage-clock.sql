-- How long everything stood where, and how long it took from one mark to another. Made from facts alone; days are counted when read.

create table stage_clock (
  entity text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  area text collate "C",
  allocation text collate "C",
  edition_id text,
  edition_revision int,
  programme text,
  title text,
  number text,
  amount_sen bigint,
  marks jsonb not null,
  suspensions jsonb not null,
  repeats jsonb not null,
  constraint stage_clock_pkey primary key (entity)
);
comment on table stage_clock is 'Question: what has each entity reached, and when? One row each.';
comment on column stage_clock.entity is 'Tag of the entity: kind, colon, id.';
comment on column stage_clock.amount_sen is 'Amount that stands, in sen, as entity_list has it.';
comment on column stage_clock.marks is
  'By mark the earliest and the latest date on which it was reached, with the positions of those facts.';
comment on column stage_clock.suspensions is 'By position each fact that suspended it or let it go on, with its date.';
comment on column stage_clock.repeats is 
  'By position each fact with a mark of which every time counts, with its date and those marks: a limit counts anew, or it ended the case.';

create table stage_clock_stays (
  entity text collate "C" not null,
  region text collate "C" not null,
  position bigint not null,
  stage text collate "C",
  holder text,
  final boolean not null,
  revision boolean not null,
  entered_on text collate "C" not null,
  left_on text collate "C",
  ended_by bigint,
  flag text,
  constraint stage_clock_stays_pkey primary key (entity, region, position)
);
comment on table stage_clock_stays is
  'Question: where did each entity stand, at whose desk, from when to when? One row for each move.';
comment on column stage_clock_stays.region is 'Path of the parallel region; empty for the whole.';
comment on column stage_clock_stays.position is 'Of the fact that moved it.';
comment on column stage_clock_stays.stage is 'Null where the move only left the region.';
comment on column stage_clock_stays.holder is 'Role whose desk it is, by the edition pinned at that fact.';
comment on column stage_clock_stays.final is 'Nothing is waited for in this stage.';
comment on column stage_clock_stays.revision is 'The stage is one of revision: a returned file lies with whoever asked.';
comment on column stage_clock_stays.left_on is
  'Earliest date of a later move of the region (CONTRACTS D3); null while it lasts.';
comment on column stage_clock_stays.ended_by is 'Position of the fact with that date.';
comment on column stage_clock_stays.flag is
  'shortened or emptied: a fact recorded later with an earlier date cut it short or left nothing of it.';

create table stage_clock_limits (
  entity text collate "C" not null,
  span int not null,
  region text collate "C" not null,
  began_on text collate "C" not null,
  began bigint not null,
  ended_on text collate "C",
  ended bigint,
  stopped boolean not null,
  from_mark text,
  to_mark text,
  stage text collate "C",
  clock text not null,
  warn int not null,
  stuck int not null,
  warn_on text collate "C",
  stuck_on text collate "C",
  constraint stage_clock_limits_pkey primary key (entity, span, region, began_on)
);
comment on table stage_clock_limits is
  'Question: what is over its limit? One row for each time a span of the edition ran.';
comment on column stage_clock_limits.span is 'Which of the spans of its workflow in the pinned edition, from 0.';
comment on column stage_clock_limits.began is 'Position of the fact that began it.';
comment on column stage_clock_limits.ended_on is 'Null while it runs.';
comment on column stage_clock_limits.stopped is 'It did not reach its end: the entity itself ended.';
comment on column stage_clock_limits.stage is
  'Of a limit on a stage, else null; from_mark and to_mark say what is measured between marks, in that stage from each to the next.';
comment on column stage_clock_limits.clock is 'calendar or working: which days the limits count.';
comment on column stage_clock_limits.warn_on is
  'Date on which the limit is met, if nothing ends it by then. Null for working days: they are counted when read.';

create index stage_clock_limits_open on stage_clock_limits (began_on) where ended_on is null;
create index stage_clock_limits_began on stage_clock_limits (began, entity, span, region);
create index stage_clock_limits_ended on stage_clock_limits (ended_on);
create index stage_clock_limits_working on stage_clock_limits (warn, stuck) where clock = 'working';

create table stage_clock_editions (
  id text not null,
  revision int not null,
  programme text not null,
  rules jsonb not null,
  constraint stage_clock_editions_pkey primary key (id, revision)
);
comment on table stage_clock_editions is 'What the stage clock needs of published editions.';
comment on column stage_clock_editions.rules is
  'By kind of entity: its stages with holder and marks, marks of facts and of entities that they name, spans with their limits.';
