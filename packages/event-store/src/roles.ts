import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseError, escapeIdentifier, escapeLiteral, type Pool } from 'pg'

/** Owns schema `jejak` and may write nothing in it. Cannot log in. */
export const ownerRole = 'jejak_owner'
/** Owns the function `jejak.append` and may insert: what the function runs as. Cannot log in, has no members. */
export const appenderRole = 'jejak_appender'
/** Reads the log, calls `append`, keeps persons, fills views. Logins are made members of it. Cannot log in. */
export const servingRole = 'jejak_serving'

/** A login that serves. It is created if absent; the password of one that exists is left as it is. */
export interface ServingLogin {
  readonly name: string
  readonly password?: string
}

const attemptsMax = 20
// Roles belong to the cluster: another database's migration may be doing the same at the same moment.
const racing: ReadonlySet<string> = new Set(['42710', '23505', 'XX000', '40P01'])

/** Repeats a statement that lost a race for a row of a shared catalog, and passes over "already exists". */
export async function tolerant(admin: Pool, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.query(statement)
      return
    } catch (error) {
      const code = error instanceof DatabaseError ? (error.code ?? '') : ''
      if (code === '42710') return
      if (!racing.has(code) || attempt === attemptsMax) throw error
      await pause(5 * attempt + Math.random() * 20)
    }
  }
}

async function exists(admin: Pool, role: string): Promise<boolean> {
  return (await admin.query('select from pg_roles where rolname = $1', [role])).rowCount === 1
}

async function isMember(admin: Pool, login: string, role: string): Promise<boolean> {
  const found = await admin.query<{ member: boolean }>(`select pg_has_role($1::name, $2::name, 'usage') as member`, [login, role])
  return found.rows[0]?.member === true
}

async function createLogin(admin: Pool, { name, password }: ServingLogin): Promise<void> {
  if (!(await exists(admin, name))) {
    const secret = password === undefined ? '' : ` password ${escapeLiteral(password)}`
    await tolerant(admin, `create role ${escapeIdentifier(name)} login${secret}`)
  }
  if (!(await isMember(admin, name, servingRole))) await tolerant(admin, `grant ${servingRole} to ${escapeIdentifier(name)}`)
}

/**
 * Creates the three roles of the log, once for a cluster, and the serving login if one is named. Idempotent, and safe to run for several
 * databases of one cluster at the same time. An admin who is no superuser needs CREATEROLE and becomes a member of the owning roles.
 */
export async function prepareRoles(admin: Pool, options: { readonly servingLogin?: ServingLogin | undefined } = {}): Promise<void> {
  for (const role of [ownerRole, appenderRole, servingRole]) {
    if (!(await exists(admin, role))) await tolerant(admin, `create role ${role} nologin`)
  }
  const me = await admin.query<{ name: string; superuser: boolean }>(
    'select rolname as name, rolsuper as superuser from pg_roles where rolname = current_user',
  )
  const [admins] = me.rows
  if (admins !== undefined && !admins.superuser) {
    for (const role of [ownerRole, appenderRole]) {
      if (!(await isMember(admin, admins.name, role))) await tolerant(admin, `grant ${role} to ${escapeIdentifier(admins.name)}`)
    }
  }
  if (options.servingLogin !== undefined) await createLogin(admin, options.servingLogin)
}
