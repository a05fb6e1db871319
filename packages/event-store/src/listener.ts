import { Client, type ClientConfig, type Pool } from 'pg'
import { connectionOf } from './pool.ts'

/** Wakes those who wait for new facts. A hint: it may come late, twice, or not at all, so whoever waits also polls. */
export interface Listener {
  /** Registers a wake-up call, and gives the function that takes it back. */
  listen(wake: () => void): () => void
}

const backoffMaxMs = 5_000

/** A listener waits: no statement may time it out. */
const configOf = (pool: Pool): ClientConfig => ({
  ...connectionOf(pool),
  application_name: `${pool.options.application_name ?? 'jejak'} listener`,
})

function close(which: Client): void {
  which.removeAllListeners()
  // A socket that is torn down may still report it; nobody is left to care.
  which.on('error', () => undefined)
  which.end().catch(() => undefined)
}

/**
 * Listens on a connection of its own, one for the whole process, open while somebody listens; reconnects by itself. After each connect it
 * wakes all, because what was said meanwhile is lost.
 */
export function createListener(pool: Pool): Listener {
  const wakes = new Set<() => void>()
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined
  let failures = 0

  const wakeAll = () => {
    for (const wake of wakes) wake()
  }

  function lost(which: Client): void {
    close(which)
    if (client !== which) return
    client = undefined
    if (wakes.size === 0 || timer !== undefined) return
    failures += 1
    timer = setTimeout(
      () => {
        timer = undefined
        if (wakes.size > 0) connect()
      },
      Math.min(50 * 2 ** failures, backoffMaxMs) * (0.5 + Math.random() / 2),
    )
    timer.unref()
  }

  async function begin(fresh: Client): Promise<void> {
    await fresh.connect()
    await fresh.query('listen jejak_log')
    failures = 0
    wakeAll()
  }

  function connect(): void {
    const fresh = new Client(configOf(pool))
    client = fresh
    fresh.on('error', () => lost(fresh))
    fresh.on('end', () => lost(fresh))
    fresh.on('notification', wakeAll)
    begin(fresh).catch(() => lost(fresh))
  }

  return {
    listen(wake) {
      wakes.add(wake)
      if (client === undefined && timer === undefined) connect()
      return () => {
        wakes.delete(wake)
        if (wakes.size > 0) return
        clearTimeout(timer)
        timer = undefined
        if (client !== undefined) close(client)
        client = undefined
      }
    },
  }
}
