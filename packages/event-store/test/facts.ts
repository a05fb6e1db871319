import { randomBytes, randomUUID } from 'node:crypto'
import type { Fact } from '@jejak/domain'
import { commandKeyHash, type Condition, eventId, fingerprint, type Submission } from '../src/index.ts'

/** What a test says of a fact; the rest is filled in. */
export interface FactSketch {
  readonly type?: string
  readonly tags?: readonly string[]
  readonly data?: Fact['data']
}

/** A complete fact of a submission. */
export function factOf(keyHash: string, index: number, sketch: FactSketch = {}): Fact {
  const tags = sketch.tags ?? [`tranche:${randomUUID()}`]
  const type = sketch.type ?? 'tranche.InstalmentPaid'
  const [kind = ''] = type.split('.')
  return {
    id: eventId(keyHash, index),
    type,
    schemaVersion: 1,
    subject: { kind, id: tags[0]?.split(':')[1] ?? '' },
    effectiveOn: '2018-05-14',
    actor: { role: 'BKM', institution: 'd0a45c68-4c0e-4a9e-9a1f-0d9c3c1f1c11' },
    recordedBy: { person: '3e8a7f52-6a44-4d27-8a55-0d6e1f6a2b10', role: 'FASKEL' },
    moves: [],
    evidence: [{ docType: 'kuitansi', number: 'KW-001/2018', date: '2018-05-14' }],
    correlation: keyHash.slice(0, 16),
    commandKeyHash: keyHash,
    tags: [...tags].sort(),
    data: sketch.data ?? { amount: '1500000', note: 'Pembayaran “termin” \\ ke-2 – é 日本' },
  }
}

/** What a test says of a submission. */
export interface Sketch {
  readonly key?: string
  readonly body?: string
  readonly facts?: readonly FactSketch[]
  readonly conditions?: readonly Condition[]
  readonly recordedAt?: bigint
}

/** A key that no other test uses. */
export function newKey(): string {
  return randomBytes(12).toString('hex')
}

/** The hash under which a test's key is kept. */
export function hashOf(key: string): string {
  return commandKeyHash('https://issuer.test', 'tester', key)
}

/** A submission of one command. */
export function submission(sketch: Sketch = {}): Submission {
  const keyHash = hashOf(sketch.key ?? newKey())
  return {
    keyHash,
    fingerprint: fingerprint({ method: 'POST', route: '/v1/tests', ids: [], body: sketch.body ?? 'same' }),
    conditions: sketch.conditions ?? [],
    commands: [{ facts: (sketch.facts ?? [{}]).map((one, index) => factOf(keyHash, index, one)) }],
    ...(sketch.recordedAt === undefined ? {} : { recordedAt: sketch.recordedAt }),
  }
}
