import type { Pool } from 'pg'

// Roles with a random name are those of other tests of the same cluster. Written apart from jejak_guard.shape(), so that the guard is not
// judged by itself. A row is a line; what is compared is all of them.
const stateText = `
select 'row events ' || md5(coalesce(string_agg(e::text, '|' order by position), '')) as line from only jejak.events e
union all select 'row events with children ' || count(*) from jejak.events
union all select 'row tags ' || md5(coalesce(string_agg(t::text, '|' order by tag_hash, position), '')) from only jejak.event_tags t
union all select 'row tags with children ' || count(*) from jejak.event_tags
union all select 'row commands ' || md5(coalesce(string_agg(c::text, '|' order by key_hash), '')) from only jejak.commands c
union all select 'row commands with children ' || count(*) from jejak.commands
union all select 'row log ' || l::text from jejak.log l
union all select 'row gate ' || count(*) from jejak.log_gate
union all select 'row seal ' || md5(s::text) from jejak_guard.seals s
union all
select 'class ' || c.oid || ' ' || c.relname || ' ' || c.relnamespace::regnamespace || ' ' || c.relkind::text
  || c.relpersistence::text || ' ' || c.relowner::regrole
  || ' ' || coalesce(c.relacl::text, '') || c.relrowsecurity || c.relforcerowsecurity || c.relhasrules || c.relhassubclass
  || c.relispartition  || coalesce(c.reloptions::text, '')
from pg_class c
where c.relnamespace::regnamespace::text in ('jejak', 'jejak_guard')
  or c.oid in (select inhrelid from pg_inherits)
union all select 'column ' || attrelid::regclass || ' ' || (to_jsonb(a) - 'attcacheoff' - 'attmissingval' - 'attstattarget')::text
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid where c.relnamespace = 'jejak'::regnamespace
union all select 'trigger ' || pg_get_triggerdef(oid) || ' ' || tgenabled::text from pg_trigger
union all select 'function ' || p.oid::regprocedure || ' ' || p.proowner::regrole || ' ' || coalesce(p.proacl::text, '') || md5(p.prosrc)
  || p.prosecdef || coalesce(p.proconfig::text, '')
from pg_proc p where p.pronamespace::regnamespace::text in ('jejak', 'jejak_guard')
union all select 'rule ' || pg_get_ruledef(r.oid) || r.ev_enabled::text from pg_rewrite r join pg_class c on c.oid = r.ev_class
  where c.relnamespace = 'jejak'::regnamespace
union all select 'policy ' || p::text from pg_policy p
union all select 'inherits ' || inhrelid || ' ' || inhparent from pg_inherits
union all select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) || convalidated from pg_constraint
  where conrelid in (select oid from pg_class where relnamespace = 'jejak'::regnamespace)
union all select 'index ' || pg_get_indexdef(indexrelid) || indisvalid || indisready from pg_index
  where indrelid in (select oid from pg_class where relnamespace = 'jejak'::regnamespace)
union all select 'event trigger ' || evtname || ' ' || evtenabled::text || ' ' || evtfoid::regproc
  || ' ' || evtowner::regrole from pg_event_trigger
union all select 'schema ' || nspname || ' ' || nspowner::regrole || ' ' || coalesce(nspacl::text, '') from pg_namespace
  where nspname in ('jejak', 'jejak_guard', 'public')
union all select 'member ' || roleid::regrole || ' ' || member::regrole || ' ' || admin_option from pg_auth_members
  where roleid::regrole::text like 'jejak%' and member::regrole::text !~ '^jejak_test_[0-9a-f]{8}$'
union all select 'role ' || rolname || rolsuper || rolcreaterole || rolcreatedb || rolcanlogin || rolreplication || rolbypassrls
  from pg_roles
  where rolname like 'jejak%' and rolname !~ '^jejak_test_[0-9a-f]{8}$'
union all select 'setting ' || setdatabase || ' ' || setrole || ' ' || setconfig::text from pg_db_role_setting
  where setdatabase in (0, (select oid from pg_database where datname = current_database()))
union all select 'default ' || d::text from pg_default_acl d
union all select 'publication ' || p::text from pg_publication_rel p
order by line`

/** Everything about the log that an attack could change, a line each, as a superuser sees it. */
export async function stateOf(admin: Pool): Promise<string[]> {
  const { rows } = await admin.query<{ line: string }>(stateText)
  return rows.map((row) => row.line)
}
