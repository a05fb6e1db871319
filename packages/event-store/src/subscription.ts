import type { Recorded } from '@jejak/domain'
import { CorruptLog, judge } from './errors.ts'
import type { Listener } from './listener.ts'
import type { Log } from './log.ts'

/** Where a subscription begins and how it reads. `pollMs` bounds the delay when no hint comes, in milliseconds. */
export interface SubscribeOptions {
  /** Position after which to begin: 0 for the whole log. */
  readonly after: number
  readonly signal: AbortSignal
  readonly pageSize?: number
  readonly pollMs?: number
}

/** Remembers one wake-up, so that a hint that comes while a page is read is not lost. */
function alarm(signal: AbortSignal): { readonly wake: () => void; readonly wait: (ms: number) => Promise<void> } {
  let rung = false
  let ring: (() => void) | undefined
  const wake = () => {
    rung = true
    ring?.()
  }
  return {
    wake,
    async wait(ms) {
      if (!rung && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const end = () => resolve()
        const timer = setTimeout(end, ms)
        ring = end
        signal.addEventListener('abort', end, { once: true })
        await promise
        signal.removeEventListener('abort', end)
        clearTimeout(timer)
        ring = undefined
      }
      rung = false
    },
  }
}

/**
 * Pages of the log in position order, without gaps, for ever: a page when there is one, else a wait for a hint or `pollMs`. A server that
 * goes away is waited for; any other error ends the subscription. Throws CorruptLog on a hole in the positions.
 */
export async function* subscribe(pages: Log['pages'], listener: Listener, options: SubscribeOptions): AsyncGenerator<readonly Recorded[]> {
  const { signal, pageSize = 500, pollMs = 1_000 } = options
  const clock = alarm(signal)
  const silence = listener.listen(clock.wake)
  let after = options.after
  try {
    while (!signal.aborted) {
      try {
        for await (const page of pages({ after, limit: pageSize })) {
          if (signal.aborted) return
          after = page.at(-1)?.position ?? after
          yield page
        }
      } catch (error) {
        if (error instanceof CorruptLog || judge(error) === 'culprit') throw error
      }
      await clock.wait(pollMs)
    }
  } finally {
    silence()
  }
}
