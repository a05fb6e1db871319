/**
 * Who attacks: the login that serves; a login that is a member of the owner, as itself and having taken on the role; a superuser by DDL.
 */
export type Attacker = 'serving' | 'member' | 'owner' | 'superuser'

// What the roles without power try. Every one is tried by serving, member and owner.
const common: readonly string[] = [
  `update jejak.events set body = '{}' where position = 1`,
  `update only jejak.events set recorded_at = now()`,
  `delete from jejak.events where position = (select max(position) from jejak.events)`,
  `truncate jejak.events`,
  `truncate jejak.events, jejak.event_tags, jejak.commands cascade`,
  `insert into jejak.events (position, id, type, body, recorded_at, leaf_hash)
   values (9999, gen_random_uuid(), 'x.Y', '{}', now(), '\\x00')`,
  `insert into jejak.event_tags values (1, 1, 1)`,
  `update jejak.event_tags set tag_hash = 1`,
  `delete from jejak.event_tags`,
  `update jejak.commands set outcome = '0:0'`,
  `delete from jejak.commands`,
  `insert into jejak.commands values (sha256('a'), sha256('b'), '0:0', now())`,
  `merge into jejak.events e using (select 1 as p) s on e.position = s.p when matched then delete`,
  `with gone as (delete from jejak.events returning 1) select count(*) from gone`,
  `insert into jejak.events select * from jejak.events on conflict (position) do update set body = '{}'`,
  `copy jejak.events from program 'true'`,
  `copy jejak.events to program 'true'`,
  `update jejak.log set clock = 'simulated'`,
  `delete from jejak.log`,
  `insert into jejak.log (one, clock, opened_at) values (true, 'simulated', now())`,
  `insert into jejak.log_gate default values`,
  `set session_replication_role = replica; delete from jejak.events`,
  `alter table jejak.events disable trigger events_append_only`,
  `alter table jejak.events disable trigger all; delete from jejak.events`,
  `alter table jejak.events enable replica trigger events_append_only`,
  `drop trigger events_append_only on jejak.events`,
  `alter trigger events_append_only on jejak.events rename to gone`,
  `create or replace function jejak.refuse_change() returns trigger language plpgsql as 'begin return null; end'`,
  `alter function jejak.refuse_change() reset search_path`,
  `drop function jejak.refuse_change() cascade`,
  `alter function jejak.append security invoker`,
  `alter function jejak.append set search_path = public`,
  `create trigger swallow before insert on jejak.events for each row execute function suppress_redundant_updates_trigger()`,
  `create rule swallow as on insert to jejak.events do instead nothing`,
  `create rule swallow as on delete to jejak.events do also notify x`,
  `alter table jejak.events enable row level security`,
  `create policy nobody on jejak.events using (false)`,
  `create table views.child () inherits (jejak.events)`,
  `create table views.kid (like jejak.events); alter table views.kid inherit jejak.events`,
  `alter table jejak.events rename to history`,
  `alter table jejak.events set schema views`,
  `alter table jejak.events owner to current_user`,
  `alter table jejak.events add column extra text`,
  `alter table jejak.events alter column body type text using '{}'`,
  `alter table jejak.events drop column leaf_hash`,
  `alter table jejak.events drop constraint events_pkey`,
  `alter table jejak.events add constraint short check (length(body) < 3) not valid`,
  `alter table jejak.events set unlogged`,
  `alter table jejak.events replica identity nothing`,
  `alter schema jejak rename to gone`,
  `drop schema jejak cascade`,
  `drop table jejak.events cascade`,
  `drop index jejak.event_tags_pkey`,
  `create unique index one_fact on jejak.events ((1))`,
  `create table jejak.mine (x int)`,
  `create view jejak.all_events as select * from jejak.events`,
  `grant all on jejak.events to public`,
  `grant insert, update, delete on all tables in schema jejak to jejak_serving`,
  `grant all on schema jejak to public`,
  `revoke select on jejak.events from jejak_serving`,
  `revoke execute on function jejak.append from jejak_serving`,
  `alter default privileges in schema jejak grant all on tables to public`,
  `drop owned by current_user`,
  `reassign owned by current_user to jejak_serving`,
  `create table views.spy (p bigint references jejak.events)`,
  `create publication leak for table jejak.events`,
  `lock table jejak.events in access exclusive mode; alter table jejak.events disable trigger all`,
  `do $$ begin execute 'alter table jejak.events disable trigger all'; delete from jejak.events; end $$`,
  `begin; alter table jejak.events disable trigger all; delete from jejak.events; commit`,
]

// What needs more than the owner's rights is tried all the same: by those who should not have them.
const climbing: readonly string[] = [
  `set role jejak_owner; delete from jejak.events`,
  `set role jejak_appender; insert into jejak.event_tags values (1, 1, 1)`,
  `set role postgres; delete from jejak.events`,
  `set session authorization postgres; delete from jejak.events`,
  `grant jejak_appender to current_user`,
  `alter role current_user superuser`,
  `alter role jejak_owner login`,
  `create role jejak_mine superuser`,
  `alter role jejak_serving set session_replication_role = replica`,
  `alter event trigger jejak_guard_shape disable`,
  `drop event trigger jejak_guard_owner`,
  `drop schema jejak_guard cascade`,
  `update jejak_guard.seals set shape = '{}'`,
  `create or replace function jejak_guard.refuse_owner() returns event_trigger language plpgsql as 'begin end'`,
  `create or replace function jejak_guard.changes() returns setof text language sql as 'select null::text where false'`,
  `create extension if not exists plpython3u`,
  `alter system set fsync = off`,
  `create temp table events (x int)`,
  `create function views.sha256(bytea) returns bytea language sql as 'select $1'; set search_path = views, pg_catalog`,
  `select lo_from_bytea(0, '\\x00'); select set_config('search_path', 'views', false)`,
]

// By a superuser only what the guard and the triggers answer for: no DML by right of being a superuser, no dropping of the guard itself.
// What they can still do is found from outside, by the seal (TRUST §2.5).
const superusers: readonly string[] = common.filter(
  (attack) =>
    !/^(insert into jejak\.(events \(|event_tags|commands)|copy jejak\.events|lock table|reassign|drop owned|create publication)/.test(
      attack,
    ),
)

/** Every attack with everyone who tries it. */
export const attacks: readonly { readonly by: Attacker; readonly sql: string }[] = [
  ...(['serving', 'member', 'owner'] as const).flatMap((by) => [...common, ...climbing].map((sql) => ({ by, sql }))),
  ...superusers.map((sql) => ({ by: 'superuser' as const, sql })),
]
