import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  accountName,
  commands,
  corrected,
  createWorld,
  domain,
  foldEntity,
  one,
  postings,
  shippedEditions,
  stageAt,
  type Entity,
  type Fact,
  type Move,
  type Recorded,
} from '@jejak/domain'
import { heldByGroups, heldByImplementer, type Partnership } from '../../src/partnership/machine.ts'
import type { Proposal } from '../../src/proposal/machine.ts'
import { heldAs } from '../../src/proposal/money.ts'
import { heldByBoard, type Tranche } from '../../src/tranche/machine.ts'
import { sources } from '../support/sources.ts'
import { starts, step, wishesOn, works } from '../support/inventing.ts'
import { ask, askedOf, outcomeOf, type Wish } from '../support/given.ts'
import { entity } from '../support/prabumulih.ts'
import type { MemoryLog } from '../support/memory.ts'

const { t1, t2, a, allocation } = entity

type Money = Record<string, bigint>
const money = (log: MemoryLog, { id }: { id: string }): Money => log.fold(domain.slice('tranche').fold, id).data as Money
const foldOf = (log: MemoryLog, kind: string, id: string): Entity => log.fold(domain.slice(kind).fold, id)

/** Whether a move is one that the machine of the entity allows for some key of the fact's type, or the stated landing or force. */
function lawful(before: MemoryLog, fact: Fact, move: Move): boolean {
  const self = foldOf(before, move.kind, move.id)
  const pin = self.edition ?? fact.edition
  const edition = shippedEditions.find(({ id }) => id === pin?.id)
  const workflow = domain.workflow(move.kind, edition)
  if (!workflow) return false
  const outcomes = [...workflow.keys]
    .filter((key) => key === fact.type || key.startsWith(`${fact.type}:`))
    .flatMap((key) => workflow.next(self.stages, self.suspended, key) ?? [])
  const rules = (fact.deviations ?? []).map(({ rule }) => rule)
  if (rules.includes('stage-forced')) return stageAt(workflow.workflow, move.to ?? '') !== undefined
  const lands = rules.includes('out-of-order') ? workflow.workflow.facts[fact.type]?.lands : undefined
  return (
    (self.stages[move.region] ?? null) === move.from &&
    (outcomes.some(
      ({ stages, suspended }) => (stages[move.region] ?? null) === move.to && suspended === (move.suspended?.to ?? self.suspended),
    ) ||
      lands === move.to)
  )
}

/** What comes in is held, spent or settled, to the sen; and the books of board and groups agree. */
function checkMoney(log: MemoryLog): void {
  for (const { id } of [t1, t2]) {
    const t = money(log, { id })
    const at = (name: string): bigint => t[name] ?? 0n
    const groups = works.map(
      ({ id: proposal }) =>
        foldOf(log, 'proposal', proposal).data as Record<'paid' | 'expenses' | 'returned', { source: string; amountSen: bigint }[]>,
    )
    const sum = (rows: { source: string; amountSen: bigint }[]): bigint =>
      rows.filter((row) => row.source === id).reduce((total, row) => total + row.amountSen, 0n)
    const [paid, spent, returned] = (['paid', 'expenses', 'returned'] as const).map((field) =>
      groups.reduce((total, group) => total + sum(group[field]), 0n),
    )
    expect([paid, spent, returned]).toEqual([at('paidToKsmSen'), at('expensesSen'), at('returnedByKsmSen')])
    const held =
      at('creditedSen') -
      at('paidToKsmSen') +
      at('returnedByKsmSen') -
      at('bopSpentSen') -
      at('leftoverReturnedSen') -
      at('leftoverKeptSen')
    const inGroups = (paid ?? 0n) - (spent ?? 0n) - (returned ?? 0n)
    expect(held + inGroups + at('expensesSen') + at('bopSpentSen') + at('leftoverReturnedSen') + at('leftoverKeptSen')).toBe(
      at('creditedSen'),
    )
    const observedAgainstRules = log.facts.some(({ fact }) => fact.tags.includes(`tranche:${id}`) && (fact.deviations ?? []).length > 0)
    if (!observedAgainstRules)
      for (const value of [held, inGroups, at('creditedSen') - at('paidToKsmSen') - at('bopSetAsideSen')]) expect(value >= 0n).toBe(true)
  }
  const planned = [t1, t2].map(({ id }) => foldOf(log, 'tranche', id))
  const total = (foldOf(log, 'allocation', allocation.id).data as { amountSen: bigint }).amountSen
  const open = planned.filter(({ visited }) => !visited.some((path) => path === 'Cancelled' || path === 'Rejected'))
  const paidOff = open.every(({ visited }) => visited.includes('Sp2dIssued') || visited.includes('CreditedToBkm'))
  const belowPaid = log.facts.some(({ fact }) => (fact.deviations ?? []).some(({ rule }) => rule === 'revised-below-paid'))
  if (!paidOff && !belowPaid && open.length === planned.length)
    expect(planned.reduce((sum, { data }) => sum + (data as { amountSen: bigint }).amountSen, 0n)).toBe(total)
}

/** The books that the entries make say what the folds say: nothing is lost or doubled between them. */
function checkBooks(log: MemoryLog): void {
  const books = new Map<string, bigint>()
  const { standing, reversals } = corrected(log.facts)
  const enter = ({ fact }: Recorded, sign: 1n | -1n): void => {
    for (const { account, amountSen } of postings(fact))
      books.set(accountName(account), (books.get(accountName(account)) ?? 0n) + sign * amountSen)
  }
  for (const recorded of standing) {
    const reversed = reversals.get(recorded.position)
    enter(reversed ?? recorded, reversed ? -1n : 1n)
  }
  expect([...books.values()].reduce((sum, each) => sum + each, 0n)).toBe(0n)
  const on = (...names: string[]): bigint => names.reduce((sum, name) => sum + (books.get(name) ?? 0n), 0n)
  const grant = `allocation:${allocation.id}`
  for (const { id } of [t1, t2]) {
    const tranche = foldOf(log, 'tranche', id).data as Tranche
    const of = `${grant}/tranche:${id}`
    expect([on(`board-bank/${of}`, `board-operating/${of}`), on(`board-cash/${of}`)]).toEqual([
      heldByBoard(tranche) - tranche.cashSen,
      tranche.cashSen,
    ])
    expect(on(`tax-payable/${of}`)).toBe(tranche.taxes.reduce((sum, tax) => sum + tax.amountSen - tax.paidSen, 0n))
  }
  const agreement = foldOf(log, 'partnership', sources.agreement.id).data as Partnership
  for (const { id } of works) {
    const proposal = foldOf(log, 'proposal', id).data as Proposal
    const funds = [
      ...[t1, t2].map((each) => [each.id, `${grant}/tranche:${each.id}`] as const),
      [sources.agreement.id, fundOfAgreement] as const,
    ]
    for (const [source, fund] of funds)
      for (const where of ['bank', 'cash'] as const)
        expect([source, where, on(`group-${where}/${fund}/proposal:${id}`)]).toEqual([source, where, heldAs(proposal, source, where)])
    const payable = funds.map(([, fund]) => `tax-payable/${fund}/proposal:${id}`)
    expect(on(...payable)).toBe(proposal.taxes.reduce((sum, tax) => sum + tax.amountSen - tax.paidSen, 0n))
  }
  expect(on(`agreement-bank/${fundOfAgreement}`)).toBe(heldByImplementer(agreement))
  const inGroups = ['group-bank', 'group-cash'].map((kind) => `${kind}/${fundOfAgreement}/proposal:${a.id}`)
  expect(on(...inGroups)).toBe(heldByGroups(agreement))
}
const fundOfAgreement = `partnership:${sources.agreement.id}`

/** The same again, on its own date and round, is the same. */
async function checkAgain(log: MemoryLog, wish: Wish, fact: Fact): Promise<void> {
  const { round } = fact.data as { round?: number }
  const asked = askedOf(log, { ...wish, on: fact.effectiveOn })
  const again = { ...asked, body: { ...asked.body, data: { ...asked.body.data, ...(round === undefined ? {} : { round }) } } }
  expect(`${wish.command} ${outcomeOf(await log.try(again))}`).toBe(`${wish.command} same`)
}

/** Folding everything is folding a part and then the rest. */
function checkFolds(log: MemoryLog, cut: number): void {
  for (const { kind, id } of [t1, t2, ...works, allocation]) {
    const fold = domain.slice(kind).fold
    const facts = log.facts.filter(({ fact }) => fact.tags.includes(`${kind}:${id}`))
    const world = createWorld()
    world.add([one(fold, id)], facts.slice(0, cut), cut)
    world.one(fold, id)
    world.apply(facts.slice(cut))
    expect(world.one(fold, id)).toEqual(foldEntity(fold, id, facts))
  }
}

describe('whatever is asked, in whatever order', () => {
  const counts = { accepted: 0, refused: 0, noted: 0, corrected: 0 }
  afterAll(() => expect(Math.min(counts.accepted, counts.refused, counts.noted, counts.corrected)).toBeGreaterThan(50))

  it('machines are obeyed, money is conserved, refusals change nothing, repeats add nothing', { timeout: 20_000 }, async () => {
    const sequence = fc.tuple(fc.constantFrom(...starts), fc.array(step, { minLength: 4, maxLength: 14 }))
    await fc.assert(
      fc.asyncProperty(sequence, async ([start, wishes]) => {
        const log = await start()
        for (const wish of wishesOn(log, wishes)) {
          const before = log.fork()
          const text = JSON.stringify(log.facts.length)
          const decided = await ask(log, wish)
          if (decided.decision.kind !== 'accepted') {
            counts.refused += 1
            expect(JSON.stringify(log.facts.length)).toBe(text)
            if (decided.decision.kind === 'refused' && commands.get(wish.command)?.command.records.observation)
              expect(['order', 'authority', 'reference', 'input', 'rule']).toContain(decided.decision.refusal.reason.sort)
            continue
          }
          const { facts } = decided.decision
          counts.accepted += 1
          if (facts[0]?.deviations) counts.noted += 1
          for (const fact of facts)
            for (const move of fact.moves) expect([fact.type, move, lawful(before, fact, move)]).toEqual([fact.type, move, true])
          if (facts[0]?.corrects) counts.corrected += 1
          await checkAgain(log, wish, facts[0] as Fact)
          checkMoney(log)
          checkBooks(log)
        }
        checkFolds(log, Math.floor(log.facts.length / 3))
      }),
      { numRuns: 120, seed: 20_180_910 },
    )
  })
})
