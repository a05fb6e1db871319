import { describe, expect, it } from 'vitest'
import { domain, type Entity } from '@jejak/domain'
import { given, play, type Later, type Step, type Wish } from '../support/given.ts'
import { confirmed, declined, etagOf, factOf, proposed } from '../support/corrections.ts'
import { variant } from '../support/editions.ts'
import type { MemoryLog } from '../support/memory.ts'
import { begun, housed, old, olds } from '../support/p2kp.ts'
import { house, office, otherDecreed, until } from '../support/places.ts'
import { act, entity, id, line, scenarioUnder, who } from '../support/prabumulih.ts'

const { t1, a, allocation, bkm, ksmA, cycle } = entity
const credited = until(66)
const later = { ...who.bkm, person: id('P-BKM-99') }
const second = office(later)

/** Two persons: one says it, the other confirms it. */
const both = (
  says: Wish['actor'],
  confirms: Wish['actor'],
  how: 'annul' | 'replace' | 'reverse',
  type: string,
  subject: Wish['subject'],
  meant: Parameters<typeof proposed>[4] = {},
): Later[] => [proposed(says, how, type, subject, meant), confirmed(confirms, subject)]

const amount = '350000000'
const wrongCredit = proposed(who.bkm, 'replace', 'tranche.Credited', t1, { other: { amount: '35000000' } })
const credit = (log: MemoryLog, upTo?: number, on?: string): bigint =>
  (log.fold(domain.slice('tranche').fold, t1.id, upTo, on).data as { creditedSen: bigint }).creditedSen
/** What an entity's data say, as text. */
const written = (data: unknown): string => JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
const dataOf = <T>(log: MemoryLog, { kind, id: of }: Wish['subject'], upTo?: number, on?: string): Entity<T> =>
  log.fold(domain.slice(kind).fold, of, upTo, on) as Entity<T>
const played = async (...steps: readonly Step[]): Promise<MemoryLog> => given(...steps).state()
const expense = (number: string, sum = '2000000'): Wish => line(218, { data: { number, amount: sum }, papers: ['kwitansi'], evidence: [] })

function whoRows(): void {
  describe('who', () => {
    it('a person who may record the fact says that it is wrong', () => given(credited).when(wrongCredit).thenAccepted('CreditedToBkm'))
    it('others do not', () =>
      given(credited)
        .when(proposed(who.lurah, 'annul', 'tranche.Credited', t1))
        .thenRefused('role-not-allowed', { role: 'LURAH' }))
    it('a bank is asked through those who enter its facts', () =>
      given(credited)
        .when(proposed({ role: 'BANK' }, 'annul', 'tranche.Credited', t1, { more: { recorder: who.bkm } }))
        .thenRefused('role-not-allowed', { role: 'BANK' }))
    it('another board does not', () =>
      given(credited, house('BKM-LAIN', 'BKM', 'P-BKM-X', 'BKM').wishes)
        .when(proposed({ ...who.bkm, institution: id('BKM-LAIN'), person: id('P-BKM-X') }, 'annul', 'tranche.Credited', t1))
        .thenRefused('actor-of-other-institution'))
    it('nobody confirms what he proposed himself', () =>
      given(credited, wrongCredit).when(confirmed(who.bkm, t1)).thenRefused('correction-by-same-person'))
    it('nor whoever entered the proposal of another', () =>
      given(credited, wrongCredit)
        .when(confirmed(who.treasurer, t1, { recorder: who.bkm }))
        .thenRefused('correction-by-same-recorder'))
    it('nor whoever signed it beside others', () =>
      given(credited, proposed(who.bkm, 'annul', 'tranche.Credited', t1, { more: { cosigners: [who.korkot] } }))
        .when(confirmed(who.korkot, t1))
        .thenRefused('correction-by-same-person'))
    it('another one of the board, or who may force a stage, confirms', async () => {
      await given(credited, wrongCredit).when(confirmed(who.treasurer, t1)).thenNoted('credit-below-sp2d', 'CreditedToBkm')
      await given(credited, wrongCredit).when(confirmed(who.korkot, t1)).thenNoted('credit-below-sp2d', 'CreditedToBkm')
      await given(credited, wrongCredit).when(confirmed(who.lurah, t1)).thenRefused('role-not-allowed')
    })
    it('one without the office does not', () =>
      given(credited, wrongCredit)
        .when(confirmed({ ...who.korkot, person: id('P-NONE') }, t1))
        .thenRefused('office-not-held'))
    it('an edition may say otherwise', async () => {
      const strict = scenarioUnder(
        variant('KOTAKU-2018', (draft) => {
          draft.corrections = { proposedBy: ['BKM', 'PPK'], confirmedBy: ['PMU'] }
        }),
      )
      const past: Step[] = [strict.until(66), wrongCredit]
      await given(...past)
        .when(confirmed(who.korkot, t1))
        .thenRefused('role-not-allowed', { allowed: 'PMU' })
      await given(...past)
        .when(confirmed(who.pmu, t1))
        .thenNoted('credit-below-sp2d')
      await given(strict.until(66))
        .when(proposed(who.secretary, 'annul', 'tranche.Credited', t1))
        .thenRefused('role-not-allowed')
    })
    it('the proposer takes it back, others decline it with a reason', async () => {
      await given(credited, wrongCredit).when(declined(who.bkm, t1)).thenAccepted()
      await given(credited, wrongCredit).when(declined(who.korkot, t1)).thenAccepted()
      await given(credited, wrongCredit, declined(who.korkot, t1)).when(confirmed(who.korkot, t1)).thenRefused('correction-not-open')
      await given(credited, wrongCredit)
        .when({ of: (log) => ({ ...declined(who.korkot, t1).of(log), reason: undefined }) as never })
        .thenRefusedAt('correction-unexplained', '/reason')
    })
  })
}

const unknownTarget = (position: number, fact: string, more: Partial<Wish> = {}): Later => ({
  of: (log) =>
    act(
      'tranche.ProposeCorrection',
      t1,
      who.bkm,
      { target: { position, id: fact }, how: 'annul' },
      {
        reason: 'Salah',
        ifMatch: etagOf(log, t1),
        ...more,
      },
    ),
})

function whichRows(): void {
  describe('which fact', () => {
    it('is named by position and id, and is about this entity', async () => {
      await given(credited)
        .when(unknownTarget(1, id('X')))
        .thenRefused('correction-target-unknown')
      await given(credited)
        .when({
          of: (log) => {
            const { position, fact } = factOf(log, 'proposal.Drafted', a)
            return unknownTarget(position, fact.id).of(log)
          },
        })
        .thenRefused('correction-target-unknown')
      await given(credited)
        .when({
          of: (log) => act('tranche.ConfirmCorrection', t1, who.korkot, { proposed: id('X') }, { ifMatch: etagOf(log, t1) }),
        })
        .thenRefused('correction-proposal-unknown')
    })
    it('of an entity that nobody knows, none', () =>
      given(credited)
        .when({ of: (log) => ({ ...unknownTarget(1, id('X')).of(log), subject: { kind: 'tranche', id: id('NONE') } }) })
        .thenIs('unknown'))
    it('as it was seen: If-Match is needed', async () => {
      const ifMatch = (seen?: number): Later => ({ of: (log) => ({ ...wrongCredit.of(log), ifMatch: seen }) as Wish })
      await given(credited).when(ifMatch()).thenRefused('if-match-missing')
      await given(credited).when(ifMatch(1)).thenIs('stale')
    })
    it('one open proposal at a time', async () => {
      await given(credited, wrongCredit)
        .when(proposed(who.treasurer, 'annul', 'tranche.Credited', t1))
        .thenRefused('correction-still-open')
      await given(credited, wrongCredit).when(wrongCredit).thenSame()
      await given(credited, wrongCredit, declined(who.korkot, t1)).when(wrongCredit).thenAccepted()
    })
    it('no correction of a correction', async () => {
      const past: Step[] = [credited, wrongCredit, confirmed(who.korkot, t1)]
      for (const type of ['tranche.CorrectionProposed', 'tranche.CorrectionConfirmed'])
        await given(...past)
          .when(proposed(who.bkm, 'annul', type, t1))
          .thenRefused('correction-of-correction')
      await given(...past)
        .when(confirmed(who.korkot, t1))
        .thenSame()
    })
    it('no erasure, and no published edition', async () => {
      const person = { kind: 'person', id: id('P-NEW') } as const
      const erased = [
        act('person.Register', person, who.secretary, { commitment: 'ab'.repeat(32) }),
        act('person.Erase', person, who.pmu, { why: 'Permintaan' }),
      ]
      await given(until(30), erased)
        .when(proposed(who.pmu, 'annul', 'person.Erased', person))
        .thenRefused('fact-not-correctable')
    })
    it('a reason is needed, and a replacement for that alone', async () => {
      await given(credited)
        .when({ of: (log) => ({ ...wrongCredit.of(log), reason: undefined }) as never })
        .thenRefusedAt('correction-unexplained', '/reason')
      await given(credited)
        .when(proposed(who.bkm, 'replace', 'tranche.Credited', t1))
        .thenRefusedAt('correction-replacement-missing', '/replacement')
      for (const how of ['annul', 'reverse'] as const) {
        const superfluous = proposed(who.bkm, how, 'tranche.Credited', t1, { other: { amount: '1' } })
        await given(credited).when(superfluous).thenRefused('correction-replacement-superfluous', { how })
        await given(credited).when(superfluous).thenRefusedAt('correction-replacement-superfluous', '/replacement')
      }
    })
  })
}

function replaceRows(): void {
  describe('replace: a credit of the wrong amount', () => {
    const other = (data: object): Later => proposed(who.bkm, 'replace', 'tranche.Credited', t1, { other: data })
    it('counts with the right one from the confirmation on, on every date', async () => {
      const log = await played(credited, wrongCredit)
      const before = log.facts.length
      expect(credit(log)).toBe(35_000_000_000n)
      await play(log, confirmed(who.korkot, t1))
      expect(credit(log)).toBe(3_500_000_000n)
      expect(credit(log, before)).toBe(35_000_000_000n)
      const { effectiveOn } = factOf(log, 'tranche.Credited', t1).fact
      expect([credit(log, undefined, effectiveOn), credit(log, undefined, '2018-01-01')]).toEqual([3_500_000_000n, 0n])
      expect(dataOf(log, t1).stages).toEqual({ '': 'CreditedToBkm' })
      expect(factOf(log, 'tranche.Credited', t1).fact.data['amount']).toBe(amount)
    })
    it('puts an observation in breach, and says so', async () => {
      const [fact] = await given(credited, wrongCredit).when(confirmed(who.korkot, t1)).thenNoted('credit-below-sp2d')
      expect(fact).toMatchObject({ corrects: { how: 'replace' }, moves: [], data: { replacement: { amount: '35000000' } } })
    })
    it('again: the second names the original', async () => {
      const past: Step[] = [credited, wrongCredit, confirmed(who.korkot, t1), other({ amount: '349000000' }), confirmed(who.korkot, t1)]
      expect(credit(await played(...past))).toBe(34_900_000_000n)
      await given(...past)
        .when(other({ amount: '349000000' }))
        .thenSame()
      await given(...past)
        .when(proposed(who.treasurer, 'replace', 'tranche.Credited', t1, { other: {} }))
        .thenRefused('correction-changes-nothing')
    })
    it('not what identifies it, nor what it refers to', async () => {
      await given(credited)
        .when(other({ bankReference: 'LAIN' }))
        .thenRefused('annul-and-record-anew', { fields: 'bankReference' })
      await given(until(75), second)
        .when(proposed(who.treasurer, 'replace', 'tranche.InstalmentPaid', t1, { other: { proposal: entity.b.id } }))
        .thenRefused('annul-and-record-anew')
      await given(until(34))
        .when(proposed(who.ksmA, 'replace', 'proposal.Drafted', a, { other: { allocation: id('X') } }))
        .thenRefused('annul-and-record-anew')
    })
    it('whole, by the schema of its type', () =>
      given(credited)
        .when(other({ amount: '-1', more: 1 }))
        .thenRefusedAt('correction-replacement-malformed', '/replacement/amount', '/replacement/more'))
    it('refused where a later decision would break its rule', () =>
      given(until(75), second)
        .when(proposed(who.bkm, 'replace', 'tranche.Credited', t1, { other: { amount: '1' } }))
        .thenRefused('correction-breaks-later-decision', { rule: 'exceeds-tranche' }))
    it('nor where another fact came with it', () =>
      given(until(27))
        .when(proposed(who.kasatker, 'replace', 'allocation.Decreed', allocation, { other: { amount: '600000000' } }))
        .thenRefused('annul-and-record-anew'))
    it('a later decision that would have led elsewhere stands against it', () =>
      given(credited, line(67, { data: { amount: '7000000' } }), second)
        .when(proposed(who.bkm, 'replace', 'tranche.Credited', t1, { other: { amount: '7000000' } }))
        .thenRefused('correction-changes-later-decision', { fields: 'outcome, stages' }))
  })
}

function annulRows(): void {
  describe('annul', () => {
    const spent = (log: MemoryLog) => dataOf<{ expenses: readonly { number: string }[] }>(log, a).data.expenses.map(({ number }) => number)
    const twice: Step[] = [until(217), expense('KW-1'), expense('KW-1B')]
    it('an expense entered twice: the group and the tranche have it once', async () => {
      const log = await played(...twice)
      const ofTranche = () => dataOf<{ expensesSen: bigint }>(log, entity.t2).data.expensesSen
      const before = ofTranche()
      await play(log, ...both(who.ksmA, who.korkot, 'annul', 'proposal.ExpenseRecorded', a))
      expect([spent(log).includes('KW-1'), spent(log).includes('KW-1B')]).toEqual([true, false])
      expect(before - ofTranche()).toBe(200_000_000n)
      expect(dataOf(log, a).corrections).toHaveLength(2)
    })
    it('struck facts do not count: the same again is recorded anew', async () => {
      const struck = both(who.ksmA, who.korkot, 'annul', 'proposal.ExpenseRecorded', a)
      await given(...twice)
        .when(expense('KW-1B'))
        .thenSame()
      await given(...twice, struck)
        .when(expense('KW-1B'))
        .thenAccepted()
      await given(...twice, struck)
        .when(proposed(who.ksmA, 'annul', 'proposal.ExpenseRecorded', a, { more: { on: '2018-12-30' } }))
        .thenRefused('correction-already-struck')
    })
    it('money that came back later is no way round the account that was given before', async () => {
      const given260 = until(260)
      const at = { more: { on: '2018-12-28' } }
      const back = both(who.ksmC, who.korkot, 'reverse', 'proposal.ExpenseRecorded', entity.c, at)
      const same = { ...at, other: { amount: '1000000' } }
      for (const past of [[given260], [given260, back]]) {
        await given(...past)
          .when(proposed(who.ksmC, 'replace', 'proposal.ExpenseRecorded', entity.c, { ...same, back: 1 }))
          .thenRefused('correction-breaks-later-decision', { rule: 'group-lpj-differs-from-expenses' })
        for (const nth of [0, 1])
          await given(...past)
            .when(proposed(who.ksmC, 'annul', 'proposal.ExpenseRecorded', entity.c, { ...at, back: nth }))
            .thenRefused('correction-breaks-later-decision', { rule: 'group-lpj-differs-from-expenses' })
      }
    })
    it('a step on which others rest is not', () =>
      given(until(47))
        .when(proposed(who.ksmA, 'annul', 'proposal.Submitted', a))
        .thenRefused('facts-rest-on-it'))
    it('the last step is, and the stage goes back', async () => {
      const log = await played(until(47))
      const { kind, id: of } = a
      const at = dataOf(log, a).stages['']
      const last = log.facts.findLast(({ fact }) => fact.subject.kind === kind && fact.subject.id === of)
      const from = last?.fact.moves.find((move) => move.id === of)
      const says = last?.fact.actor as Wish['actor']
      await play(log, ...both(says, who.korkot, 'annul', last?.fact.type ?? '', a))
      expect([at, dataOf(log, a).stages['']]).toEqual([from?.to, from?.from])
    })
    it('nor what a decision after it was only allowed by', () =>
      given(until(75), second)
        .when(proposed(who.bkm, 'annul', 'tranche.Credited', t1))
        .thenRefused('facts-rest-on-it'))
    it('a fact that later observations lean on: they are in breach then, and the confirmation says so', () =>
      given(until(71), second, proposed(who.treasurer, 'annul', 'tranche.BopSetAside', t1))
        .when(confirmed(who.korkot, t1))
        .thenNoted('bop-not-set-aside'))
    it('an office, from its beginning', async () => {
      const lead = { holder: later.person, role: 'BKM', from: '2017-01-02' }
      const log = await played(until(30), second, both(who.system, who.korkot, 'annul', 'institution.OfficeAssumed', bkm))
      expect(written(dataOf(log, bkm).data)).not.toContain(lead.holder)
      await given(async () => log)
        .when(proposed(later, 'annul', 'institution.BankAccountOpened', bkm))
        .thenRefused('office-not-held')
    })
    it('a meeting of a cycle', async () => {
      const meeting = act(
        'cycle.HoldMeeting',
        olds.cycle,
        old.senior,
        { meeting: 'rembug-rt', attendance: { present: 30, women: 14, poor: 18 } },
        { papers: ['daftar-hadir'] },
      )
      const log = await played(
        housed,
        [...begun('P2KP3-2006'), meeting],
        both(old.senior, old.korkot, 'annul', 'cycle.MeetingHeld', olds.cycle),
      )
      expect(dataOf(log, olds.cycle).facts.some(({ fact }) => fact.type === 'cycle.MeetingHeld')).toBe(false)
    })
    it('what opened an entity, while nothing else is about it', async () => {
      await given(until(27))
        .when(proposed(who.kasatker, 'annul', 'allocation.Decreed', allocation))
        .thenRefused('facts-rest-on-it')
      const drafted: Step[] = [until(31)]
      const log = await played(...drafted, both(who.ksmA, who.korkot, 'annul', 'proposal.Drafted', a))
      expect(dataOf(log, a)).toMatchObject({ opened: false, stages: {} })
      expect(dataOf(log, a).ancestors).toContain(`allocation:${allocation.id}`)
    })
    it('frees the key that it took', async () => {
      const cycleAgain = line(4, { subject: { kind: 'cycle', id: id('CYC-2') } })
      await given(until(4)).when(cycleAgain).thenRefused('already-taken')
      await given(until(4), both(line(4).actor, who.pmu, 'annul', 'cycle.Started', cycle))
        .when(cycleAgain)
        .thenAccepted()
      await given(until(27)).when(otherDecreed).thenAccepted()
    })
    it('a registered person, a member, a signed paper: every kind', async () => {
      const person = { kind: 'person', id: id('P-NEW') } as const
      const registered = act('person.Register', person, who.secretary, { commitment: 'ab'.repeat(32) })
      const join = act('institution.JoinMember', ksmA, who.ksmA, { member: person.id })
      await given(until(30), registered, join)
        .when(proposed(who.secretary, 'annul', 'person.Registered', person))
        .thenRefused('facts-rest-on-it')
      const log = await played(until(30), registered, join, both(who.ksmA, who.korkot, 'annul', 'institution.MemberJoined', ksmA))
      expect(written(dataOf(log, ksmA).data)).not.toContain(person.id)
      await given(async () => log, both(who.secretary, who.pmu, 'annul', 'person.Registered', person))
        .when(join)
        .thenAccepted()
    })
  })
}

function reverseRows(): void {
  describe('reverse: a payment that was paid back', () => {
    const back = proposed(who.treasurer, 'reverse', 'tranche.InstalmentPaid', t1, { more: { on: '2018-07-10' } })
    const paidBack: Step[] = [until(75), second, back, confirmed(who.korkot, t1, { on: '2018-07-11' })]
    const held = (log: MemoryLog, on?: string) => dataOf<{ paidToKsmSen: bigint }>(log, t1, undefined, on).data.paidToKsmSen
    it('its money counts until the day it came back; its stage stays', async () => {
      const log = await played(...paidBack)
      const paidOn = factOf(log, 'tranche.InstalmentPaid', t1).fact.effectiveOn
      const paid = held(log, '2018-07-10')
      expect(paid > 0n).toBe(true)
      expect([held(log, paidOn), held(log, '2018-07-11'), held(log)]).toEqual([paid, 0n, 0n])
      expect(dataOf(log, t1).stages).toEqual({ '': 'Distributing' })
      expect(dataOf<{ paid: unknown[] }>(log, a).data.paid).toEqual([])
    })
    it('of money that was spent meanwhile is noted', () =>
      given(until(81), proposed(who.treasurer, 'reverse', 'tranche.InstalmentPaid', t1, { back: 2 }))
        .when(confirmed(who.korkot, t1))
        .thenNoted('reversal-overdraws'))
    it('only of money, not before it was paid, and once', async () => {
      await given(until(75), second)
        .when(proposed(who.korkot, 'reverse', 'proposal.Drafted', a))
        .thenRefused('role-not-allowed')
      await given(until(75))
        .when(proposed(who.ksmA, 'reverse', 'proposal.Drafted', a))
        .thenRefused('reversal-of-no-money')
      await given(until(75), second)
        .when(
          proposed(who.treasurer, 'reverse', 'tranche.InstalmentPaid', t1, { more: { on: '2018-01-02', lateReason: 'Baru diketahui' } }),
        )
        .thenRefused('reversal-before-fact')
      await given(...paidBack)
        .when(proposed(who.treasurer, 'reverse', 'tranche.InstalmentPaid', t1))
        .thenRefused('correction-already-struck')
    })
  })
}

/** Corrections: CONTRACTS E4, DOMAIN §13 G-17. */
export function correctionRows(): void {
  whoRows()
  whichRows()
  replaceRows()
  annulRows()
  reverseRows()
}
