import { createPool, migrateLog, openLog } from '@jejak/event-store'
import type { BenchEvent } from '../content.ts'
import { prose } from '../prose.ts'
import { servingLogin, servingUrl } from '../serving.ts'
import type { Opening, Store } from '../store.ts'
import { conditionsOf, submissionOf, trancheTag } from './jejak-facts.ts'

const fillingAtOnce = 512

/** Jejak through the interface of its package, as the API uses it. */
export async function open({ adminUrl, admin, connections, fresh }: Opening): Promise<Store> {
  if (fresh) await migrateLog(admin, { clock: 'real', servingLogin: { name: servingLogin } })
  const pool = createPool(servingUrl(adminUrl), { max: connections, applicationName: 'jejak-bench' })
  const log = await openLog(pool)
  const filling = await openLog(pool, { ordered: true })

  async function store(event: BenchEvent): Promise<void> {
    const appended = await filling.append(submissionOf([event], []))
    if (appended.kind !== 'accepted') throw new Error(`filling: ${appended.kind}`)
  }

  return {
    about: prose`
        each fact with four tags, an idempotency key, canonical text hashed in log order, a condition on two tags with the types
        that the slices fold`,
    knows: 'position',
    inside: {
      headText: 'select coalesce(max(position), 0)::text as position from jejak.events',
      storedText: `
        select body::json -> 'data' ->> 'id' as id, (body::json -> 'data' ->> 'entity')::int as entity,
          (body::json -> 'data' ->> 'version')::int as version, position::text as position
        from jejak.events e where e.position > $1::bigint order by e.position`,
      tables: ['jejak.events', 'jejak.event_tags', 'jejak.commands'],
    },
    async fill(events) {
      // In order: what is submitted first stands first, within a call and from call to call.
      for (let from = 0; from < events.length; from += fillingAtOnce) await Promise.all(events.slice(from, from + fillingAtOnce).map(store))
    },
    async append(entity, events, known) {
      const appended = await log.append(submissionOf(events, conditionsOf(entity, known)))
      if (appended.kind === 'conflict') return 'conflict'
      if (appended.kind !== 'accepted') throw new Error(`append: ${appended.kind}`)
      return appended.outcome[0]?.positions.at(-1) ?? known
    },
    inTurn: (entity, work) => log.inTurn(trancheTag(entity), work),
    look: async () => (await log.head()).position,
    load: async (entity) => (await log.read([{ tag: trancheTag(entity) }])).facts.length,
    async readAll(secondsMax, eventsMax) {
      const end = performance.now() + secondsMax * 1000
      let count = 0
      for await (const page of log.pages({ after: 0, limit: 500 })) {
        count += page.length
        if (count >= eventsMax || performance.now() > end) break
      }
      return count
    },
    async close() {
      await log.drain()
      await pool.end()
    },
  }
}
