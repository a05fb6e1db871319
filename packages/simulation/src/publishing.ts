import { hash } from 'node:crypto'
import { commands, domain, readAndDecide, shippedEditions, type Edition, type Json, type Reader } from '@jejak/domain'
import { canonicalJson, childId, commandKeyHash, eventId, fingerprint } from '@jejak/event-store'
import { newHistory } from './history.ts'
import { system } from './officers.ts'
import { NotAccepted, type Sitting } from './sitting.ts'

/** When a simulated log opens (CONTRACTS D2), in microseconds: editions are published there. */
export const opening = Date.UTC(2005, 0, 1) * 1000

const nothing: Reader = {
  read: () => Promise.resolve({ facts: [], head: 0 }),
  edition: () => Promise.resolve(undefined),
  zoneOf: () => Promise.resolve('Asia/Jakarta'),
}

async function published(edition: Edition, index: number): Promise<Sitting> {
  const entry = commands.get('edition.Publish')
  if (!entry) throw new NotAccepted('there is no command edition.Publish')
  const content: Json = JSON.parse(JSON.stringify(edition))
  const keyHash = commandKeyHash('urn:jejak', 'system', `publish ${edition.id} ${edition.revision}`)
  const look = newHistory().look()
  const { decision } = await readAndDecide(
    domain,
    entry.slice,
    entry.decider,
    {
      command: 'edition.Publish',
      subject: { kind: 'edition', id: edition.id },
      data: { revision: edition.revision, content },
      effectiveOn: '2005-01-01',
      actor: { role: 'system' },
      evidence: [{ docType: 'naskah-edisi', sha256: hash('sha256', canonicalJson(content), 'hex') }],
      recordedBy: system,
      correlation: eventId(keyHash, 0),
      keyHash,
    },
    nothing,
    { now: opening / 1000, childId, eventId: (nth) => eventId(keyHash, nth), inScope: () => Promise.resolve(true) },
    look.world,
  )
  if (decision.kind !== 'accepted') throw new NotAccepted(`edition ${edition.id} was not published`)
  return {
    life: 0,
    needs: [0],
    recordedAt: opening,
    keyHash,
    fingerprint: fingerprint({ method: 'POST', route: 'system', ids: [edition.id], body: content }),
    reads: look.reads,
    commands: [decision.facts],
    first: index + 1,
  }
}

/** The shipped editions, published as the first start of a service would: the same keys, the same facts. */
export const publishShipped = (): Promise<Sitting[]> => Promise.all(shippedEditions.map(published))
