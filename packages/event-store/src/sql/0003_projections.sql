-- Where projections are built beside those in use, and what was decided about them (docs/decisions/0008).

create schema views_next authorization jejak_owner;
create schema views_check authorization jejak_owner;

set local role jejak_owner;

comment on schema views_next is
  'Views while they are rebuilt; moved to schema views when they are whole. What stands here otherwise is left over.';
comment on schema views_check is 'Views rebuilt only to be compared with those in use, and dropped.';

create table views.projection_decisions (
  id bigint generated always as identity,
  projection text collate "C" not null,
  kind text collate "C" not null,
  position bigint,
  reason text not null,
  decided_by text not null,
  decided_at timestamptz not null default clock_timestamp(),
  login text not null default session_user,
  constraint projection_decisions_pkey primary key (id),
  constraint projection_decisions_kind_check check (kind in ('skip', 'pause', 'resume')),
  constraint projection_decisions_position_check check ((kind = 'skip') = (position is not null)),
  constraint projection_decisions_reason_check check (reason ~ '\S')
);
comment on table views.projection_decisions is
  'Who decided what about a projection. Not rebuilt from the log: kept when its tables are dropped, obeyed by every fold of it.';
comment on column views.projection_decisions.kind is
  'skip: the fact at the position is left out for ever. pause, resume: the last one holds.';
comment on column views.projection_decisions.decided_by is 'Who says so: a person, by the name that was given.';
comment on column views.projection_decisions.login is 'The login of the database under which it was recorded.';
create index projection_decisions_projection on views.projection_decisions (projection, id);

create function jejak.refuse_decision_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% of %.% is refused: decisions are only added', lower(tg_op), tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;
comment on function jejak.refuse_decision_change() is 'Refuses every change of a decision that was recorded, whoever asks.';
revoke all on function jejak.refuse_decision_change() from public;

create trigger projection_decisions_append_only before update or delete or truncate on views.projection_decisions
  for each statement execute function jejak.refuse_decision_change();
alter table views.projection_decisions enable always trigger projection_decisions_append_only;

revoke update, delete, truncate, references, trigger on views.projection_decisions from jejak_owner;
grant select, insert (projection, kind, position, reason, decided_by) on views.projection_decisions to jejak_serving;
grant usage, create on schema views_next, views_check to jejak_serving;

reset role;
