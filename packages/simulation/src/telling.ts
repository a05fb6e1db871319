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
  /** The kelurahan that are its own: see {@link partsOf}. */
  readonly from: number
  readonly until: number
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
      const before = sitting.life - part.firstPlace - part.from
      if (before > told) await done(before - told)
      told = Math.max(told, before)
      sorter.put(sitting)
      facts += factsIn(sitting)
    }
    await done(part.until - part.from - told)
  }
  sorter.end()
}

/** Deals the kelurahan out, about as many to each thread. Which thread tells changes nothing in the telling. */
function dealt(kelurahan: number, threads: number): Pick<Share, 'from' | 'until'>[] {
  const cut = (nth: number): number => Math.round((kelurahan * nth) / threads)
  const shares = Array.from({ length: threads }, (_, nth) => ({ from: cut(nth), until: cut(nth + 1) }))
  return shares.filter(({ from, until }) => from < until)
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

/** Tells every life into the store: in this thread, and in others beside it. Throws NotAccepted when the rules refuse what is told. */
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
  const { places, closed } = land
  const [own, ...others] = dealt(places.length, options.threads)
  const failing = new AbortController()
  const signal = AbortSignal.any([failing.signal, ...(options.signal ? [options.signal] : [])])
  const telling = others.map((share) => inThread({ story, places, closed, ...share }, receive, signal))
  telling.push(tellParts(story, land, partsOf(land, own?.from, own?.until), receive, signal))
  try {
    await Promise.all(telling)
  } catch (error) {
    failing.abort(error)
    await Promise.allSettled(telling)
    throw error
  }
  await Promise.all(keeping)
}
