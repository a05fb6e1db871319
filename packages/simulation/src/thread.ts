import { parentPort, workerData } from 'node:worker_threads'
import { partsOf } from './lives.ts'
import { landWith } from './places.ts'
import { tellParts, type Share } from './telling.ts'

/** A thread that tells its share of the cities; see {@link tellParts}. */
const share: Share = workerData
const { story, places, closed, parts } = share
const land = landWith(places, closed)
const all = partsOf(land)
await tellParts(
  story,
  land,
  parts.flatMap((index) => all[index] ?? []),
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  (sent) => parentPort?.postMessage(sent),
)
