import { randomBytes } from 'node:crypto'
import { uuidV7 } from '@jejak/event-store'
import autocannon from 'autocannon'
import { answer } from '../child-side.ts'
import { commandsOf, type Ready } from '../rest/commands.ts'
import type { Load, Loaded } from '../rest/messages.ts'

/** The process of autocannon. */

interface Counted {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly created: number
  readonly others: Record<string, number>
  readonly refusal: string | undefined
  readonly errors: number
}

/** Complaints a connection prepares for a second: nine commands each, many times what any server here answers. */
const complaintsEach = (connections: number, seconds: number): number => Math.ceil((16_000 * seconds) / 9 / connections) + 2

function cannon(port: number, connections: number, seconds: number, lists: readonly (readonly Ready[])[]): Promise<Counted> {
  const others: Record<string, number> = {}
  let refusal: string | undefined
  let created = 0
  let client = 0
  return new Promise((resolve, reject) => {
    const running = autocannon(
      {
        url: `http://127.0.0.1:${port}`,
        connections,
        duration: seconds,
        // The length of a sample; the window may be shorter than a second.
        sampleInt: 100,
        setupClient(one) {
          const list = lists[client] ?? []
          client += 1
          let at = 0
          one.setRequests([{ setupRequest: () => ({ ...list[at++] }) }])
          let said = ''
          one.on('body', (body: Buffer) => (said = body.toString()))
          one.on('response', (status: number) => {
            if (status === 201) created += 1
            else others[status] = (others[status] ?? 0) + 1
            if (status !== 201) refusal ??= said.slice(0, 300)
          })
        },
      },
      (error, result) => {
        if (error !== null && error !== undefined) reject(error instanceof Error ? error : new Error('autocannon failed'))
        else {
          const { requests, latency, errors, timeouts } = result
          resolve({
            perSecond: requests.total / result.duration,
            p50: latency.p50,
            p99: latency.p99,
            created,
            others,
            refusal,
            errors: errors + timeouts,
          })
        }
      },
    )
    running.on('error', reject)
  })
}

async function load({ ports, connections, warmSeconds, seconds, world }: Load): Promise<Loaded> {
  const each = connections / ports.length
  const round = async (duration: number): Promise<Counted[]> => {
    const lists = ports.map(() =>
      Array.from({ length: each }, () =>
        commandsOf(complaintsEach(connections, duration), world, () => uuidV7(Date.now(), randomBytes(10))),
      ),
    )
    return Promise.all(ports.map((port, index) => cannon(port, each, duration, lists[index] ?? [])))
  }
  const warm = await round(warmSeconds)
  const window = await round(seconds)
  const sum = (of: (one: Counted) => number, all: readonly Counted[]): number => all.reduce((total, one) => total + of(one), 0)
  const both = [...warm, ...window]
  const others: Record<string, number> = {}
  for (const one of both) for (const [status, count] of Object.entries(one.others)) others[status] = (others[status] ?? 0) + count
  return {
    perSecond: sum(({ perSecond }) => perSecond, window),
    p50: Math.max(...window.map(({ p50 }) => p50)),
    p99: Math.max(...window.map(({ p99 }) => p99)),
    created: sum(({ created }) => created, both),
    others,
    refusal: both.find(({ refusal }) => refusal !== undefined)?.refusal,
    errors: sum(({ errors }) => errors, both),
  }
}

answer(load)
