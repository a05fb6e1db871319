import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { countedBy, monthsAfter, sen, sumSen, type Edition, type LoanRules, type Recorded } from '@jejak/domain'
import { confirmed, proposed } from '../../../domain/test/support/corrections.ts'
import { ask, given, wishOn, type Later, type Wish } from '../../../domain/test/support/given.ts'
import { funded, lending, lent, maju, onTheWay, people } from '../../../domain/test/support/lending.ts'
import type { MemoryLog } from '../../../domain/test/support/memory.ts'
import { loanCard, loanPortfolio, type LoanCard } from '../../src/index.ts'

/** A loan on every day, as known at every position, whatever is entered in whatever order. */

const treatments = ['keep-due', 'capitalise', 'waive'] as const
const waterfalls = ['jasa-first', 'oldest-instalment-first'] as const
const under = (treatment: (typeof treatments)[number], waterfall: (typeof waterfalls)[number]): Edition =>
  lending((rules) => {
    rules.unpaidJasa = treatment
    rules.waterfall = waterfall
    rules.termMonths = [1, 12]
  })

const first = Temporal.PlainDate.from('2008-03-20')
const day = fc.nat(420).map((days) => first.add({ days }).toString())
const amount = fc.constantFrom('1', '15000', '45000', '100000', '345000', '690000', '1000000.01')
const late = { reason: 'Kuitansi terlambat', lateReason: 'Kuitansi terlambat' }
let numbers = 0
const numbered = (wish: Wish): Wish => ({ ...wish, ...late, data: { ...wish.data, number: `N-${(numbers += 1)}` } })
const paid = (on: string, rp: string): Wish => numbered(maju.paid(on, rp))
const rescheduled = (on: string, months: number): Wish => numbered(maju.rescheduled(on, monthsAfter(on, 1), months))
const missed = (n: number, on: string): Wish => ({ ...maju.missed(n, on), ...late })

/** Every fact of the loan, and those of the pool. */
const ofLoan = (log: MemoryLog): Recorded[] => log.facts.filter(({ fact }) => fact.subject.id === lent.loan.id)
const ofPool = (log: MemoryLog): Recorded[] => log.facts.filter(({ fact }) => fact.tags.includes(`loanPool:${lent.pool.id}`))

const text = ({ fact: { data } }: Recorded, field: string): string => (typeof data[field] === 'string' ? data[field] : '0')
const sumOf = (facts: readonly Recorded[], field: string): bigint => sumSen(facts.map((each) => sen(text(each, field))))
const isPayment = ({ fact }: Recorded): boolean => ['loan.InstalmentReceived', 'loan.JointLiabilityInvoked'].includes(fact.type)
const isSchedule = ({ fact }: Recorded): boolean => ['loan.Disbursed', 'loan.Rescheduled'].includes(fact.type)
const lineSum = ({ lines }: LoanCard, field: 'principal' | 'jasa' | 'paidPrincipal' | 'paidJasa' | 'open'): bigint =>
  sumSen(lines.map((line) => sen(line[field])))
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** What the card must say of money, told without folding the loan: facts that count by then are summed. Returns what is carried over. */
function checkCard(known: readonly Recorded[], at: string): bigint {
  const facts = countedBy(known, at)
  const card = loanCard(known, lent.loan.id, at)
  for (const line of card.lines) {
    expect(sen(line.paidPrincipal) >= 0n && sen(line.paidPrincipal) <= sen(line.principal)).toBe(true)
    expect(sen(line.paidJasa) >= 0n && sen(line.paidJasa) <= sen(line.jasa)).toBe(true)
  }
  const payments = facts.filter(isPayment)
  const capitalised = facts.filter((each) => text(each, 'treatment') === 'capitalise')
  const givenUp = facts.filter(({ fact }) => fact.type === 'loan.WrittenOff')
  const out = facts.filter(({ fact }) => fact.type === 'loan.Disbursed')
  const balance = sumOf(out, 'amount') + sumOf(capitalised, 'unpaidJasa') - sumOf(payments, 'principal') - sumOf(givenUp, 'amount')
  expect(sen(card.balance)).toBe(balance)
  const setBy = facts.findLast(isSchedule)
  if (setBy === undefined || givenUp.length > 0) {
    expect(card.lines).toEqual([])
    return 0n
  }
  const on = setBy.fact.effectiveOn
  const since = payments.filter(({ position, fact }) => fact.effectiveOn > on || (fact.effectiveOn === on && position > setBy.position))
  const unknown = payments.filter((each) => each.position > setBy.position && !since.includes(each))
  // The same loan without that rescheduling tells what jasa was overdue on its day after all.
  const without = loanCard(
    facts.filter((each) => each !== setBy && !since.includes(each)),
    lent.loan.id,
    on,
  )
  const stillDue = text(setBy, 'treatment') === 'waive' ? 0n : sen(text(setBy, 'unpaidJasa'))
  const overcharged = stillDue - sen(without.overdueJasa)
  const carried = unknown.length === 0 ? 0n : least(overcharged > 0n ? overcharged : 0n, sumOf(unknown, 'jasa'))
  expect(lineSum(card, 'paidPrincipal')).toBe(sumOf(since, 'principal') + sumOf(unknown, 'principal'))
  expect(lineSum(card, 'paidJasa')).toBe(sumOf(since, 'jasa') + carried)
  expect(lineSum(card, 'principal') - lineSum(card, 'paidPrincipal')).toBe(balance)
  const overdue = card.lines.filter(({ due }) => due <= at)
  expect(sen(card.overduePrincipal) + sen(card.overdueJasa)).toBe(sumSen(overdue.map(({ open }) => sen(open))))
  return sumOf(unknown, 'principal') + carried
}

const daysOf = (facts: readonly Recorded[]): string[] => [
  ...new Set(
    facts.flatMap(({ fact: { effectiveOn } }) => [Temporal.PlainDate.from(effectiveOn).subtract({ days: 1 }).toString(), effectiveOn]),
  ),
]

/** The course of a loan that is in arrears, to which more is entered. */
const behind = (edition: Edition) =>
  given(...funded(edition), [...onTheWay], [maju.paid('2008-04-01', '100000'), maju.missed(2, '2008-05-01')]).state

describe('a loan on every day', () => {
  const counts = { reschedulings: 0, carried: 0, reversals: 0, lateReschedulings: 0, annulments: 0 }
  afterAll(() => expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([]))

  const corrected = ['loan.InstalmentReceived', 'loan.InstalmentReceived', 'loan.JointLiabilityInvoked', 'loan.Rescheduled']
  const wanted = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(day, amount).map(([on, rp]) => () => [paid(on, rp)]),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(day, amount).map(([on, rp]) => () => [numbered(maju.joint(on, rp))]),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.integer({ min: 0, max: 12 }), day).map(([n, on]) => () => [missed(n, on)]),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(day, fc.integer({ min: 1, max: 12 })).map(([on, months]) => () => [rescheduled(on, months)]),
    },
    { weight: 1, arbitrary: day.map((on) => () => [{ ...maju.writtenOff(on), ...late }]) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('reverse' as const, 'annul' as const), fc.constantFrom(...corrected), fc.nat(2), day)
        .map(([how, type, back, on]) => () => [
          proposed(people.upk, how, type, lent.loan, { back, more: { on, ...late } }),
          confirmed(people.korkot, lent.loan, { on, ...late }),
        ]),
    },
  )

  async function entered(log: MemoryLog, wishes: readonly (Wish | Later)[]): Promise<boolean> {
    for (const each of wishes) {
      let wish: Wish
      try {
        wish = wishOn(log, each)
      } catch {
        return false
      }
      const { decision } = await ask(log, wish)
      if (decision.kind !== 'accepted') return false
      const [fact] = decision.facts
      if (fact?.type === 'loan.Rescheduled') {
        counts.reschedulings += 1
        counts.lateReschedulings += Number(ofLoan(log).some((each_) => isPayment(each_) && each_.fact.effectiveOn > fact.effectiveOn))
      }
      counts.reversals += Number(fact?.corrects?.how === 'reverse')
      counts.annulments += Number(fact?.corrects?.how === 'annul')
    }
    return true
  }

  const cases = treatments.flatMap((treatment) => waterfalls.map((waterfall) => [treatment, waterfall] as const))
  it.each(cases)('is owed what was not received by then, and no instalment is paid twice (%s, %s)', { timeout: 60_000 }, async (...of) => {
    const edition = under(...of)
    const before = await behind(edition)()
    await fc.assert(
      fc.asyncProperty(fc.array(wanted, { minLength: 4, maxLength: 16 }), async (list) => {
        const log = before.fork()
        for (const wishes of list) await entered(log, wishes())
        const all = ofLoan(log)
        const days = daysOf(all)
        for (const { position } of all.filter(({ position: from }) => from >= (before.facts.at(-1)?.position ?? 0))) {
          const known = all.filter((each) => each.position <= position)
          for (const at of days) if (checkCard(known, at) > 0n) counts.carried += 1
        }
        for (const at of days) {
          const told = loanPortfolio(ofPool(log), lent.pool.id, at, edition.loans as LoanRules)
          const card = loanCard(all, lent.loan.id, at)
          expect([at, told.money.outstanding]).toEqual([at, card.balance])
          if (told.loans[0]) expect(told.loans[0]).toMatchObject({ balance: card.balance, overdueJasa: card.overdueJasa })
        }
      }),
      { numRuns: 12, seed: 20_080_304 },
    )
  })

  const payment = fc.record({ on: fc.nat(250).map((days) => first.add({ days }).toString()), rp: amount, known: fc.boolean() })
  it.each(cases)('before a rescheduling is what it is without one, whenever its payments are entered (%s, %s)', async (...of) => {
    const edition = under(...of)
    const before = await behind(edition)()
    const on = '2008-12-01'
    let compared = 0
    await fc.assert(
      fc.asyncProperty(fc.array(payment, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 12 }), async (list, months) => {
        const [log, without] = [before.fork(), before.fork()]
        const known = list.filter((each) => each.known)
        for (const each of known) await entered(log, [paid(each.on, each.rp)])
        for (const each of ofLoan(log).slice(ofLoan(before).length))
          await entered(without, [paid(each.fact.effectiveOn, text(each, 'amount'))])
        const isRescheduled = await entered(log, [rescheduled(on, months)])
        for (const each of list.filter((one) => !one.known))
          if (await entered(log, [paid(each.on, each.rp)])) expect(await entered(without, [paid(each.on, each.rp)])).toBe(true)
        const told = (from: MemoryLog, at: string) => {
          const { lines, facts: _, ...card } = loanCard(ofLoan(from), lent.loan.id, at)
          const { loans, figures } = loanPortfolio(ofPool(from), lent.pool.id, at, edition.loans as LoanRules)
          const standing = loans.map(({ monthsInArrears, bucket, balance }) => ({ monthsInArrears, bucket, balance }))
          const rates = [figures.lar.percent, figures.par.percent, figures.rr.part, figures.rrCumulative.percent]
          return { ...card, lines: lines.map((line) => ({ ...line, facts: [] })), standing, rates }
        }
        for (const at of [...list.map((each) => each.on), '2008-11-30']) expect(told(log, at)).toEqual(told(without, at))
        compared += Number(isRescheduled && known.length < list.length)
      }),
      { numRuns: 8, seed: 20_081_201 },
    )
    expect(compared).toBeGreaterThan(1)
  })
})
