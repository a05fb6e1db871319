import { parentPort, workerData } from 'node:worker_threads'
import { partsOf } from './lives.ts'
import { landWith } from './places.ts'
import { tellParts, type Share } from './telling.ts'

/** A thread that tells its share of the kelurahan; see {@link tellParts}. */
const share: Share = workerData
const { story, places, closed, from, until } = share
const land = landWith(places, closed)
await tellParts(
  story,
  land,
  partsOf(land, from, until),
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  (sent) => parentPort?.postMessage(sent),
)
