import { fork } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { uuidV7 } from '@jejak/event-store'
import { load, post, type Load, type NextRequest } from './speed/load.ts'
import { median, tableOf, whole, type Rounds } from './speed/measure.ts'
import type { Serving } from './speed/serving.ts'
import { measureSteps } from './speed/steps.ts'

/** A way of posting, at a number of connections. */
export interface PathSpeed {
  readonly connections: number
  readonly commands: number
  readonly inserts: number
  /** Commands a second to inserts a second: median over the rounds. */
  readonly ratio: number
  readonly p50: readonly [commands: number, inserts: number]
  readonly p99: readonly [commands: number, inserts: number]
}

/** Drafts of proposals without end, each of a new proposal and under a new key. */
export function draftsOf({ drafts, route }: Serving, path = route): NextRequest {
  let count = 0
  return () => {
    const draft = drafts[count % drafts.length]
    if (!draft) throw new Error('nothing to send')
    count += 1
    const id = uuidV7(Date.now(), randomBytes(10))
    const body = JSON.stringify({ id, ...draft.body, data: { ...(draft.body['data'] as object), number: `PROP-${count}` } })
    return post(path, { authorization: `Bearer ${draft.token}`, 'idempotency-key': `"${id}"` }, body)
  }
}

/** Works with both services in a process of their own: the client has its own. */
export async function served<T>(work: (serving: Serving) => Promise<T>): Promise<T> {
  const child = fork(new URL('speed/serving.ts', import.meta.url))
  const [serving] = (await once(child, 'message')) as [Serving]
  try {
    return await work(serving)
  } finally {
    child.disconnect()
    await once(child, 'exit')
  }
}

/** Both ways in turn, window by window, after one that does not count. */
async function compare(serving: Serving, connections: number, rounds: number, windowMs: number): Promise<PathSpeed> {
  const [command, insert] = [draftsOf(serving), draftsOf(serving, '/insert')]
  const seen: (readonly [commands: Load, inserts: Load])[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const commands = await load(serving.apiPort, connections, command, 201, windowMs)
    const inserts = await load(serving.insertPort, connections, insert, 201, windowMs)
    const wrong = commands.wrong + inserts.wrong
    if (wrong > 0) throw new Error(`${wrong} requests were not answered 201`)
    if (round > 0) seen.push([commands, inserts])
  }
  const of = (value: (commands: Load, inserts: Load) => number): number => median(seen.map((pair) => value(...pair)))
  return {
    connections,
    commands: of((commands) => commands.perSecond),
    inserts: of((_, inserts) => inserts.perSecond),
    ratio: of((commands, inserts) => commands.perSecond / inserts.perSecond),
    p50: [of((commands) => commands.p50), of((_, inserts) => inserts.p50)],
    p99: [of((commands) => commands.p99), of((_, inserts) => inserts.p99)],
  }
}

/** Commands through the API beside a route that does one INSERT, on the same server (target P11). */
export function measureCommandPath(options: Rounds & { readonly connections?: readonly number[] } = {}): Promise<readonly PathSpeed[]> {
  const { rounds = 4, windowMs = 2_000, connections = [32, 128] } = options
  return served(async (serving) => {
    const found: PathSpeed[] = []
    for (const count of connections) found.push(await compare(serving, count, rounds, windowMs))
    return found
  })
}

/** The speeds as a table. */
export const pathTable = (speeds: readonly PathSpeed[]): string =>
  tableOf(
    ['connections', 'commands/s', 'inserts/s', 'ratio', 'p50 ms', 'p99 ms'],
    speeds.map(({ connections, commands, inserts, ratio, p50, p99 }) => [
      String(connections),
      whole(commands),
      whole(inserts),
      ratio.toFixed(2),
      p50.map((value) => value.toFixed(1)).join(' / '),
      p99.map((value) => value.toFixed(1)).join(' / '),
    ]),
  )

if (import.meta.main) {
  const steps = await measureSteps()
  console.log(
    tableOf(
      ['a command, step by step', 'ms'],
      steps.map(({ step, ms }) => [step, ms.toFixed(3)]),
    ),
  )
  console.log(`\n${pathTable(await measureCommandPath())}`)
}
