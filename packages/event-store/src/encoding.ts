import type { Fact } from '@jejak/domain'
import { digestArray, int4Array, int8Array, textArray, uuidArray } from './binary.ts'
import { canonicalBody } from './canonical.ts'
import { InvalidSubmission } from './errors.ts'
import { tagHash, typeHash, typesLiteral } from './hashes.ts'
import { eventId } from './identifiers.ts'
import type { Submission } from './log.ts'
import { outcomePart } from './outcome.ts'

/** A submission that was checked and written out once, before it queues. */
export interface Encoded {
  readonly submission: Submission
  readonly facts: readonly Fact[]
  readonly bodies: readonly string[]
  /** Size of the bodies in characters, for the bound of a call. */
  readonly size: number
}

const hash = /^[0-9a-f]{64}$/
const factType = /^[a-z][A-Za-z]*\.[A-Z][A-Za-z0-9]*$/

function demand(holds: boolean, message: string): asserts holds {
  if (!holds) throw new InvalidSubmission(message)
}

function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1
}

/** The columns are written from the same values as the body; what `checkColumns` would find later is refused here. */
function checkFact(fact: Fact, keyHash: string, index: number): void {
  demand(fact.id === eventId(keyHash, index), `fact ${index} of its submission has another identifier: ${fact.id}`)
  demand(factType.test(fact.type), `not the type of a fact: ${fact.type}`)
  demand(fact.commandKeyHash === keyHash, `fact ${fact.id} names another key than its submission`)
  demand(fact.tags.length > 0, `fact ${fact.id} bears no tag`)
  fact.tags.forEach((tag, index) => {
    const before = fact.tags[index - 1]
    demand(tag !== '' && (before === undefined || before < tag), `tags of fact ${fact.id} are not sorted and unique`)
  })
}

/** Checks a submission and writes its bodies. Throws InvalidSubmission, or NotCanonical when a fact has no canonical text. */
export function encode(submission: Submission): Encoded {
  const { keyHash, fingerprint, conditions, commands, recordedAt } = submission
  demand(hash.test(keyHash), 'keyHash is not a SHA-256 in lower-case hexadecimal digits')
  demand(hash.test(fingerprint), 'fingerprint is not a SHA-256 in lower-case hexadecimal digits')
  demand(commands.length > 0, 'a submission holds at least one command')
  demand(recordedAt === undefined || (recordedAt >= 0n && recordedAt < 2n ** 53n), 'recordedAt is not in microseconds since 1970')
  for (const { tag, after } of conditions) {
    demand(tag !== '' && !tag.includes('\0'), 'a condition names no tag')
    demand(Number.isSafeInteger(after) && after >= 0, `a condition on ${tag} is after ${after}, which is no position`)
  }
  for (const { facts, repeated } of commands) {
    demand(repeated === undefined || facts.length === 0, 'a command that repeats records nothing')
    demand(repeated?.length !== 0 && (repeated?.every(isPosition) ?? true), 'a command repeats something that is no position')
  }
  const facts = commands.flatMap((command) => command.facts)
  for (const [index, fact] of facts.entries()) checkFact(fact, keyHash, index)
  const bodies = facts.map(canonicalBody)
  return { submission, facts, bodies, size: bodies.reduce((sum, body) => sum + body.length, 0) }
}

/** The name under which each connection keeps the prepared call. */
export const callName = 'jejak-append-2'

/** Calls jejak.append, which answers with one JSON text. */
export const callText = `
select jejak.append(
  $1::bytea[], $2::bytea[], $3::text[], $4::int[], $5::bigint[],
  $6::int[], $7::bigint[], $8::text[], $9::bigint[],
  $10::int[], $11::uuid[], $12::text[], $13::text[],
  $14::int[], $15::bigint[], $16::int[], $17::boolean
) as answer`

/** The outcome of a submission without its first position, which the function puts before it. */
function shapeOf({ commands }: Submission): string {
  return commands.map(({ facts, repeated }) => outcomePart(facts.length, repeated)).join(',')
}

interface Arrays {
  readonly condition: { submission: number[]; tag: bigint[]; types: (string | null)[]; after: number[] }
  readonly fact: { submission: number[]; id: string[]; type: string[]; body: string[] }
  readonly tag: { fact: number[]; hash: bigint[]; type: number[] }
}

function put({ condition, fact: row, tag }: Arrays, { submission, facts, bodies }: Encoded, ordinal: number): void {
  // The types travel as one text that the function casts to int[]: arrays of arrays would have to be rectangular.
  for (const { tag: name, types, after } of submission.conditions) {
    condition.submission.push(ordinal)
    condition.tag.push(tagHash(name))
    condition.types.push(typesLiteral(types))
    condition.after.push(after)
  }
  facts.forEach((fact, index) => {
    row.submission.push(ordinal)
    row.id.push(fact.id)
    row.type.push(fact.type)
    row.body.push(bodies[index] ?? '')
    for (const name of fact.tags) {
      tag.fact.push(row.id.length)
      tag.hash.push(tagHash(name))
      tag.type.push(typeHash(fact.type))
    }
  })
}

/** The values of a call, in the order of the function's parameters. */
export function callValues(batch: readonly Encoded[], checkKeys = false): (Buffer | boolean | null)[] {
  const arrays: Arrays = {
    condition: { submission: [], tag: [], types: [], after: [] },
    fact: { submission: [], id: [], type: [], body: [] },
    tag: { fact: [], hash: [], type: [] },
  }
  const until = batch.map((encoded, index) => {
    put(arrays, encoded, index + 1)
    return arrays.fact.id.length
  })
  const { condition, fact, tag } = arrays
  const timed = batch.some(({ submission }) => submission.recordedAt !== undefined)
  return [
    digestArray(batch.map(({ submission }) => submission.keyHash)),
    digestArray(batch.map(({ submission }) => submission.fingerprint)),
    textArray(batch.map(({ submission }) => shapeOf(submission))),
    int4Array(until),
    timed ? int8Array(batch.map(({ submission }) => submission.recordedAt ?? null)) : null,
    int4Array(condition.submission),
    int8Array(condition.tag),
    textArray(condition.types),
    int8Array(condition.after),
    int4Array(fact.submission),
    uuidArray(fact.id),
    textArray(fact.type),
    textArray(fact.body),
    int4Array(tag.fact),
    int8Array(tag.hash),
    int4Array(tag.type),
    checkKeys,
  ]
}
