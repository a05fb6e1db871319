import pg from 'pg'
import QueryStream from 'pg-query-stream'
import type { Opening, Store } from '../store.ts'

const text = 'select position, jejak.micros(recorded_at) as micros, body from jejak.events order by position'

interface Row {
  readonly position: string
  readonly micros: string
  readonly body: string
}

const unused = (): Promise<never> => Promise.reject(new Error('only reads'))

/** The rows of Jejak's log through pg-query-stream: what a pass is measured against. */
export function open({ adminUrl }: Opening): Promise<Store> {
  const pool = new pg.Pool({ connectionString: adminUrl, max: 2 })
  return Promise.resolve({
    about: 'pg-query-stream 4.17.0 over the rows of Jejak, 1000 a batch, one statement and one transaction for the whole pass',
    knows: 'version',
    inside: { headText: '', storedText: '', tables: ['jejak.events'] },
    fill: unused,
    append: unused,
    look: unused,
    load: unused,
    async readAll(secondsMax, eventsMax) {
      const end = performance.now() + secondsMax * 1000
      const client = await pool.connect()
      const stream = client.query(new QueryStream(text, [], { batchSize: 1000 }))
      let count = 0
      let last = 0
      for await (const row of stream) {
        const { position, micros, body } = row as Row
        const recorded = { position: Number(position), recordedAt: BigInt(micros), fact: JSON.parse(body) as unknown }
        if (recorded.position <= last) throw new Error('out of order')
        last = recorded.position
        count += 1
        if (count >= eventsMax || (count % 1000 === 0 && performance.now() > end)) break
      }
      client.release(true)
      return count
    },
    close: () => pool.end(),
  })
}
