import { pino } from 'pino'
import { issueToken, localIdentity, newIssuerKey, openService, type Service, type TokenFor } from '@jejak/api'
import { createPool, fingerprint, openLog, type OpenLog } from '@jejak/event-store'
import { loadReference } from '@jejak/reference'
import { runProjections, type Projection } from '@jejak/views'
import type { Copy } from './copies.ts'
import { setStage } from './stage.ts'

/** A database with services on it, as clients see them. */
export interface Ground {
  readonly log: OpenLog
  readonly bases: readonly string[]
  readonly token: (holder: Pick<TokenFor, 'person' | 'institution'> & { readonly role: string }) => Promise<string>
  readonly close: () => Promise<void>
}

/**
 * Puts up one database and services on it, each with its own connections and its own queue: what so many processes would be. Only the
 * projections that are asked for are followed.
 */
export async function layGround(services: number, projections: readonly Projection[] = []): Promise<Ground> {
  const stage = await setStage(() => undefined)
  await loadReference(stage.admin)
  const key = await newIssuerKey()
  const opened: Service[] = []
  for (let nth = 0; nth < services; nth += 1)
    opened.push(
      await openService({
        databaseUrl: stage.servingUrl,
        personsKey: Buffer.alloc(32, 7).toString('base64'),
        identity: localIdentity(key),
        logger: pino({ level: 'error' }, pino.destination(2)),
      }),
    )
  const bases = await Promise.all(opened.map(async (service) => `http://127.0.0.1:${await service.listen(0)}`))
  const pool = createPool(stage.servingUrl, { max: 2 })
  const tokens = new Map<string, Promise<string>>()
  // One call after the other: the facts of a copy keep their order.
  const log = await openLog(pool, { ordered: true })
  const stopping = new AbortController()
  const views = createPool(stage.servingUrl, { max: projections.length + 1 })
  const onError = (error: unknown): void => void process.stderr.write(`projection: ${String(error)}\n`)
  const following = runProjections(views, log, projections, { signal: stopping.signal, onError })
  return {
    log,
    bases,
    token: ({ role, ...holder }) => {
      const name = JSON.stringify([role, holder])
      const known = tokens.get(name) ?? issueToken(key, { ...holder, roles: [role], region: '' })
      tokens.set(name, known)
      return known
    },
    async close() {
      stopping.abort()
      await following
      await views.end()
      await Promise.all(opened.map((service) => service.close()))
      await pool.end()
      await stage.close()
    },
  }
}

/** Appends a copy, each command as one submission, in order; gives the position of its first fact. */
export async function appendCopy(log: OpenLog, { commands }: Copy): Promise<number> {
  const first = (await log.head()).position + 1
  // Whoever comes first is appended first: all are under way at once.
  const appended = await Promise.all(
    commands.map(({ keyHash, facts }) =>
      log.append({
        keyHash,
        fingerprint: fingerprint({ method: 'POST', route: '/v1/tests', ids: [], body: keyHash }),
        conditions: [],
        commands: [{ facts }],
      }),
    ),
  )
  const wrong = appended.find(({ kind }) => kind !== 'accepted')
  if (wrong) throw new Error(`a copy was answered ${wrong.kind}`)
  return first
}
