import type { Pool } from 'pg'
import { isSealed, shapeChanges } from './guard.ts'

/** One thing that keeps the log from being changed or lost, and whether it is there. `detail` says what is missing. */
export interface Protection {
  readonly name: string
  readonly present: boolean
  readonly detail: string
}

interface Facts {
  readonly login: string
  readonly superuser: boolean
  readonly member: boolean
  readonly writes: boolean
  readonly triggers: number
  readonly guards: number
  readonly durable: boolean
  readonly checksums: boolean
}

// As the connection of the pool sees it: session_user is the login, whatever role it has taken on.
const factsText = `
select
  session_user::text as login,
  (select rolsuper or rolreplication or rolbypassrls from pg_roles where rolname = session_user) as superuser,
  pg_has_role(session_user, 'jejak_owner', 'member') or pg_has_role(session_user, 'jejak_appender', 'member') as member,
  exists (
    select
    from pg_class c
    where c.relnamespace = 'jejak'::regnamespace
      and c.relkind = 'r'
      and has_table_privilege(session_user, c.oid, 'insert, update, delete, truncate, references, trigger')
  ) as writes,
  (
    select count(*)::int
    from pg_trigger t
    where t.tgenabled = 'A'
      and t.tgfoid = 'jejak.refuse_change'::regproc
      and (t.tgrelid::regclass::text, t.tgtype::int) in (
        ('jejak.events', 58), ('jejak.event_tags', 58), ('jejak.commands', 58), ('jejak.log_gate', 62), ('jejak.log', 62)
      )
  ) as triggers,
  (select count(*)::int from pg_event_trigger where evtname in ('jejak_guard_owner', 'jejak_guard_shape') and evtenabled = 'A') as guards,
  current_setting('fsync')::boolean
    and current_setting('full_page_writes')::boolean
    and current_setting('synchronous_commit') <> 'off' as durable,
  current_setting('data_checksums')::boolean as checksums`

function protection(name: string, present: boolean, detail: string): Protection {
  return { name, present, detail: present ? '' : detail }
}

async function shape(pool: Pool): Promise<Protection> {
  const name = 'schema-as-sealed'
  const there = await pool.query<{ there: boolean }>(`select to_regnamespace('jejak_guard') is not null as there`)
  if (there.rows[0]?.there !== true) return protection(name, false, 'no shape of schema jejak was sealed: migrate once as a superuser')
  if (!(await isSealed(pool)))
    return protection(name, false, 'no shape is sealed for this version of the server: migrate once as a superuser')
  const changes = await shapeChanges(pool)
  return protection(name, changes.length === 0, `schema jejak was changed: ${changes.slice(0, 3).join('; ').slice(0, 500)}`)
}

/**
 * Which protections of the log are there, as seen by the login of this pool, which must be the one that serves. For `/readyz`: a missing
 * one is to be shown, not hidden; whether it stops the service is the caller's to say.
 */
export async function protections(pool: Pool): Promise<readonly Protection[]> {
  const { rows } = await pool.query<Facts>(factsText)
  const [facts] = rows
  if (facts === undefined) throw new Error('the server answered nothing')
  const { login } = facts
  return [
    protection(
      'append-only-triggers',
      facts.triggers === 5,
      `${5 - facts.triggers} of the 5 triggers that refuse changes are missing or disabled`,
    ),
    protection(
      'guard-against-ddl',
      facts.guards === 2,
      'the event triggers of the guard are missing or disabled: only a superuser can create them',
    ),
    await shape(pool),
    protection('login-without-power', !facts.superuser, `login ${login} is a superuser, replicates or bypasses row security`),
    protection('login-not-owner', !facts.member, `login ${login} is a member of the roles that own or write the log`),
    protection('login-only-reads-and-calls', !facts.writes, `login ${login} may write tables of the log`),
    protection('durable-commits', facts.durable, 'fsync, full_page_writes or synchronous_commit is off: an acknowledged fact can be lost'),
    protection('checksums', facts.checksums, 'data checksums are off: a damaged page can be read as if it were whole'),
  ]
}
