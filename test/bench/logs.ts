import { createPool, migrateLog } from '@jejak/event-store'
import type { Bench } from './bench.ts'
import { fillPast, type fillings } from './filler.ts'
import { servingLogin } from './serving.ts'

/** A new log in a database of its own, filled past `append` if asked; the superuser's connection string. */
export async function newLog(
  bench: Bench,
  name: string,
  filling?: { readonly of: keyof typeof fillings; readonly events: number },
): Promise<string> {
  const adminUrl = await bench.server.database(name)
  const admin = createPool(adminUrl, { max: 2, statementTimeoutMs: 0 })
  try {
    await migrateLog(admin, { clock: 'real', servingLogin: { name: servingLogin } })
    if (filling === undefined) return adminUrl
    const client = await admin.connect()
    await fillPast(client, filling.of, filling.events, bench.say).finally(() => client.release(true))
    return adminUrl
  } finally {
    await admin.end()
  }
}
