-- The guard of the schema: whatever a command of the definition language was, if the shape of `jejak` differs after it, it is refused.
-- Only a superuser can create event triggers; elsewhere this file is not run and `protections` says so. It lives in a schema of its
-- own, owned by the superuser, because `drop schema jejak cascade` would take a guard inside it along before it could speak.
-- Idempotent. A migration of the log disables the event triggers, and seals the new shape, in its own transaction.

create schema if not exists jejak_guard;
comment on schema jejak_guard is 'Guards the definition of schema jejak. Owned by the superuser who migrated.';
revoke all on schema jejak_guard from public;
grant usage on schema jejak_guard to jejak_serving, jejak_owner;

create table if not exists jejak_guard.seals (
  server_major int not null,
  shape text[] collate "C" not null,
  sealed_at timestamptz not null default clock_timestamp(),
  constraint seals_pkey primary key (server_major)
);
comment on table jejak_guard.seals is
  'The shape of schema jejak as last migrated. One row for each major version, whose catalogs word it alike.';

create or replace function jejak_guard.shape() returns text[]
language sql stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with space as materialized (
    select oid, nspname, nspowner, nspacl from pg_namespace where nspname = 'jejak'
  ),
  relation as materialized (
    select c.* from pg_class c join space s on s.oid = c.relnamespace
  ),
  line as (
    select concat_ws(' ', 'schema', nspname, nspowner::regrole, nspacl) as text
    from space
    union all
    select concat_ws(
      ' ', 'relation', relname, relkind, relpersistence, relowner::regrole, relacl, 'row security', relrowsecurity, relforcerowsecurity,
      'identity', relreplident, reloptions, 'of', reloftype::regtype
    )
    from relation
    union all
    select concat_ws(
      ' ', 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation::regcollation, a.attacl,
      a.attgenerated, a.attidentity, pg_get_expr(d.adbin, d.adrelid)
    )
    from relation c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    union all
    select concat_ws(' ', 'constraint', n.conname, n.conrelid::regclass, n.convalidated, pg_get_constraintdef(n.oid))
    from pg_constraint n
    where n.conrelid in (select oid from relation)
      or n.confrelid in (select oid from relation)
      or n.connamespace in (select oid from space)
    union all
    select concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisunique)
    from pg_index i
    where i.indrelid in (select oid from relation)
    union all
    select concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid), t.tgenabled)
    from pg_trigger t
    where t.tgrelid in (select oid from relation)
    union all
    select concat_ws(' ', 'rule', r.ev_enabled, pg_get_ruledef(r.oid))
    from pg_rewrite r
    where r.ev_class in (select oid from relation)
    union all
    select concat_ws(' ', 'policy', p.polname, p.polrelid::regclass, p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid))
    from pg_policy p
    where p.polrelid in (select oid from relation)
    union all
    select concat_ws(' ', 'inheritance', h.inhrelid::regclass, h.inhparent::regclass)
    from pg_inherits h
    where h.inhparent in (select oid from relation)
      or h.inhrelid in (select oid from relation)
    union all
    select concat_ws(' ', 'function', p.proowner::regrole, p.proacl, pg_get_functiondef(p.oid))
    from pg_proc p
    join space s on s.oid = p.pronamespace
    where p.prokind in ('f', 'p')
    union all
    select concat_ws(' ', 'aggregate', p.oid::regprocedure, p.proowner::regrole)
    from pg_proc p
    join space s on s.oid = p.pronamespace
    where p.prokind not in ('f', 'p')
    union all
    select concat_ws(' ', 'type', t.typname, t.typtype, t.typowner::regrole, t.typacl)
    from pg_type t
    join space s on s.oid = t.typnamespace
    union all
    select concat_ws(' ', 'operator', o.oid::regoperator)
    from pg_operator o
    join space s on s.oid = o.oprnamespace
    union all
    select concat_ws(' ', 'default privileges', d.defaclrole::regrole, d.defaclobjtype, d.defaclacl)
    from pg_default_acl d
    where d.defaclnamespace in (select oid from space)
  )
  select array_agg(text order by text collate "C") from line
$$;
comment on function jejak_guard.shape() is
  'Everything that defines schema jejak, a line each: the state of tables, columns, triggers, functions and rights.';

create or replace function jejak_guard.changes() returns setof text
language sql stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with sealed as (
    select shape from jejak_guard.seals where server_major = current_setting('server_version_num')::int / 10000
  ),
  shape as materialized (
    select jejak_guard.shape() as shape
  )
  select change
  from sealed, shape, lateral (
    (select '+ ' || line from unnest(shape.shape) line except select '+ ' || line from unnest(sealed.shape) line)
    union all
    (select '- ' || line from unnest(sealed.shape) line except select '- ' || line from unnest(shape.shape) line)
  ) c (change)
  where shape.shape is distinct from sealed.shape
$$;
comment on function jejak_guard.changes() is
  'How the shape differs from the sealed one; no row if it does not, or if nothing is sealed for this major version.';

create or replace function jejak_guard.refuse_owner() returns event_trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Not `security definer`: current_user must be the one who asks.
  if current_user in ('jejak_owner', 'jejak_appender') then
    raise exception '% by % is refused: the log changes by migration only', lower(tg_tag), current_user
      using errcode = 'insufficient_privilege';
  end if;
end
$$;

create or replace function jejak_guard.refuse_changed_shape() returns event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  change text;
begin
  select c into change from jejak_guard.changes() c limit 1;
  if change is not null then
    raise exception '% is refused: it changes schema jejak', lower(tg_tag)
      using errcode = 'insufficient_privilege', detail = left(change, 500);
  end if;
end
$$;

revoke all on all functions in schema jejak_guard from public;
grant execute on function jejak_guard.changes() to jejak_serving, jejak_owner;
grant select on jejak_guard.seals to jejak_serving, jejak_owner;

drop event trigger if exists jejak_guard_owner;
drop event trigger if exists jejak_guard_shape;
create event trigger jejak_guard_owner on ddl_command_start execute function jejak_guard.refuse_owner();
create event trigger jejak_guard_shape on ddl_command_end execute function jejak_guard.refuse_changed_shape();
alter event trigger jejak_guard_owner enable always;
alter event trigger jejak_guard_shape enable always;
