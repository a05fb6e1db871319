import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { uuidV7 } from '@jejak/event-store'

/** How many facts a client puts under one key: enough that half of them would be seen. */
export const factsPerKey = 3

/** A key whose facts the service has acknowledged. */
export interface Acknowledged {
  readonly key: string
  readonly ids: readonly string[]
  readonly positions: readonly number[]
}

/** One attempt to send, as the client saw it end. Instants of performance.now(). */
export interface Attempt {
  readonly began: number
  readonly ended: number
  readonly outcome: 'acknowledged' | 'come-again' | 'nobody-there' | 'unknown' | 'wrong'
  readonly retryAfter: boolean
}

/** Clients that send until they are told to stop, each with its own keys, and settle every outcome that they do not know. */
export interface Clients {
  readonly acknowledged: readonly Acknowledged[]
  readonly attempts: readonly Attempt[]
  readonly wrong: readonly string[]
  /** Outcomes that were unknown and that a retry found stored. */
  readonly settledByReplay: () => number
  /** Resolves at the next acknowledgement of an attempt that began after this instant, with the instant of its end. */
  readonly nextAcknowledged: (after: number) => Promise<number>
  /** Lets each client settle what it has sent, and ends. */
  readonly stop: () => Promise<void>
}

/** How clients behave. `pauseMs` between attempts after a failure: shorter than Retry-After asks, so that the moment of return is seen. */
export interface ClientOptions {
  readonly count: number
  readonly pauseMs: number
  readonly token: string
}

function bodyOf(ids: readonly string[]): string {
  const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)
  return JSON.stringify({
    commands: ids.map((id) => ({
      command: 'institution.Form',
      subject: { kind: 'institution', id },
      body: { effectiveOn: today, evidence: [], data: { institutionKind: 'KSM', name: `KSM ${id.slice(-4)}` } },
    })),
  })
}

/** Starts the clients against an address. */
export function startClients(base: string, { count, pauseMs, token }: ClientOptions): Clients {
  const acknowledged: Acknowledged[] = []
  const attempts: Attempt[] = []
  const wrong: string[] = []
  const waiting = new Set<{ after: number; resolve: (at: number) => void }>()
  const stopping = new AbortController()
  let replayed = 0

  function note(attempt: Attempt): void {
    attempts.push(attempt)
    if (attempt.outcome !== 'acknowledged') return
    for (const one of waiting) {
      if (attempt.began < one.after) continue
      waiting.delete(one)
      one.resolve(attempt.ended)
    }
  }

  async function once(key: string, ids: readonly string[], body: string): Promise<Attempt['outcome']> {
    const began = performance.now()
    const end = (outcome: Attempt['outcome'], retryAfter = false) => {
      note({ began, ended: performance.now(), outcome, retryAfter })
      return outcome
    }
    let response: Response
    let text: string
    try {
      response = await fetch(`${base}/v1/batches`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': `"${key}"` },
        body,
        signal: AbortSignal.timeout(20_000),
      })
      text = await response.text()
    } catch (error) {
      // Nothing was sent where nobody listened.
      const cause: unknown = error instanceof Error ? error.cause : undefined
      return end(cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED' ? 'nobody-there' : 'unknown')
    }
    if (response.status === 503) return end('come-again', response.headers.get('retry-after') !== null)
    if (response.status !== 201) {
      wrong.push(`${response.status} for key ${key}: ${text.slice(0, 300)}`)
      return end('wrong')
    }
    if (response.headers.get('idempotency-replayed') === 'true') replayed += 1
    const { commands } = JSON.parse(text) as { commands: { position: number }[] }
    acknowledged.push({ key, ids, positions: commands.map(({ position }) => position) })
    return end('acknowledged')
  }

  async function client(): Promise<void> {
    while (!stopping.signal.aborted) {
      const key = randomBytes(12).toString('hex')
      const ids = Array.from({ length: factsPerKey }, () => uuidV7(Date.now(), randomBytes(10)))
      const body = bodyOf(ids)
      // Also after the end was asked for: what was sent once is sent until its outcome is known.
      for (;;) {
        const outcome = await once(key, ids, body)
        if (outcome === 'acknowledged' || outcome === 'wrong') break
        await pause(pauseMs * (0.5 + Math.random()))
      }
    }
  }

  const all = Promise.all(Array.from({ length: count }, client))
  return {
    acknowledged,
    attempts,
    wrong,
    settledByReplay: () => replayed,
    nextAcknowledged: (after) => new Promise((resolve) => waiting.add({ after, resolve })),
    async stop() {
      stopping.abort()
      await all
    },
  }
}
