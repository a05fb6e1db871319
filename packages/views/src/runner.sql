-- How far each projection has come. Disposable like every table that is made here: without it all are rebuilt from the log.

create table if not exists views.projections (
  name text not null,
  version int not null,
  position bigint not null,
  stopped_at bigint,
  reason text,
  constraint projections_pkey primary key (name)
);
alter table views.projections add column if not exists generation bigint not null default 0;
comment on table views.projections is 'How far each projection has come: one row each.';
comment on column views.projections.version is 'Of the code that made its tables. A newer one makes them anew and then replaces them.';
comment on column views.projections.position is 'Every fact up to here is in its tables. Written in the transaction that writes them.';
comment on column views.projections.stopped_at is 'Position of the fact that it cannot take; null while it runs.';
comment on column views.projections.reason is 'Why it cannot take it.';
comment on column views.projections.generation is
  'Raised when its tables are replaced or something is decided about it: who follows it then looks anew.';
