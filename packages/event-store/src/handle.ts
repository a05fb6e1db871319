import {
  createWorld,
  domain,
  firstReads,
  kernelReasons,
  readAndDecide,
  refuse,
  type Call,
  type Decided,
  type Decider,
  type Decision,
  type Deviation,
  type Entity,
  type Fact,
  type Json,
  type Reader,
  type Recorded,
  type Refusal,
  type Slice,
  type World,
} from '@jejak/domain'
import { childId, commandKeyHash, eventId } from './identifiers.ts'
import type { BoundKey, CommandOutcome, Log, Submission } from './log.ts'

/** A command with the slice and decider it belongs to; its key is the submission's. */
export interface Asked {
  readonly slice: Slice
  readonly decider: Decider
  readonly call: Omit<Call, 'keyHash'>
}

/** One or more commands under one key, all or nothing (CONTRACTS B1, B2). */
export interface Request {
  readonly key: { readonly issuer: string; readonly subject: string; readonly key: string }
  readonly fingerprint: string
  readonly commands: readonly Asked[]
  /** Microseconds; simulated logs only. */
  readonly recordedAt?: bigint
  /** Decide and say, store nothing. */
  readonly dryRun?: boolean
}

/** What became of a request. `index` names the command of a batch that was refused. */
export type Handled =
  | {
      readonly kind: 'done'
      readonly outcome: readonly CommandOutcome[]
      readonly replayed: boolean
      /** For each command what it recorded now; undefined where it repeated, absent when all of it is a replay. */
      readonly fresh?: readonly (Fresh | undefined)[]
    }
  | { readonly kind: 'would-do'; readonly facts: readonly (readonly Fact[])[] }
  | { readonly kind: 'refused'; readonly index: number; readonly refusal: Refusal }
  | { readonly kind: 'stale'; readonly index: number; readonly seen: number; readonly newer: readonly Recorded[] }
  | { readonly kind: 'unknown'; readonly index: number }
  | { readonly kind: 'conflict'; readonly newer: readonly { readonly tag: string; readonly position: number }[] }
  | { readonly kind: 'key-reused' }
  | { readonly kind: 'clock-runs-backwards'; readonly last: bigint }
  | { readonly kind: 'clock-is-real' }

/** What a command recorded now, and where its subject stands after all of the request: as the log would give both, without asking it. */
export interface Fresh {
  readonly facts: readonly Recorded[]
  readonly subject: Pick<Entity, 'stages' | 'suspended' | 'last'>
}

/** What handling needs besides the log: editions and zones, the clock, and what the caller may see. */
export interface Handling {
  readonly log: Log
  readonly reader: Reader
  /** Microseconds since 1970. */
  readonly now: () => bigint
  readonly inScope: (area: string | undefined) => Promise<boolean>
}

/** Positions of facts decided in a batch and not yet in the log: above any real one. */
export const notYet = 2 ** 50
const retriesMax = 8

interface Prepared {
  readonly facts: readonly Fact[]
  readonly repeated?: readonly number[]
}

const refusedAt = (index: number, decision: Exclude<Decision, { kind: 'accepted' | 'same' }>, decided: Decided): Handled => {
  if (decision.kind === 'refused')
    return {
      kind: 'refused',
      index,
      refusal: { ...decision.refusal, facts: decision.refusal.facts.filter((position) => position < notYet) },
    }
  if (decision.kind === 'unknown') return { kind: 'unknown', index }
  const { facts, corrections } = decided.situation.self
  const newer = [...facts, ...corrections].filter(({ position }) => position > decision.seen).sort((a, b) => a.position - b.position)
  return { kind: 'stale', index, seen: decision.seen, newer }
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** A fact of the same submission has no position yet: it is named by its id (CONTRACTS B1). */
export function withIds(fact: Fact, earlier: readonly Fact[]): Fact {
  if (!fact.deviations) return fact
  const named = (at: Json): Json => (typeof at === 'number' && at >= notYet ? (earlier[at - notYet]?.id ?? at) : at)
  const deviations = fact.deviations.map((deviation): Deviation => {
    const { facts } = deviation
    return isList(facts) ? { ...deviation, facts: facts.map(named) } : deviation
  })
  return { ...fact, deviations }
}

/** The first positions of a command that is the same again: those of the command that recorded the fact found. */
async function firstPositions(log: Log, keyHash: string, position: number): Promise<readonly number[]> {
  const bound = await log.outcomeOf(keyHash)
  return bound?.outcome.find((command) => command.positions.includes(position))?.positions ?? [position]
}

type Keyed = Asked & { readonly call: Call }

/** Decides the commands in order, each on the state after the one before, over a world that holds what they read first. */
async function prepare(
  commands: readonly Keyed[],
  handling: Handling,
  keyHash: string,
  world: World,
  clock: bigint,
): Promise<Handled | readonly Prepared[]> {
  const prepared: Prepared[] = []
  let made = 0
  for (const [index, { slice, decider, call }] of commands.entries()) {
    const from = made
    const around = {
      now: Number(clock / 1000n),
      childId,
      eventId: (n: number) => eventId(keyHash, from + n),
      inScope: handling.inScope,
    }
    const decided = await readAndDecide(domain, slice, decider, call, handling.reader, around, world)
    const { decision } = decided
    if (decision.kind === 'same') {
      if (decision.position >= notYet) return { kind: 'refused', index, refusal: refuse(kernelReasons.repeatedInBatch) }
      prepared.push({ facts: [], repeated: await firstPositions(handling.log, decision.keyHash, decision.position) })
      continue
    }
    if (decision.kind !== 'accepted') return refusedAt(index, decision, decided)
    const facts = decision.facts.map((fact) =>
      withIds(
        fact,
        prepared.flatMap((each) => each.facts),
      ),
    )
    world.apply(facts.map((fact, n) => ({ position: notYet + made + n, recordedAt: clock, fact })))
    made += facts.length
    prepared.push({ facts })
  }
  return prepared
}

const isPrepared = (result: Handled | readonly Prepared[]): result is readonly Prepared[] => Array.isArray(result)

/** What the append would say of the recorded time: asked for a dry run, which appends nothing. */
async function wrongClock({ recordedAt }: Request, log: Log): Promise<Handled | undefined> {
  if (recordedAt === undefined) return undefined
  if (log.clock === 'real') return { kind: 'clock-is-real' }
  const { recordedAt: last } = await log.head()
  return recordedAt < last ? { kind: 'clock-runs-backwards', last } : undefined
}

/** What was recorded now. Positions that stood for facts not yet in the log become those that they got. */
function freshOf(
  commands: readonly Keyed[],
  prepared: readonly Prepared[],
  recorded: readonly Recorded[],
  world: World,
): readonly (Fresh | undefined)[] {
  let from = 0
  return prepared.map(({ facts }, index) => {
    const command = commands[index]
    const own = recorded.slice(from, from + facts.length)
    from += facts.length
    if (own.length === 0 || !command) return undefined
    const { stages, suspended, last } = world.one(command.slice.fold, command.call.subject.id)
    return { facts: own, subject: { stages, suspended, last: recorded[last - notYet]?.position ?? last } }
  })
}

const answerTo = (request: Request, bound: BoundKey): Handled =>
  bound.fingerprint === request.fingerprint ? { kind: 'done', outcome: bound.outcome, replayed: true } : { kind: 'key-reused' }

/** The answer to a key that was bound after it was looked up: what was read then may be what the first of two equal requests recorded. */
async function replay(request: Request, log: Log, keyHash: string): Promise<Handled | undefined> {
  const bound = await log.outcomeOf(keyHash)
  return bound && answerTo(request, bound)
}

/**
 * Look up the key, read, fold, decide, append: the only path by which a fact enters the log (STYLE §3). The key, the head and what is read
 * first are asked for together; the key is judged before anything else (CONTRACTS E1). A conflict starts again from the key lookup, a
 * bounded number of times; commands of this process on one entity go one after the other, which spares most of them.
 */
export function handle(request: Request, handling: Handling): Promise<Handled> {
  const [first] = request.commands
  if (first === undefined || request.dryRun) return attempt(request, handling)
  return handling.log.inTurn(`${first.slice.kind}:${first.call.subject.id}`, () => attempt(request, handling))
}

async function attempt(request: Request, handling: Handling): Promise<Handled> {
  const { log, reader } = handling
  const keyHash = commandKeyHash(request.key.issuer, request.key.subject, request.key.key)
  const commands = request.commands.map((asked): Keyed => ({ ...asked, call: { ...asked.call, keyHash } }))
  const reads = commands.flatMap(({ slice, decider, call }) => firstReads(domain, slice, decider, call))
  for (let round = 1; ; round += 1) {
    const [bound, last, first] = await Promise.all([request.dryRun ? undefined : log.outcomeOf(keyHash), log.head(), reader.read(reads)])
    if (bound) return answerTo(request, bound)

    const world = createWorld()
    world.add(reads, first.facts, first.head)
    const now = handling.now()
    const clock = request.recordedAt ?? (now > last.recordedAt ? now : last.recordedAt)
    const prepared = await prepare(commands, handling, keyHash, world, clock)
    if (!isPrepared(prepared)) return (request.dryRun ? undefined : await replay(request, log, keyHash)) ?? prepared
    if (request.dryRun) return (await wrongClock(request, log)) ?? { kind: 'would-do', facts: prepared.map(({ facts }) => facts) }

    const submission: Submission = {
      keyHash,
      fingerprint: request.fingerprint,
      conditions: world.conditions().filter(({ after }) => after < notYet),
      commands: prepared,
      ...(request.recordedAt === undefined ? {} : { recordedAt: request.recordedAt }),
    }
    const appended = await log.append(submission)
    switch (appended.kind) {
      case 'accepted': {
        const fresh = freshOf(commands, prepared, appended.facts, world)
        return { kind: 'done', outcome: appended.outcome, replayed: false, fresh }
      }
      case 'repeated':
        return { kind: 'done', outcome: appended.outcome, replayed: true }
      case 'conflict':
        if (round >= retriesMax) return { kind: 'conflict', newer: appended.newer }
        break
      case 'key-reused':
      case 'clock-runs-backwards':
      case 'clock-is-real':
        return appended
    }
  }
}
