import { createHash } from 'node:crypto'
import {
  createWorld,
  domain,
  kernelReasons,
  readAndDecide,
  refuse,
  type Call,
  type Decision,
  type Fact,
  type Read,
  type Reader,
  type Refusal,
  type World,
} from '@jejak/domain'
import { childId, commandKeyHash, eventId, notYet, withIds, type Asked, type Submission } from '@jejak/event-store'
import { refusedRow, type Deciding, type ReadyRow } from './ready.ts'
import { importReasons } from './reasons.ts'
import { caseMax, type RefusedRow, type UnitDone, type WorkRow } from './spool.ts'

/** A unit with its rows read as commands, the facts that they read first, and the time of the log in microseconds since 1970. */
export interface ReadUnit {
  readonly unit: number
  readonly ready: readonly ReadyRow[]
  readonly reads: readonly Read[]
  readonly facts: Awaited<ReturnType<Reader['read']>>
  readonly clock: bigint
}

/** What a unit came to: what to append, if anything, and its account. */
export interface DecidedUnit {
  readonly done: UnitDone
  readonly submission: Submission | undefined
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The sum of what becomes of the rows of a unit. */
class Account {
  readonly #unit: number
  readonly #strict: boolean
  readonly #deviations = new Map<string, number>()
  readonly refusals: RefusedRow[] = []
  #deviating = 0
  #opened = 0
  #recorded = 0
  #facts = 0
  #same = 0
  #ignored = 0

  constructor(unit: number, strict: boolean) {
    this.#unit = unit
    this.#strict = strict
  }
  refuse(refused: RefusedRow): void {
    this.refusals.push(refused)
  }
  same(): void {
    this.#same += 1
  }
  ignore(): void {
    this.#ignored += 1
  }
  opened(facts: readonly Fact[]): void {
    this.#opened += 1
    this.#count(facts)
  }
  recorded(facts: readonly Fact[]): void {
    this.#recorded += 1
    this.#count(facts)
  }
  #count(facts: readonly Fact[]): void {
    this.#facts += facts.length
    for (const { deviations = [] } of facts) {
      if (deviations.length > 0) this.#deviating += 1
      for (const { rule } of deviations) this.#deviations.set(rule, (this.#deviations.get(rule) ?? 0) + 1)
    }
  }
  /** A strict unit with a refused row records nothing of what it would have. */
  done(): UnitDone {
    const nothing = this.#strict && this.refusals.length > 0
    return {
      unit: this.#unit,
      opened: nothing ? 0 : this.#opened,
      recorded: nothing ? 0 : this.#recorded,
      facts: nothing ? 0 : this.#facts,
      same: this.#same,
      ignored: this.#ignored,
      deviating: nothing ? 0 : this.#deviating,
      deviations: nothing ? {} : Object.fromEntries(this.#deviations),
      refusals: this.refusals,
    }
  }
}

const why = (asked: Asked, decision: Exclude<Decision, { kind: 'accepted' | 'same' }>): Refusal =>
  decision.kind === 'refused' ? decision.refusal : refuse(importReasons.unknown, { ...asked.call.subject })

const sameData = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}

/**
 * What is wrong with opening again what is open: other data than it was opened with. Its date is not compared: it is that of the first row,
 * and a file exported again may have one before it.
 */
function openedOtherwise({ slice, call }: Asked, world: World): Refusal | undefined {
  const { facts } = world.one(slice.fold, call.subject.id)
  const first = facts.find(({ fact }) => fact.source?.key !== undefined && fact.source.key === call.source?.key)
  if (!first || sameData(first.fact.data, call.data)) return undefined
  const other = first.fact.data
  const fields = [...new Set([...Object.keys(other), ...Object.keys(call.data)])].filter((name) => !sameData(other[name], call.data[name]))
  return refuse(kernelReasons.differsFromRecorded, { identity: 'source.key', fields: fields.join(', ') }, [first.position])
}

/** What a command came to: facts, or why there are none. */
type Came = { readonly facts: readonly Fact[] } | { readonly refusal: Refusal }

/** Decides the rows of one unit in their order, each on the state after the one before. */
class UnitWork {
  readonly account: Account
  readonly #facts: Fact[] = []
  readonly #commands: { readonly facts: readonly Fact[] }[] = []
  readonly #deciding: Deciding
  readonly #world: World
  readonly #clock: bigint
  readonly #keyHash: string

  constructor(deciding: Deciding, unit: number, world: World, clock: bigint, keyHash: string) {
    this.#deciding = deciding
    this.#world = world
    this.#clock = clock
    this.#keyHash = keyHash
    this.account = new Account(unit, deciding.mode === 'strict')
  }
  get commands(): readonly { readonly facts: readonly Fact[] }[] {
    return this.#commands
  }
  /** Whether a strict case is refused already: what follows of it is not asked. */
  get isRefused(): boolean {
    return this.#deciding.mode === 'strict' && this.account.refusals.length > 0
  }
  async take({ row, opening, command, wrong }: ReadyRow): Promise<void> {
    if (wrong) return this.account.refuse(wrong)
    const opened = opening && (await this.#open(row, opening))
    if (opened === 'refused') return undefined
    if (!command) return opened === undefined ? this.account.ignore() : opened === 'same' ? this.account.same() : this.account.recorded([])
    const decided = await this.#decide(command)
    if (decided === 'same') this.account.same()
    else if ('facts' in decided) this.account.recorded(decided.facts)
    else this.account.refuse(refusedRow(row, decided.refusal))
    return undefined
  }
  /** Opens its case if it is not open. Where that is refused, its row cannot go on. */
  async #open(row: WorkRow, opening: Asked): Promise<'opened' | 'same' | 'refused'> {
    if (this.#world.one(opening.slice.fold, opening.call.subject.id).opened) {
      const otherwise = openedOtherwise(opening, this.#world)
      if (otherwise) this.account.refuse(refusedRow(row, otherwise))
      return otherwise && this.#deciding.mode === 'strict' ? 'refused' : 'same'
    }
    const decided = await this.#decide(opening)
    if (decided === 'same') return 'same'
    if ('facts' in decided) this.account.opened(decided.facts)
    else this.account.refuse(refusedRow(row, decided.refusal))
    return 'facts' in decided ? 'opened' : 'refused'
  }
  async #decide(asked: Asked): Promise<Came | 'same'> {
    const { reader, mode } = this.#deciding
    const from = this.#facts.length
    const call: Call = { ...asked.call, keyHash: this.#keyHash, ...(mode === 'historical' ? { historical: true } : {}) }
    const around = {
      now: Number(this.#clock / 1000n),
      childId,
      eventId: (nth: number) => eventId(this.#keyHash, from + nth),
      inScope: () => Promise.resolve(true),
    }
    const { decision } = await readAndDecide(domain, asked.slice, asked.decider, call, reader, around, this.#world)
    if (decision.kind === 'same') return 'same'
    if (decision.kind !== 'accepted') return { refusal: why(asked, decision) }
    const facts = decision.facts.map((fact) => withIds(fact, this.#facts))
    this.#world.apply(facts.map((fact, nth) => ({ position: notYet + from + nth, recordedAt: this.#clock, fact })))
    this.#facts.push(...facts)
    this.#commands.push({ facts })
    return { facts }
  }
}

/**
 * Decides a unit on what was read for it. Its key is made of the rows that are not in the log yet: sent twice they are appended once, and
 * what is interrupted goes on under the same identifiers.
 */
export async function decideUnit(
  deciding: Deciding,
  { unit, ready, reads, facts: { facts, head }, clock }: ReadUnit,
): Promise<DecidedUnit> {
  const { mode, source, mappingSha256 } = deciding
  const world = createWorld()
  world.add(reads, facts, head)
  const imported = new Set(facts.map(({ fact }) => fact.source?.key))
  const fresh = ready.map(({ command }) => command?.call.source?.key).filter((key) => !imported.has(key))
  const rows = sha256([mode, mappingSha256, ...fresh].join(' '))
  const keyHash = commandKeyHash('urn:jejak:import', source, rows)
  const work = new UnitWork(deciding, unit, world, clock, keyHash)
  const [first] = ready
  if (mode === 'strict' && first && ready.length > caseMax)
    work.account.refuse(refusedRow(first.row, refuse(importReasons.tooMany, { count: `> ${caseMax}`, max: caseMax })))
  for (const row of ready) {
    if (work.isRefused) break
    await work.take(row)
  }
  const done = work.account.done()
  const submission: Submission | undefined =
    done.facts === 0
      ? undefined
      : {
          keyHash,
          fingerprint: rows,
          conditions: world.conditions().filter(({ after }) => after < notYet),
          commands: work.commands,
        }
  return { done, submission }
}
