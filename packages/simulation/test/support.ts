import { createHash, type Hash } from 'node:crypto'
import type { Recorded } from '@jejak/domain'
import { canonicalBody, leafHash } from '@jejak/event-store'
import { nationFacts, type NationOptions } from '../src/index.ts'

/** Two cities of six kelurahan each stand first in the order of this seed. */
export const twoCities = { seed: 'f', kelurahan: 7 } as const

/** All facts of a nation. */
export async function factsOf(options: NationOptions): Promise<Recorded[]> {
  const facts: Recorded[] = []
  for await (const recorded of nationFacts(options)) facts.push(recorded)
  return facts
}

const add = (digest: Hash, { position, recordedAt, fact }: Recorded): Hash =>
  digest.update(leafHash(position, recordedAt, canonicalBody(fact)))

/** Hash over the leaf hashes, as `jejak simulate` prints it. */
export const digestOf = (facts: readonly Recorded[]): string => facts.reduce(add, createHash('sha256')).digest('hex')
