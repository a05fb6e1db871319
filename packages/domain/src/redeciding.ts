import type { Decider, Domain, Slice } from './kernel/decider.ts'
import type { Trouble } from './kernel/checks.ts'
import { corrected, correctingTypes, correctionsOf, isCorrection } from './kernel/corrections.ts'
import { correctionReasons as reasons } from './kernel/correction-reasons.ts'
import type { Intended } from './kernel/correcting.ts'
import type { Decision } from './kernel/decide.ts'
import type { EntityRef, Fact, Recorded } from './kernel/event.ts'
import { flagReasons, refuse, sentenceOf, type Refusal } from './kernel/refusal.ts'
import type { Call, Situation } from './kernel/rule.ts'
import { atLeastZero, rupiah, sen, type Sen } from './kernel/rupiah.ts'
import { one, type Read } from './kernel/world.ts'
import { poolMoneyFold } from './loan-pool/machine.ts'
import { accountName, accountRole, answeringAccount, moneyTypes, movements, postings, type Account } from './postings.ts'
import { againOf, callOf, Past, type Again } from './past.ts'
import type { Reader, Surroundings } from './reading.ts'
import { notedOfReversal, standsAgainstReversal } from './resting.ts'

/** Above every position of the log and of a batch: a confirmation that is only thought of. */
const thoughtOf = 2 ** 51

/** A correction stands against nothing that came later, with what it puts in breach; or is refused by it. */
export type LaterFacts = { readonly refusal: Refusal } | { readonly notes: readonly Trouble[] }

/** Decides a command as it was decided then, on what the reader gives. */
export type DecideAgain = (slice: Slice, decider: Decider, call: Call, reader: Reader, around: Surroundings) => Promise<Decision>

const refOf = (tag: string): EntityRef => ({ kind: tag.slice(0, tag.indexOf(':')), id: tag.slice(tag.indexOf(':') + 1) })

/** Reads by the folds that the target changes: entities, and key tags. */
function readsOver(domain: Domain, { fact: { type, tags } }: Recorded): Read[] {
  const keyFolds = [...domain.slices.values()].flatMap(({ keyFold }) => keyFold ?? [])
  return tags.flatMap((tag) => {
    const { kind, id } = refOf(tag)
    const fold = kind.endsWith('-key') ? keyFolds.find((each) => each.kind === kind) : domain.slice(kind).fold
    return fold?.types.includes(type) ? [one(fold, id)] : []
  })
}

const moneyRead: readonly string[] = [...moneyTypes, ...correctingTypes(moneyTypes)]

/** Where there must be as much as goes out: what somebody holds, and the cash of a pool. */
const isPurse = (account: Account): boolean => accountRole(account) === 'held' || account.kind === 'loan-fund'

/**
 * What each payment out of a pool left below zero, by its position, of facts as their corrections leave them. What was reversed had come in
 * or gone out all the same until the day on which it came back, and that was no payment that anybody decided.
 */
function shortIn(pool: string, facts: readonly Recorded[]): ReadonlyMap<number, { readonly spent: Recorded; readonly cashSen: Sen }> {
  const short = new Map<number, { readonly spent: Recorded; readonly cashSen: Sen }>()
  const { standing, reversals } = corrected(facts.toSorted((a, b) => a.position - b.position))
  let cashSen = 0n
  for (const recorded of standing) {
    const reversed = reversals.get(recorded.position)
    const own = postings((reversed ?? recorded).fact).filter(({ account }) => account.kind === 'loan-fund' && account.fund.id === pool)
    const gained = own.reduce((sum, { amountSen }) => sum + amountSen, 0n)
    if (!reversed && gained < 0n && cashSen + gained < 0n) short.set(recorded.position, { spent: recorded, cashSen })
    cashSen += reversed ? -gained : gained
  }
  return short
}

const openingOrSplit = (domain: Domain, type: string): boolean => {
  const decider = domain.deciderOf(type)
  return decider?.command.opens === true || decider?.also !== undefined
}

const isSecondary = ({ fact }: Recorded, ids: ReadonlySet<string | undefined>): boolean =>
  fact.causation !== undefined && ids.has(fact.causation)

/** What the facts after the target say to its correction: the moves and papers that rest on it, and each decision taken again. */
class Judging {
  readonly #domain: Domain
  readonly #x: Situation
  readonly #intended: Intended
  readonly #past: Past
  readonly #around: Surroundings
  readonly #decideAgain: DecideAgain

  constructor(domain: Domain, x: Situation, intended: Intended, reader: Reader, around: Surroundings, decideAgain: DecideAgain) {
    this.#decideAgain = decideAgain
    this.#domain = domain
    this.#x = x
    this.#intended = intended
    this.#around = { ...around, inScope: () => Promise.resolve(true) }
    const { target, how, replacement } = intended
    const confirmed = correctionsOf(target.fact.type.slice(0, target.fact.type.indexOf('.'))).confirmed.type
    const fact: Fact = {
      ...target.fact,
      id: 'thought',
      type: confirmed,
      moves: [],
      data: replacement === undefined ? {} : { replacement: replacement },
      corrects: { position: target.position, id: target.fact.id, how },
    }
    this.#past = new Past(x.world, reader, { position: thoughtOf, recordedAt: 0n, fact })
  }

  /** The facts after the target that entities fold which it changes, as they stand; primary ones, each with what it caused. */
  async #after(): Promise<readonly Recorded[]> {
    const { target, how } = this.#intended
    const { kind, id } = target.fact.subject
    const types = [...this.#domain.slices.values()].flatMap(({ events }) => events.map(({ type }) => type))
    const reads = readsOver(this.#domain, target)
    const all = openingOrSplit(this.#domain, target.fact.type) ? [{ tag: `${kind}:${id}`, types }] : []
    await this.#past.read([...reads, ...all])
    const found = new Map<number, Recorded>()
    for (const { tag, types: wanted } of [...reads, ...all])
      for (const recorded of corrected(this.#x.world.bearing(tag)).standing)
        if (
          recorded.position > target.position &&
          wanted.includes(recorded.fact.type) &&
          !isCorrection(recorded.fact.type) &&
          (wanted !== types || how === 'annul' || recorded.fact.causation === target.fact.id)
        )
          found.set(recorded.position, recorded)
    return [...found.values()].sort((a, b) => a.position - b.position)
  }

  /** What cannot stay without the target: what it caused, later moves of what it moved, all that is about what it opened. */
  #resting(after: readonly Recorded[]): readonly Recorded[] {
    const { fact } = this.#intended.target
    const regions = new Set(fact.moves.map(({ kind, id, region }) => `${kind}:${id} ${region}`))
    const opens = this.#domain.deciderOf(fact.type)?.command.opens === true
    const self = `${fact.subject.kind}:${fact.subject.id}`
    return after.filter(
      (later) =>
        later.fact.causation === fact.id ||
        later.fact.moves.some(({ kind, id, region }) => regions.has(`${kind}:${id} ${region}`)) ||
        (opens && later.fact.tags.includes(self)),
    )
  }

  async #again(recorded: Recorded, stored: readonly Fact[], withThought: boolean): Promise<Again> {
    const decider = this.#domain.deciderOf(recorded.fact.type)
    if (!decider) return { refusal: undefined, differs: [], deviations: [] }
    const slice = this.#domain.slice(recorded.fact.subject.kind)
    const reader = this.#past.before(recorded.position, withThought)
    const around = { ...this.#around, now: Number(recorded.recordedAt / 1000n) }
    return againOf(await this.#decideAgain(slice, decider, callOf(decider, recorded), reader, around), stored)
  }

  /** A replaced fact is decided at its own place: what identifies it and what follows from it must come out as they stand. */
  async #itself(after: readonly Recorded[]): Promise<LaterFacts> {
    const { target, current, replacement } = this.#intended
    if (replacement === undefined) return { notes: [] }
    const now: Recorded = { ...target, fact: { ...target.fact, data: replacement } }
    const caused = after.filter(({ fact }) => fact.causation === target.fact.id && fact.commandKeyHash === target.fact.commandKeyHash)
    const facts = [now, ...caused].map(({ fact }) => fact)
    const before = await this.#again(current, [current.fact, ...caused.map(({ fact }) => fact)], false)
    const again = await this.#again(now, facts, false)
    const fields = again.differs.filter((field) => !before.differs.includes(field))
    if (fields.length > 0) return { refusal: refuse(reasons.recordAnew, { fields: fields.join(', ') }, [target.position]) }
    return this.#compared(target, before, { ...again, differs: [] })
  }

  #compared({ fact, position }: Recorded, before: Again, after: Again): LaterFacts {
    const of = { type: fact.type, position }
    if (after.refusal && after.refusal.code !== before.refusal?.code) {
      const { reason, details, code } = after.refusal
      const why = { why: sentenceOf(reason, details, 'id'), whyEn: sentenceOf(reason, details, 'en') }
      return { refusal: refuse(reasons.breaksLater, { ...of, rule: code, ...why }, [position]) }
    }
    const differs = after.differs.filter((field) => !before.differs.includes(field))
    if (differs.length > 0 && !before.refusal)
      return { refusal: refuse(reasons.turnsOutOtherwise, { ...of, fields: differs.join(', ') }, [position]) }
    const known = new Set(before.deviations.map(({ rule }) => rule))
    const notes = after.deviations.flatMap(({ rule, facts: _facts, ...details }): Trouble[] => {
      const reason = this.#domain.deciderOf(fact.type)?.rules.find(({ code }) => code === rule)
      const named = reason ?? { code: rule, sort: 'rule' as const, source: '', sentence: { id: rule, en: rule } }
      const told = Object.entries(details).filter((each): each is [string, string | number] =>
        ['string', 'number'].includes(typeof each[1]),
      )
      return known.has(rule) ? [] : [{ always: false, flag: true, refusal: refuse(named, Object.fromEntries(told), [position]) }]
    })
    return { notes }
  }

  /** What comes back must still be there; where it is not, the account falls below zero, which is noted as it has happened. */
  async #overdrawn(): Promise<readonly Trouble[]> {
    const { current } = this.#intended
    const undone = movements(current.fact)
    if (undone.length === 0) return []
    const funds = new Set(undone.flatMap(({ from, to }) => [from, to].map(({ fund }) => `${fund.kind}:${fund.id}`)))
    const reads = [...funds].map((tag) => ({ tag, types: moneyRead }))
    await this.#past.read(reads)
    const known = new Map(reads.flatMap(({ tag }) => this.#x.world.bearing(tag).map((each) => [each.position, each] as const)))
    const { standing, reversals } = corrected([...known.values(), this.#past.thought].sort((a, b) => a.position - b.position))
    const gains = standing.flatMap(({ fact, position }) => {
      const reversed = reversals.get(position)
      const sign = reversed ? -1n : 1n
      return movements(reversed?.fact ?? fact).flatMap(({ from, to, amountSen }) => [
        { name: accountName(answeringAccount(from)), sen: -amountSen * sign },
        { name: accountName(answeringAccount(to)), sen: amountSen * sign },
      ])
    })
    const givers = new Set(undone.flatMap(({ to }) => (isPurse(to) ? [accountName(answeringAccount(to))] : [])))
    return [...givers].flatMap((account) => {
      const left = gains.reduce((sum, { name, sen }) => (name === account ? sum + sen : sum), 0n)
      const refusal = refuse(flagReasons.reversalOverdraws, { account, by: rupiah(left < 0n ? -left : 0n) }, [current.position])
      return left < 0n ? [{ always: false, flag: true, refusal }] : []
    })
  }

  /** The money of a pool is no part of its own fold (decision 0025): what was paid out of it is held against its cash again. */
  async #poolShort(): Promise<Refusal | undefined> {
    const { type, tags } = this.#intended.target.fact
    if (!poolMoneyFold.types.includes(type)) return undefined
    for (const { id } of tags.map(refOf).filter(({ kind }) => kind === 'loanPool')) {
      const read = one(poolMoneyFold, id)
      await this.#past.read([read])
      const known = this.#x.world.bearing(read.tag)
      const before = shortIn(id, known)
      // What was imported is history: it was never decided.
      const found = [...shortIn(id, [...known, this.#past.thought]).values()].find(
        ({ spent: { fact, position } }) => !before.has(position) && fact.source?.key === undefined,
      )
      if (found) return this.#spentTooMuch(found.spent, found.cashSen)
    }
    return undefined
  }

  #spentTooMuch({ fact: { type, data }, position }: Recorded, cashSen: Sen): Refusal {
    const rule = 'exceeds-pool-cash'
    const of = { type, position, rule, why: rule, whyEn: rule }
    const reason = this.#domain.deciderOf(type)?.rules.find(({ code }) => code === rule)
    if (reason === undefined) return refuse(reasons.breaksLater, of, [position])
    const details = { amount: rupiah(sen(data['amount'] as string)), cash: rupiah(atLeastZero(cashSen)) }
    const why = { why: sentenceOf(reason, details, 'id'), whyEn: sentenceOf(reason, details, 'en') }
    return refuse(reasons.breaksLater, { ...of, ...why }, [position])
  }

  async judge(): Promise<LaterFacts> {
    const { how, current } = this.#intended
    if (how === 'reverse') {
      // A type may move money and this fact none: what an account carried over, jasa that became principal.
      if (movements(current.fact).length === 0)
        return { refusal: refuse(reasons.notMoney, { type: current.fact.type }, [current.position]) }
      const own = this.#x.world.bearing(`${current.fact.subject.kind}:${current.fact.subject.id}`)
      const refusal = standsAgainstReversal(current, own)
      if (refusal) return { refusal }
      const noted = notedOfReversal(current, own).map((each): Trouble => ({ always: false, flag: true, refusal: each }))
      return { notes: [...noted, ...(await this.#overdrawn())] }
    }
    const short = await this.#poolShort()
    if (short) return { refusal: short }
    const after = await this.#after()
    const [first, ...others] = how === 'annul' ? this.#resting(after) : []
    if (first) {
      const facts = [first, ...others].map(({ position }) => position)
      return { refusal: refuse(reasons.restsOnIt, { count: facts.length, type: first.fact.type, position: first.position }, facts) }
    }
    const itself = await this.#itself(after)
    if ('refusal' in itself) return itself
    const notes = [...itself.notes]
    const ids = new Set([...after, this.#intended.target].map(({ fact }) => fact.id))
    for (const later of after) {
      if (isSecondary(later, ids)) continue
      const caused = after.filter(({ fact }) => fact.causation === later.fact.id && fact.commandKeyHash === later.fact.commandKeyHash)
      const stored = [later, ...caused].map(({ fact }) => fact)
      const anew = await this.#again(later, stored, true)
      if (!anew.refusal && anew.differs.length === 0 && anew.deviations.length === 0) continue
      const judged = this.#compared(later, await this.#again(later, stored, false), anew)
      if ('refusal' in judged) return judged
      notes.push(...judged.notes)
    }
    return { notes }
  }
}

/**
 * Judges a correction by what came after the fact that it corrects: an annulled fact must have nothing resting on it, and every later
 * decision that may have read it is taken again on the corrected history. One that its rules would now refuse, or decide otherwise, refuses
 * the correction; observations that it puts in breach are noted. What decided otherwise before already says nothing.
 */
export const laterFacts = (
  domain: Domain,
  x: Situation,
  intended: Intended,
  reader: Reader,
  around: Surroundings,
  decideAgain: DecideAgain,
): Promise<LaterFacts> => new Judging(domain, x, intended, reader, around, decideAgain).judge()
