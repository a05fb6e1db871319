-- Rows of files on their way into the log (docs/decisions/0018). Unlogged: what a crash of the server loses is read from the file again,
-- and the log alone says what is imported.

create schema if not exists importing;
comment on schema importing is 'Rows of files on their way into the log; no facts, may be emptied at any time.';

create unlogged table if not exists importing.runs (
  id text collate "C" not null constraint runs_pkey primary key,
  files text not null,
  source text collate "C" not null,
  mode text collate "C" not null constraint runs_mode_check check (mode in ('strict', 'historical')),
  ordering text collate "C" not null constraint runs_ordering_check check (ordering in ('case', 'file', 'time')),
  dry_run boolean not null,
  spooled boolean not null default false,
  rows bigint not null default 0,
  units bigint not null default 0,
  begun_at timestamptz not null default clock_timestamp(),
  login text not null default session_user
);
comment on table importing.runs is
  'Imports that are not finished. One of the same files and mapping goes on where the last was interrupted.';
comment on column importing.runs.id is
  'SHA-256 over the digests of the files and of the mapping, mode and order: the first sixteen digits.';
comment on column importing.runs.spooled is 'Whether all rows are here. Until then a further run begins the spool anew.';

create unlogged table if not exists importing.rows (
  run text collate "C" not null,
  seq bigint not null,
  row bigint not null,
  case_id text collate "C" not null,
  at_micros bigint,
  cells text not null,
  constraint rows_pkey primary key (run, seq)
);
comment on table importing.rows is 'The rows of the file of events, with the columns that the mapping uses, as JSON.';

create unlogged table if not exists importing.case_rows (
  run text collate "C" not null,
  case_id text collate "C" not null,
  row bigint not null,
  cells text not null,
  constraint case_rows_pkey primary key (run, case_id)
);
comment on table importing.case_rows is 'The rows of the file of cases.';

create unlogged table if not exists importing.work (
  run text collate "C" not null,
  unit bigint not null,
  place bigint not null,
  seq bigint not null,
  constraint work_pkey primary key (run, unit, place)
);
comment on table importing.work is 'What is appended at once, in its order: the rows of a case, or a block of rows.';

create unlogged table if not exists importing.units (
  run text collate "C" not null,
  unit bigint not null,
  opened integer not null,
  recorded integer not null,
  facts integer not null,
  same integer not null,
  ignored integer not null,
  refused integer not null,
  deviating integer not null,
  deviations jsonb,
  constraint units_pkey primary key (run, unit)
);
comment on table importing.units is 'The units that are done, and what became of them.';

create unlogged table if not exists importing.refusals (
  run text collate "C" not null,
  unit bigint not null,
  nth integer not null,
  row bigint not null,
  case_id text not null,
  column_name text,
  code text not null,
  sentence_id text not null,
  sentence_en text not null,
  constraint refusals_pkey primary key (run, unit, nth)
);
comment on table importing.refusals is 'Rows that were not recorded, and why.';

do $$
begin
  if exists (select from pg_roles where rolname = 'jejak_serving') then
    grant usage on schema importing to jejak_serving;
    grant select, insert, update, delete on all tables in schema importing to jejak_serving;
  end if;
end $$;
