import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { commands, createWorld, domain, foldEntity, one, shippedEditions, stageAt, type Entity, type Fact, type Move } from '@jejak/domain'
import { allocationFold } from '../../src/allocation/machine.ts'
import { proposalFold } from '../../src/proposal/machine.ts'
import { sumOf } from '../../src/proposal/money.ts'
import { heldByBoard, trancheFold, undistributed } from '../../src/tranche/machine.ts'
import { expectConserved } from '../support/conservation.ts'
import { starts, step, wishesOn, works } from '../support/inventing.ts'
import { ask, askedOf, outcomeOf, type Wish } from '../support/given.ts'
import { entity } from '../support/prabumulih.ts'
import type { MemoryLog } from '../support/memory.ts'

const { t1, t2, allocation } = entity

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

/** The books of the board and of its groups agree, nobody pays what he has not, and tranches are as large as the allocation. */
function checkMoney(log: MemoryLog): void {
  for (const { id } of [t1, t2]) {
    const t = log.fold(trancheFold, id).data
    const groups = works.map((work) => log.fold(proposalFold, work.id).data)
    const [paid, spent, returned] = (['paid', 'expenses', 'returned'] as const).map((field) =>
      groups.reduce((total, group) => total + sumOf(group[field], id), 0n),
    )
    expect([paid, spent, returned]).toEqual([t.paidToKsmSen, t.expensesSen, t.returnedByKsmSen])
    const inGroups = (paid ?? 0n) - (spent ?? 0n) - (returned ?? 0n)
    const observedAgainstRules = log.facts.some(({ fact }) => fact.tags.includes(`tranche:${id}`) && (fact.deviations ?? []).length > 0)
    if (!observedAgainstRules) for (const value of [heldByBoard(t), inGroups, undistributed(t)]) expect(value >= 0n).toBe(true)
  }
  const planned = [t1, t2].map(({ id }) => log.fold(trancheFold, id))
  const total = log.fold(allocationFold, allocation.id).data.amountSen
  const open = planned.filter(({ visited }) => !visited.some((path) => path === 'Cancelled' || path === 'Rejected'))
  const paidOff = open.every(({ visited }) => visited.includes('Sp2dIssued') || visited.includes('CreditedToBkm'))
  const belowPaid = log.facts.some(({ fact }) => (fact.deviations ?? []).some(({ rule }) => rule === 'revised-below-paid'))
  if (!paidOff && !belowPaid && open.length === planned.length)
    expect(planned.reduce((sum, { data }) => sum + data.amountSen, 0n)).toBe(total)
}

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
          expectConserved(log)
        }
        checkFolds(log, Math.floor(log.facts.length / 3))
      }),
      { numRuns: 120, seed: 20_180_910 },
    )
  })
})
