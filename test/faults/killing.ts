import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { issueToken, newIssuerKey } from '@jejak/api'
import { audit } from './audit.ts'
import { type Clients, startClients } from './clients.ts'
import { type SectionOptions, type SectionResult, tooLong } from './result.ts'
import { childrenOf, setStage, type Stage } from './stage.ts'
import { type Program, supervise, type Supervised } from './supervise.ts'

/** The API under supervision, and clients that send to it. */
export interface Service {
  readonly stage: Stage
  readonly base: string
  readonly token: string
  readonly api: Supervised
  readonly trouble: string[]
  readonly close: () => Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Puts up a database of its own and an API on it, which follows the projections itself unless a worker does. */
export async function serve(follow = true): Promise<Service> {
  const stage = await setStage(() => undefined)
  const trouble: string[] = []
  const port = await freePort()
  const key = await newIssuerKey()
  const person = '00000000-0000-7000-8000-000000000001'
  const env = {
    DATABASE_URL: stage.servingUrl,
    PORT: String(port),
    ISSUER_KEY: JSON.stringify(key),
    FOLLOW: follow ? '1' : '0',
    NODE_ENV: 'test',
  }
  const program: Program = {
    command: process.execPath,
    args: [path.join(import.meta.dirname, 'api.ts')],
    env,
    ready: /listening \d+/,
  }
  const api = supervise(program, (what) => trouble.push(what))
  await api.ready()
  return {
    stage,
    base: `http://127.0.0.1:${port}`,
    token: await issueToken(key, { person, roles: ['system'] }),
    api,
    trouble,
    async close() {
      await api.stop()
      await stage.close()
    },
  }
}

const own = path.resolve(import.meta.dirname, '../../services/worker/src/main.ts')

/** The worker: as told on the command line, else that of the checkout. */
function workerOf(told: string | undefined, servingUrl: string): Program {
  const [command = process.execPath, ...args] = told === undefined ? [process.execPath, own] : told.split(' ')
  return { command, args, env: { DATABASE_URL: servingUrl, NODE_ENV: 'test' }, ready: /"started"/ }
}

interface Killing {
  readonly deed: string
  /** Kills once and gives the instant; the victim comes back by itself or is brought back meanwhile. */
  readonly kill: (service: Service, round: number, random: () => number) => Promise<number>
  readonly backWithinMs: number
  readonly kinds?: readonly string[]
}

/** Kills again and again under load, each time at another moment after the service was back, and audits what is left. */
async function underLoad(
  name: string,
  killing: Killing,
  options: SectionOptions,
  service: Service,
  clients: Clients,
): Promise<SectionResult> {
  const { rounds, random, progress } = options
  const back: number[] = []
  const byKind: Record<string, number> = {}
  await clients.nextAcknowledged(performance.now())
  for (let round = 0; round < rounds; round += 1) {
    await pause(50 + 1_450 * random())
    const kind = killing.kinds?.[round % killing.kinds.length]
    if (kind !== undefined) byKind[kind] = (byKind[kind] ?? 0) + 1
    const killed = await killing.kill(service, round, random)
    back.push((await clients.nextAcknowledged(killed)) - killed)
    progress(round + 1, rounds, `${clients.acknowledged.length} acknowledged`)
  }
  await clients.stop()
  const { facts, faults } = await audit(service.stage, clients.acknowledged)
  const unknown = clients.attempts.filter(({ outcome }) => outcome === 'unknown').length
  return {
    name,
    deed: killing.deed,
    counts: {
      kills: rounds,
      ...byKind,
      clients: options.clients,
      'keys acknowledged': clients.acknowledged.length,
      facts,
      'attempts that met nobody': clients.attempts.filter(({ outcome }) => outcome === 'nobody-there').length,
      'outcomes unknown to a client': unknown,
      'of these found stored by the retry': clients.settledByReplay(),
      'told to come again': clients.attempts.filter(({ outcome }) => outcome === 'come-again').length,
    },
    times: { 'until the next acknowledgement': back },
    faults: [
      ...faults,
      ...clients.wrong,
      ...service.trouble,
      ...clients.attempts.flatMap(({ outcome, retryAfter }) =>
        outcome === 'come-again' && !retryAfter ? ['a 503 without Retry-After'] : [],
      ),
    ],
    late: tooLong('the way back', back, killing.backWithinMs),
  }
}

async function section(name: string, killing: Killing, options: SectionOptions, beside: (service: Service) => Supervised) {
  const service = await serve(false)
  const worker = beside(service)
  await worker.ready()
  const clients = startClients(service.base, { count: options.clients, pauseMs: 50, token: service.token })
  try {
    return await underLoad(name, killing, options, service, clients)
  } finally {
    await clients.stop()
    await worker.stop()
    await service.close()
  }
}

/** F1: kill -9 of the API under load. */
export const killApi = (options: SectionOptions, worker?: string): Promise<SectionResult> =>
  section(
    'API killed',
    {
      deed: 'kill -9 of the API process, 50 to 1,500 ms after it was back; a supervisor starts it again',
      backWithinMs: 2_000,
      kill(service) {
        const at = performance.now()
        service.api.kill()
        return Promise.resolve(at)
      },
    },
    options,
    follower(worker),
  )

const databaseKinds = ['postmaster', 'backend', 'whole group'] as const

async function killDatabase({ stage, trouble }: Service, round: number, random: () => number): Promise<number> {
  const { pid } = stage.server()
  const children = childrenOf(pid)
  const kind = databaseKinds[round % databaseKinds.length]
  const at = performance.now()
  const kill = (victim: number) => {
    try {
      process.kill(victim, 'SIGKILL')
    } catch {
      // It ended by itself, because another of the group was killed before it.
    }
  }
  if (kind === 'backend') {
    // Any process of the server but the postmaster, which then starts all others anew.
    const victim = children[Math.floor(random() * children.length)]
    if (victim === undefined) trouble.push('the server has no processes that could be killed')
    else kill(victim)
    return at
  }
  kill(pid)
  if (kind === 'whole group') for (const child of children) kill(child)
  await stage.revive()
  return at
}

/** F3: kill -9 of PostgreSQL under load. */
export const killDatabases = (options: SectionOptions, worker?: string): Promise<SectionResult> =>
  section(
    'PostgreSQL killed',
    {
      deed: 'kill -9 of the postmaster, of one of its processes, and of the whole group in turn; commits reach the disk',
      backWithinMs: 5_000,
      kill: killDatabase,
      kinds: databaseKinds,
    },
    options,
    follower(worker),
  )

const follower =
  (worker: string | undefined) =>
  ({ stage, trouble }: Service): Supervised =>
    supervise(workerOf(worker, stage.servingUrl), (what) => trouble.push(what))

/** F2: kill -9 of the worker. */
export function killWorker(options: SectionOptions, worker?: string): Promise<SectionResult> {
  let running: Supervised | undefined
  return section(
    'Worker killed',
    {
      deed: 'kill -9 of the worker, 50 to 1,500 ms after facts were acknowledged; a supervisor starts it again',
      backWithinMs: 2_000,
      kill() {
        const at = performance.now()
        running?.kill()
        return Promise.resolve(at)
      },
    },
    options,
    (service) => (running = follower(worker)(service)),
  )
}
