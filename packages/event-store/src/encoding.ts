import type { Fact } from '@jejak/domain'
import { digestArray, int4Array, int8Array, textArray, uuidArray } from './binary.ts'
import { canonicalBody } from './canonical.ts'
import { InvalidSubmission } from './errors.ts'
import type { Submission } from './log.ts'

/** A submission that was checked and written out once, before it queues. */
export interface Encoded {
  readonly submission: Submission
  readonly facts: readonly Fact[]
  readonly bodies: readonly string[]
  /** Size of the bodies in characters, for the bound of a call. */
  readonly size: number
}

const hash = /^[0-9a-f]{64}$/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const factType = /^[a-z][A-Za-z]*\.[A-Z][A-Za-z0-9]*$/

function demand(holds: boolean, message: string): asserts holds {
  if (!holds) throw new InvalidSubmission(message)
}

function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1
}

/** The columns are written from the same values as the body; what `checkColumns` would find later is refused here. */
function checkFact(fact: Fact, keyHash: string): void {
  demand(uuid.test(fact.id), `not the identifier of a fact: ${fact.id}`)
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
    demand(repeated?.every(isPosition) ?? true, 'a command repeats something that is no position')
  }
  const facts = commands.flatMap((command) => command.facts)
  for (const fact of facts) checkFact(fact, keyHash)
  const bodies = facts.map(canonicalBody)
  return { submission, facts, bodies, size: bodies.reduce((sum, body) => sum + body.length, 0) }
}

/** The name under which each connection keeps the prepared call. */
export const callName = 'jejak-append-1'

/** Calls jejak.append; the columns are read by position in `answer`. */
export const callText = `
select kind, outcome, recorded_micros, newer
from jejak.append(
  $1::bytea[], $2::bytea[], $3::bigint[],
  $4::int[], $5::text[], $6::text[], $7::bigint[],
  $8::int[], $9::int[], $10::text[],
  $11::int[], $12::uuid[], $13::text[], $14::text[],
  $15::int[], $16::text[]
)`

/** The types of a condition travel as one text that the function casts to text[]: arrays of arrays would have to be rectangular. */
function literal(types: readonly string[]): string {
  return `{${types.map((type) => JSON.stringify(type)).join(',')}}`
}

/** The sixteen arrays of a call, in the order of the function's parameters. */
export function callValues(batch: readonly Encoded[]): Buffer[] {
  const conditions: { submission: number[]; tag: string[]; types: (string | null)[]; after: number[] } = {
    submission: [],
    tag: [],
    types: [],
    after: [],
  }
  const commands: { submission: number[]; facts: number[]; repeated: (string | null)[] } = { submission: [], facts: [], repeated: [] }
  const facts: { submission: number[]; id: string[]; type: string[]; body: string[] } = { submission: [], id: [], type: [], body: [] }
  const tags: { fact: number[]; name: string[] } = { fact: [], name: [] }
  batch.forEach(({ submission, facts: own, bodies }, index) => {
    for (const { tag, types, after } of submission.conditions) {
      conditions.submission.push(index + 1)
      conditions.tag.push(tag)
      conditions.types.push(types.length === 0 ? null : literal(types))
      conditions.after.push(after)
    }
    for (const command of submission.commands) {
      commands.submission.push(index + 1)
      commands.facts.push(command.facts.length)
      commands.repeated.push(command.repeated?.join(',') ?? null)
    }
    own.forEach((fact, factIndex) => {
      facts.submission.push(index + 1)
      facts.id.push(fact.id)
      facts.type.push(fact.type)
      facts.body.push(bodies[factIndex] ?? '')
      for (const tag of fact.tags) {
        tags.fact.push(facts.id.length)
        tags.name.push(tag)
      }
    })
  })
  return [
    digestArray(batch.map(({ submission }) => submission.keyHash)),
    digestArray(batch.map(({ submission }) => submission.fingerprint)),
    int8Array(batch.map(({ submission }) => submission.recordedAt ?? null)),
    int4Array(conditions.submission),
    textArray(conditions.tag),
    textArray(conditions.types),
    int8Array(conditions.after),
    int4Array(commands.submission),
    int4Array(commands.facts),
    textArray(commands.repeated),
    int4Array(facts.submission),
    uuidArray(facts.id),
    textArray(facts.type),
    textArray(facts.body),
    int4Array(tags.fact),
    textArray(tags.name),
  ]
}
