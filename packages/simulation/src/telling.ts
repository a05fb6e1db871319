import { setImmediate as immediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Land } from './places.ts'
import { nationSittings, partSittings, partsOf, type Part, type Story } from './lives.ts'
import { publishShipped } from './publishing.ts'
import { factsIn, newSorter, type Block } from './sorter.ts'
import type { BlockStore } from './store.ts'

/** How far the telling is. */
export interface Told {
  readonly kelurahan: number
  readonly facts: number
}

/** What a thread is given to tell, and what it sends back. */
export interface Share {
  readonly story: Story
  readonly places: Land['places']
  readonly closed: Land['closed']
  /** The parts that are its own, by their numbers. */
  readonly parts: readonly number[]
}
export type Sent = { readonly kind: 'block'; readonly block: Block } | { readonly kind: 'told'; readonly told: Told }

/** Tells some cities, one after the other; after every kelurahan others have their turn. Throws the reason of the signal. */
export async function tellParts(
  story: Story,
  land: Land,
  parts: readonly Part[],
  send: (sent: Sent) => void,
  signal?: AbortSignal,
): Promise<void> {
  const sorter = newSorter((block) => send({ kind: 'block', block }))
  const published = await publishShipped()
  let facts = 0
  const done = async (kelurahan: number): Promise<void> => {
    send({ kind: 'told', told: { kelurahan, facts } })
    facts = 0
    await immediate()
    signal?.throwIfAborted()
  }
  for (const part of parts) {
    let told = 0
    for await (const sitting of partSittings(story, land, part, published)) {
      const before = sitting.life - part.firstPlace
      if (before > told) await done(before - told)
      told = Math.max(told, before)
      sorter.put(sitting)
      facts += factsIn(sitting)
    }
    await done(part.places.length - told)
  }
  sorter.end()
}

/** Deals the cities out so that every thread has about as many kelurahan. Which thread tells what changes nothing in the telling. */
function dealt(parts: readonly Part[], threads: number): number[][] {
  const shares = Array.from({ length: threads }, () => ({ kelurahan: 0, parts: [] as number[] }))
  for (const [index, { places }] of parts.entries()) {
    const least = shares.reduce((a, b) => (b.kelurahan < a.kelurahan ? b : a))
    least.kelurahan += places.length
    least.parts.push(index)
  }
  return shares.filter(({ parts: own }) => own.length > 0).map(({ parts: own }) => own)
}

function inThread(share: Share, receive: (sent: Sent) => void, signal: AbortSignal | undefined): Promise<void> {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: share })
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal?.reason)
      void worker.terminate()
    }
    signal?.addEventListener('abort', abort, { once: true })
    worker.once('exit', () => signal?.removeEventListener('abort', abort))
    worker.on('message', receive)
    worker.once('error', reject)
    worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a telling thread ended with ${code}`))))
  })
}

/** Tells every life into the store: in this thread, or in several. Throws NotAccepted when the rules refuse what is told. */
export async function tellAll(
  story: Story,
  land: Land,
  store: BlockStore,
  options: { readonly threads: number; readonly told?: (told: Told) => void; readonly signal?: AbortSignal },
): Promise<void> {
  const keeping: Promise<void>[] = []
  const receive = (sent: Sent): void => {
    if (sent.kind === 'block') keeping.push(store.keep(sent.block))
    else options.told?.(sent.told)
  }
  const first = newSorter((block) => receive({ kind: 'block', block }))
  for (const sitting of await nationSittings(story)) first.put(sitting)
  first.end()
  const parts = partsOf(land)
  const shares = dealt(parts, options.threads)
  const { places, closed } = land
  if (shares.length === 1) await tellParts(story, land, parts, receive, options.signal)
  else await Promise.all(shares.map((own) => inThread({ story, places, closed, parts: own }, receive, options.signal)))
  await Promise.all(keeping)
}
