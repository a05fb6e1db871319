import { hostname } from 'node:os'
import { DatabaseError, type Pool } from 'pg'
import { createPool, NoLog, openLog, servingRole, type OpenLog } from '@jejak/event-store'
import { DecisionRefused, OlderThanTables, Poisoned, RebuildRefused } from '@jejak/views'
import { settingsHere } from './checkout.ts'
import { databaseHere } from './database.ts'
import { CommandFailed, NotConnected } from './failure.ts'

const isRefusal = (error: unknown): error is Error =>
  error instanceof DecisionRefused || error instanceof RebuildRefused || error instanceof OlderThanTables

/** Errors of the database in the words of a command: what could not be reached, what was refused. Others are thrown as they are. */
export function explained(error: unknown, place: string): never {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  if (first instanceof NoLog) throw new CommandFailed(first.message, 2)
  if (first instanceof Poisoned) throw new CommandFailed(`${first.message}\nthe tables in use are as they were`, 1)
  if (isRefusal(first)) throw new CommandFailed(first.message, 1)
  const code = first instanceof Error && 'code' in first ? String(first.code) : ''
  const isUnreachable = first instanceof DatabaseError ? /^(28|3D|57P)/.test(code) : /^E[A-Z]+$/.test(code)
  if (isUnreachable) throw new NotConnected(`cannot connect to the database ${place}: ${first instanceof Error ? first.message : ''}`)
  if (code === '3F000' || code === '42P01' || code === '22023')
    throw new CommandFailed(`the database ${place} was not migrated for this code (start does it): ${(first as Error).message}`, 2)
  throw error
}

/** The database of this installation, for one command. No statement is timed out: a rebuild takes as long as it takes. */
export async function withViews<T>(work: (views: { readonly pool: Pool; readonly log: OpenLog }) => Promise<T>): Promise<T> {
  const { servingUrl, place } = await databaseHere(settingsHere())
  const applicationName = `jejak-cli ${hostname()} ${process.pid}`
  const pool = createPool(servingUrl, { max: 6, role: servingRole, statementTimeoutMs: 0, idleInTransactionMs: 0, applicationName })
  try {
    return await work({ pool, log: await openLog(pool) })
  } catch (error) {
    return explained(error, place)
  } finally {
    await pool.end()
  }
}
