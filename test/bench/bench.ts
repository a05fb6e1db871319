import pg from 'pg'
import type { Child } from './child.ts'
import { groupsOf } from './content.ts'
import type { Options } from './options.ts'
import { type Remote, startRemote } from './remote.ts'
import type { Step } from './samples.ts'
import type { BenchServer } from './server.ts'

/** Connections of every pool. */
export const connections = 32

/** Where the module of each store lies; the first two are ours. */
export const modules: Readonly<Record<string, string>> = {
  jejak: './stores/jejak.ts',
  raw: './stores/raw.ts',
  emmett: './peers/emmett.ts',
  'message-db': './peers/message-db.ts',
  castore: './peers/castore.ts',
  'dcb-es': './peers/dcb-es.ts',
}

/** What only limits, and is no peer. */
export const ours: readonly string[] = ['jejak', 'raw']

/** What a section works with. */
export interface Bench {
  readonly options: Options
  readonly server: BenchServer
  readonly about: Record<string, string>
  /** The filled store in its long-lived process. */
  store(name: string): Promise<Remote>
  /** A further process on the same database, of the same store or of another module that reads its tables. */
  another(name: string, module?: string): Promise<Remote>
  /** Ends it with the run. */
  keep(child: Child): Child
  keepRemote(remote: Remote): Remote
  /** A small pool of the superuser, ended with the run. */
  pool(url: string): pg.Pool
  readonly say: (line: string) => void
  end(): Promise<void>
}

const databaseOf = (name: string): string => `bench_${name.replaceAll('-', '_')}`

/** Stores are made when they are first asked for. */
export function createBench(options: Options, server: BenchServer, say: (line: string) => void): Bench {
  const stores = new Map<string, Promise<Remote>>()
  const further: Remote[] = []
  const children: Child[] = []
  const pools: pg.Pool[] = []
  const about: Record<string, string> = {}

  const moduleOf = (name: string): string => {
    const module = modules[name]
    if (module === undefined) throw new RangeError(`no store ${name}`)
    return module
  }

  async function make(name: string): Promise<Remote> {
    const adminUrl = await server.database(databaseOf(name))
    const remote = startRemote(name)
    further.push(remote)
    const opened = await remote.ask('open', {
      module: moduleOf(name),
      adminUrl,
      connections,
      fresh: true,
      events: options.events,
      layout: 'groups',
    })
    about[name] = opened.about
    const { seconds, wrong } = await remote.ask('fill', {})
    if (wrong !== undefined) throw new Error(`${name} did not take the filling: ${wrong}`)
    say(`${name}: ${options.events} events filled in ${seconds.toFixed(1)} s`)
    return remote
  }

  return {
    options,
    server,
    about,
    say,
    store(name) {
      const known = stores.get(name) ?? make(name)
      stores.set(name, known)
      return known
    },
    async another(name, module = moduleOf(name)) {
      await this.store(name)
      const remote = startRemote(`${name} (another process)`)
      further.push(remote)
      const adminUrl = server.server.adminUrl(databaseOf(name))
      await remote.ask('open', { module, adminUrl, connections, fresh: false, events: options.events, layout: 'groups' })
      return remote
    },
    keep(child) {
      children.push(child)
      return child
    },
    keepRemote(remote) {
      further.push(remote)
      return remote
    },
    pool(url) {
      const pool = new pg.Pool({ connectionString: url, max: 2 })
      pool.on('error', () => undefined)
      pools.push(pool)
      return pool
    },
    async end() {
      await Promise.all(children.map((child) => child.end()))
      await Promise.all(pools.map((pool) => pool.end()))
      await Promise.all(further.map((remote) => remote.end()))
    },
  }
}

/** Parts of the entities that are appended to: one for contention, most for the first process, the rest for a second one. */
export function workSpans(events: number): { contended: number; first: readonly [number, number]; second: readonly [number, number] } {
  const work = groupsOf(events)[0]
  const entities = work?.entities ?? 0
  const cut = Math.floor(entities * 0.75)
  return { contended: 0, first: [1, cut], second: [cut, entities] }
}

/** One row of a section: the same measurement of several stores. */
export interface Row {
  readonly row: string
  readonly stores: readonly string[]
  readonly estimateMs: number
  readonly measure: (store: string, round: number) => ReturnType<Step['run']>
}

/** Rounds outermost, stores innermost and beginning with another one each round: what is compared stands close in time. */
export function interleaved(section: string, rounds: number, rows: readonly Row[]): Step[] {
  return Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
    rows.flatMap(({ row, stores, estimateMs, measure }) =>
      stores.map((_, index): Step => {
        const store = stores[(index + round - 1) % stores.length] ?? ''
        return { section, row, store, round, estimateMs, run: () => measure(store, round) }
      }),
    ),
  )
}
