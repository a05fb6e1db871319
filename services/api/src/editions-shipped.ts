import { createHash } from 'node:crypto'
import { commands, shippedEditions, type Json } from '@jejak/domain'
import { canonicalJson, eventId, commandKeyHash, fingerprint, handle } from '@jejak/event-store'
import { instantOf, type Context } from './context.ts'

const system = { person: '00000000-0000-7000-8000-000000000001', role: 'system' }

/** Publishes the editions that come with Jejak, by `system`, through the same path as any client's (CONTRACTS B5). Idempotent. */
export async function publishShipped(context: Context): Promise<void> {
  const entry = commands.get('edition.Publish')
  if (!entry) throw new Error('no command edition.Publish')
  const head = await context.log.head()
  for (const edition of shippedEditions) {
    if (await context.reader.edition({ id: edition.id, revision: edition.revision })) continue
    const key = { issuer: 'urn:jejak', subject: 'system', key: `publish ${edition.id} ${edition.revision}` }
    const simulated = context.log.clock === 'simulated'
    const content = JSON.parse(JSON.stringify(edition)) as Json
    const body = canonicalJson(content)
    const handled = await handle(
      {
        key,
        fingerprint: fingerprint({ method: 'POST', route: 'system', ids: [edition.id], body: content }),
        commands: [
          {
            slice: entry.slice,
            decider: entry.decider,
            call: {
              command: 'edition.Publish',
              subject: { kind: 'edition', id: edition.id },
              data: { revision: edition.revision, content },
              effectiveOn: instantOf(simulated ? head.recordedAt : context.now()).slice(0, 10),
              actor: { role: 'system' },
              evidence: [{ docType: 'naskah-edisi', sha256: createHash('sha256').update(body).digest('hex') }],
              recordedBy: system,
              correlation: eventId(commandKeyHash(key.issuer, key.subject, key.key), 0),
            },
          },
        ],
        ...(simulated ? { recordedAt: head.recordedAt } : {}),
      },
      { log: context.log, reader: context.reader, now: context.now, inScope: () => Promise.resolve(true) },
    )
    if (handled.kind !== 'done') throw new Error(`edition ${edition.id} was not published: ${JSON.stringify(handled)}`)
  }
}
