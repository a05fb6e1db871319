import { sql } from 'kysely'
import { snakeCase, type ViewsDb } from './database.ts'
import type { Projection } from './projection.ts'

/** The tables of a projection are of a version that this code cannot read: they are being made anew, or newer code has made them. */
export class NotReadable extends Error {
  override readonly name = 'NotReadable'
  readonly projection: string
  constructor({ name, version }: Projection, found: number) {
    super(`the tables of ${name} are of version ${found}, which code of version ${version} does not read`)
    this.projection = name
  }
}

/**
 * How far a projection is whose tables are to be read; 0 where nobody has made any. Asked before the rows, so that they are at least as
 * new. Throws NotReadable.
 */
export async function readableAt(db: ViewsDb, projection: Projection): Promise<number> {
  const { name, version, readsSince = version } = projection
  const row = await db.selectFrom('projections').select(['version', 'position']).where('name', '=', name).executeTakeFirst()
  if (row !== undefined && (row.version < readsSince || row.version > version)) throw new NotReadable(projection, row.version)
  return Number(row?.position ?? 0n)
}

/**
 * Keeps the tables from being replaced until the transaction ends. Before its first query: a snapshot taken before a switch would see the
 * new tables without rows.
 */
export async function keepTables(trx: ViewsDb, { tables }: Pick<Projection, 'tables'>): Promise<void> {
  const names = Object.keys(tables).map((table) => sql.id('views', snakeCase(table)))
  await sql`lock table ${sql.join(names)} in access share mode`.execute(trx)
}
