import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { audit } from './audit.ts'
import { startClients } from './clients.ts'
import { serve, type Service } from './killing.ts'
import { percentile, type SectionOptions, type SectionResult, tooLong } from './result.ts'

interface Held {
  readonly name: string
  readonly deed: string
  readonly lock: string
}

const memoryOf = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

const headOf = async (client: Client): Promise<number> => {
  const { rows } = await client.query<{ head: number }>('select coalesce(max(position), 0)::int as head from jejak.events')
  return rows[0]?.head ?? 0
}

async function healthOf(base: string): Promise<{ status: number; tookMs: number }> {
  const began = performance.now()
  const response = await fetch(`${base}/readyz`)
  await response.arrayBuffer()
  return { status: response.status, tookMs: performance.now() - began }
}

/** While something is held: asks for health every half second. */
async function watch(service: Service, heldMs: number): Promise<{ status: number; tookMs: number }[]> {
  const seen: { status: number; tookMs: number }[] = []
  const end = performance.now() + heldMs
  // The first calls find out.
  await pause(Math.min(1_000, heldMs / 2))
  while (performance.now() < end) {
    seen.push(await healthOf(service.base))
    await pause(500)
  }
  return seen
}

/** F9: a session of somebody else holds what every command needs, while many clients go on sending. */
async function hold(held: Held, options: SectionOptions): Promise<SectionResult> {
  const service = await serve()
  const { stage, token, base, trouble } = service
  const holder = new Client(stage.adminUrl)
  await holder.connect()
  const clients = startClients(base, { count: options.clients, pauseMs: 1_000, token })
  try {
    await clients.nextAcknowledged(performance.now())
    const before = memoryOf(service.api.pid())
    await holder.query(`begin; ${held.lock}`)
    const began = performance.now()
    const headBefore = await headOf(holder)
    const acknowledgedBefore = clients.acknowledged.length
    const seen = await watch(service, options.heldSeconds * 1_000)
    const acknowledgedMeanwhile = clients.acknowledged.length - acknowledgedBefore
    const memory = memoryOf(service.api.pid())
    const recorded = (await headOf(holder)) - headBefore
    await holder.query('rollback')
    const released = performance.now()
    const back = (await clients.nextAcknowledged(released)) - released
    options.progress(1, 1, `${clients.attempts.length} attempts`)
    await clients.stop()
    const during = clients.attempts.filter((attempt) => attempt.began > began && attempt.ended < released)
    const refused = during.filter(({ outcome }) => outcome === 'come-again')
    const waits = refused.map((attempt) => attempt.ended - attempt.began)
    const { facts, faults } = await audit(stage, clients.acknowledged)
    return {
      name: held.name,
      deed: held.deed,
      counts: {
        clients: options.clients,
        'seconds held': options.heldSeconds,
        'told to come again meanwhile': refused.length,
        'recorded meanwhile': recorded,
        'acknowledgements under way when it began': acknowledgedMeanwhile,
        'of 1,000 refusals within a second': Math.round((1_000 * waits.filter((wait) => wait <= 1_000).length) / Math.max(1, waits.length)),
        'memory before, MiB': Math.round(before),
        'memory at the end, MiB': Math.round(memory),
        facts,
      },
      times: {
        'until a refusal (middle, 99 of 100, longest)': [percentile(waits, 0.5), percentile(waits, 0.99), percentile(waits, 1)],
        'health answered in': seen.map(({ tookMs }) => tookMs),
        'until the next acknowledgement': [back],
      },
      faults: [
        ...faults,
        ...clients.wrong,
        ...trouble,
        ...(recorded === 0 ? [] : [`${recorded} facts were recorded while nothing could be`]),
        ...(refused.length === 0 ? ['nobody was told to come again'] : []),
        ...(refused.some(({ retryAfter }) => !retryAfter) ? ['a 503 without Retry-After'] : []),
        ...during.filter(({ outcome }) => outcome === 'unknown').map(() => 'a client was left without an answer'),
        ...seen.filter(({ status }) => status === 200).map(() => 'health said ready while nothing could be appended'),
      ],
      late: [...tooLong('a refusal', waits, 1_000), ...tooLong('the way back', [back], 2_000)],
    }
  } finally {
    await holder.end()
    await clients.stop()
    await service.close()
  }
}

/** The gate held by another session. */
export const holdGate = (options: SectionOptions): Promise<SectionResult> =>
  hold(
    {
      name: 'Gate held',
      deed: 'another session holds the gate of the log',
      lock: 'lock table jejak.log_gate in exclusive mode',
    },
    options,
  )

/** Every connection stuck, because a table that each read needs is locked by another session. */
export const exhaustPool = (options: SectionOptions): Promise<SectionResult> =>
  hold(
    {
      name: 'Pool exhausted',
      deed: 'another session locks the table of tags: every connection of the service waits for it',
      lock: 'lock table jejak.event_tags in access exclusive mode',
    },
    options,
  )
