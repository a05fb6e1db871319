-- One row for each entity: what it is, where it stands, at whose desk. Made from facts alone.

create table entity_list (
  entity text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  area text collate "C",
  allocation text collate "C",
  cycle text collate "C",
  edition_id text,
  edition_revision int,
  programme text,
  category text,
  title text,
  number text,
  fiscal_year text,
  amount_sen bigint,
  stage text collate "C",
  stages jsonb not null,
  suspended boolean not null,
  holders text[] not null,
  since text collate "C" not null,
  opened_on text collate "C" not null,
  opened_position bigint not null,
  last_effective_on text collate "C" not null,
  last_position bigint not null,
  tags text[] not null,
  constraint entity_list_pkey primary key (entity)
);
comment on table entity_list is 'Question: which entities are there, where do they stand, and what waits for whom?';
comment on column entity_list.entity is 'Tag of the entity: kind, colon, id.';
comment on column entity_list.category is
  'Kind of institution, component of an allocation, field of a proposal, category of a complaint, specialty of a facilitator, opinion.';
comment on column entity_list.amount_sen is 'Amount that stands, in sen: of a proposal what is asked, then approved, then agreed.';
comment on column entity_list.stage is 'Where it stands as a whole. Null for kinds without stages.';
comment on column entity_list.stages is 'Stage by parallel region; the empty region is the whole.';
comment on column entity_list.holders is 'Roles whose desks its stages are, by the edition that it has pinned.';
comment on column entity_list.since is 'Effective date of the fact that brought it where it stands, YYYY-MM-DD.';
comment on column entity_list.opened_position is 'Of its first fact. Pages are ordered by it, because it never changes.';
comment on column entity_list.last_position is 'Of the last fact that its slice folds: its ETag.';
comment on column entity_list.tags is 'Tags of the entities it is related to, by its own facts and those that moved it.';

create index entity_list_kind on entity_list (kind, opened_position, entity);
create index entity_list_area on entity_list (area, kind, opened_position);
create index entity_list_allocation on entity_list (allocation, kind);
create index entity_list_tags on entity_list using gin (tags);
create index entity_list_holders on entity_list using gin (holders);

create table entity_list_editions (
  id text not null,
  revision int not null,
  programme text not null,
  holders jsonb not null,
  constraint entity_list_editions_pkey primary key (id, revision)
);
comment on table entity_list_editions is 'What the list needs of published editions.';
comment on column entity_list_editions.holders is 'Role by kind of entity and stage.';
