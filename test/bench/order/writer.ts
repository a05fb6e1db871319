import { createPool, openLog } from '@jejak/event-store'
import { benchEvent } from '../content.ts'
import { submissionOf } from '../stores/jejak-facts.ts'

/** A process that appends until it is killed: eight at once, some of several events. */
process.once('message', ({ servingUrl }: { servingUrl: string }) => {
  const pool = createPool(servingUrl, { max: 8 })
  void openLog(pool).then(async (log) => {
    process.send?.({ ready: true })
    async function append(): Promise<void> {
      for (let version = 1; ; version += 1) {
        const events = Array.from({ length: 1 + (version % 3) }, () => benchEvent(version % 100, version))
        // What fails because a connection was lost is tried again by the log itself; anything else may end this process.
        await log.append(submissionOf(events, []))
      }
    }
    return Promise.all(Array.from({ length: 8 }, append))
  })
})
process.on('disconnect', () => process.exit(0))
