import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { issueToken, newIssuerKey } from '@jejak/api'
import { createPool, migrateLog, ownerRole, prepareRoles, uuidV7 } from '@jejak/event-store'
import { loadReference } from '@jejak/reference'
import type pg from 'pg'
import { type Bench, connections, interleaved, type Row } from '../bench.ts'
import { type Child, startChild } from '../child.ts'
import type { World } from '../rest/commands.ts'
import type { IssuerKey, Load, Loaded, Serve, Serving } from '../rest/messages.ts'
import type { Step } from '../samples.ts'
import { servingLogin, servingUrl } from '../serving.ts'

const areaText = `select id::text as id from reference.regions where level = 'kelurahan' order by code limit 1`
const countTexts = {
  jejak: 'select count(*)::int as count from jejak.events',
  plain: 'select count(*)::int as count from plain_events',
} as const

interface Prepared {
  readonly load: Child
  readonly ports: Readonly<Record<'jejak' | 'plain' | 'second', number>>
  readonly pools: Readonly<Record<'jejak' | 'plain', pg.Pool>>
  readonly world: World
}

async function makeLog(url: string): Promise<string> {
  const admin = createPool(url, { max: 2, statementTimeoutMs: 0 })
  await prepareRoles(admin)
  await admin.query(`create schema if not exists reference authorization ${ownerRole}`)
  await migrateLog(admin, { clock: 'real', servingLogin: { name: servingLogin } })
  await loadReference(admin)
  const { rows } = await admin.query<{ id: string }>(areaText)
  await admin.end()
  const [area] = rows
  if (area === undefined) throw new Error('the reference data hold no kelurahan')
  return area.id
}

const newId = (): string => uuidV7(Date.now(), randomBytes(10))
const today = new Date().toISOString().slice(0, 10)

/** Forms two institutions and gives each an officer, as the first holder of a log does; tokens of the two officers. */
async function appoint(issuerKey: IssuerKey, port: number): Promise<Pick<World, 'faskel' | 'korkot'>> {
  const system = await issueToken(issuerKey, { person: '00000000-0000-7000-8000-000000000001', roles: ['system'] })
  const evidence = [{ docType: 'surat-keputusan', sha256: '0'.repeat(64), number: 'SK-1', date: today }]
  const post = async (path: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${system}`, 'content-type': 'application/json', 'idempotency-key': `"${randomUUID()}"` }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  }
  const officer = async (institutionKind: string, role: string): Promise<string> => {
    const [institution, person] = [newId(), newId()]
    await post('/v1/institutions', { id: institution, effectiveOn: today, evidence, data: { institutionKind, name: `${role} bench` } })
    await post(`/v1/institutions/${institution}/assume-office`, {
      effectiveOn: today,
      evidence,
      data: { holder: person, role, from: today },
    })
    return issueToken(issuerKey, { person, roles: [role], institution })
  }
  return { faskel: await officer('FACILITATORS', 'FASKEL'), korkot: await officer('CITY_COORDINATION', 'KORKOT') }
}

async function prepare(bench: Bench): Promise<Prepared> {
  const { server, say } = bench
  const [jejakUrl, plainUrl] = [await server.database('bench_rest_jejak'), await server.database('bench_rest_plain')]
  const area = await makeLog(jejakUrl)
  const issuerKey = await newIssuerKey()
  const start = async (file: string, databaseUrl: string): Promise<number> => {
    const child = bench.keep(startChild(new URL(file, import.meta.url)))
    const ask: Serve = { databaseUrl, connections, issuerKey }
    return (await child.ask<Serving>(ask)).port
  }
  const loginUrl = servingUrl(jejakUrl)
  const ports = {
    jejak: await start('../rest/serve-jejak.ts', loginUrl),
    second: await start('../rest/serve-jejak.ts', loginUrl),
    plain: await start('../peers/plain-route.ts', plainUrl),
  }
  const world = { area, today, ...(await appoint(issuerKey, ports.jejak)) }
  say('rest: two processes of the API and one of the plain route are ready')
  const pools = { jejak: bench.pool(jejakUrl), plain: bench.pool(plainUrl) }
  return { load: bench.keep(startChild(new URL('../peers/autocannon.ts', import.meta.url))), ports, pools, world }
}

function wrongOf({ created, others, refusal, errors }: Loaded, stored: number, under: number): string | undefined {
  const codes = Object.entries(others).map(([status, count]) => `${count} answers ${status}`)
  if (errors > 0) codes.push(`${errors} errors`)
  if (codes.length > 0) return `${codes.join(', ')}${refusal === undefined ? '' : `; first: ${refusal}`}`
  // What was under way when the connections were closed may have been stored without its answer being seen.
  return stored < created || stored > created + under ? `${created} answers 201, ${stored} stored` : undefined
}

/** What was under way when the connections closed is stored a little later: asks until the number stands still. */
async function settledCount(count: () => Promise<number>): Promise<number> {
  let [last, now] = [-1, await count()]
  while (now !== last) {
    await pause(300)
    ;[last, now] = [now, await count()]
  }
  return now
}

/** POST of a command beside a route that does one INSERT; the same with two API processes. */
export function restSteps(bench: Bench): Step[] {
  const { rounds, windowMs } = bench.options
  let prepared: Promise<Prepared> | undefined
  // A command is many statements: shorter windows would say more of the warming up than of the service.
  const seconds = Math.max(2, (windowMs * 2) / 1000)

  async function measure(kind: string, sent: number): ReturnType<Step['run']> {
    const { load, ports, pools, world } = await (prepared ??= prepare(bench))
    const which = kind === 'plain' ? 'plain' : 'jejak'
    const used = kind === 'plain' ? [ports.plain] : kind === 'jejak' ? [ports.jejak] : [ports.jejak, ports.second]
    const count = async (): Promise<number> => (await pools[which].query<{ count: number }>(countTexts[which])).rows[0]?.count ?? 0
    const before = await count()
    const ask: Load = { ports: used, connections: sent, warmSeconds: 1, seconds, world }
    const loaded = await load.ask<Loaded>(ask)
    const { perSecond, p50, p99 } = loaded
    const wrong = wrongOf(loaded, (await settledCount(count)) - before, sent * 2)
    return { figures: { perSecond, p50, p99 }, ...(wrong === undefined ? {} : { wrong }) }
  }

  const rows = [32, 128].map((sent): Row => ({
    row: `${sent} connections`,
    stores: ['jejak', 'two API processes', 'plain'],
    estimateMs: 1000 + seconds * 1000 + 1500,
    measure: (kind) => measure(kind, sent),
  }))
  return interleaved('rest', rounds, rows)
}
