import fc from 'fast-check'
import { cash } from './cash.ts'
import { confirmed, declined, proposed } from './corrections.ts'
import type { Later, State, Wish } from './given.ts'
import type { MemoryLog } from './memory.ts'
import { act, entity, line, prabumulih, who } from './prabumulih.ts'
import { sources } from './sources.ts'

const { t1, t2, a, b, allocation } = entity
/** The works of the story. */
export const works = [a, b, entity.c]
const lines = [27, 55, 62, 66, 74, 77, 121, 122, 153, 189, 207, 214, 257, 266, 269, 272]
/** Points of the story to go on from. */
export const starts: readonly State[] = [...lines.map((seq) => prabumulih.until(seq)), sources.funded(), sources.funded()]
const amounts = [
  '0.01',
  '1',
  '3000000',
  '7000000.01',
  '10000000',
  '30000000',
  '88000000',
  '147000000',
  '150000000',
  '350000000',
  '9999999999999999.99',
]
const percents = ['0', '12', '49.99', '50', '100']

const amount = fc.constantFrom(...amounts)
const tranche = fc.constantFrom(t1, t2)
const number = fc.integer({ min: 1, max: 4 }).map((n) => `N-${n}`)
const ksms = [who.ksmA, who.ksmB, who.ksmC]
const work = fc.integer({ min: 0, max: 2 })
const paper = fc.record({ number, amount })
const subject = (index: number) => works[index] ?? a
const ksm = (index: number) => ksms[index] ?? who.ksmA

/** A command, a correction as its proposal and what decides it, or nothing. */
export type Asking = Wish | readonly Later[] | undefined

/** A command of the list, at a point near the one where the log stands or anywhere. */
const told = fc.integer({ min: 28, max: 284 }).map((seq): Wish | undefined => {
  try {
    return line(seq)
  } catch {
    return undefined
  }
})
const invented: fc.Arbitrary<Wish> = fc.oneof(
  fc.tuple(tranche, paper).map(([t, data]) => act('tranche.SetBopAside', t, who.treasurer, data)),
  fc.tuple(tranche, paper).map(([t, data]) => act('tranche.RecordBopSpending', t, who.secretary, data)),
  fc
    .tuple(tranche, paper)
    .map(([t, data]) => act('tranche.RecordSp2d', t, { role: 'KPPN' }, data, { recorder: who.ppk, papers: ['sp2d'] })),
  fc
    .tuple(tranche, amount, number)
    .map(([t, sum, bankReference]) =>
      act('tranche.RecordCredit', t, { role: 'BANK' }, { amount: sum, bankReference }, { recorder: who.bkm }),
    ),
  fc
    .tuple(tranche, work, fc.integer({ min: 1, max: 3 }), amount, number)
    .map(([t, w, instalment, sum, bankReference]) =>
      act(
        'tranche.PayInstalment',
        t,
        who.treasurer,
        { proposal: subject(w).id, ksm: ksm(w).institution, instalment, amount: sum, bankReference },
        { papers: ['bukti-transfer'] },
      ),
    ),
  work.map((w) => act('proposal.RecordStep', subject(w), who.upl, { step: 'VF-17', outcome: 'pay' }, { papers: ['rpd'] })),
  fc
    .tuple(tranche, work, paper)
    .map(([t, w, data]) => act('proposal.RecordExpense', subject(w), ksm(w), { ...data, tranche: t.id, line: '1' })),
  fc
    .tuple(tranche, work, amount, number)
    .map(([t, w, sum, bankReference]) =>
      act('proposal.ReturnLeftover', subject(w), ksm(w), { tranche: t.id, amount: sum, bankReference }, { papers: ['bukti-transfer'] }),
    ),
  fc
    .tuple(tranche, paper)
    .map(([t, data]) => act('tranche.ReturnLeftover', t, who.treasurer, data, { papers: ['bukti-setor-kas-negara'] })),
  fc
    .tuple(tranche, paper)
    .map(([t, data]) => act('tranche.SubmitLpj', t, who.bkm, { ...data, covers: [t1.id, t2.id] }, { papers: ['lpj-bkm'] })),
  fc
    .tuple(work, fc.constantFrom(...percents))
    .map(([w, percent]) =>
      act('proposal.ReportProgress', subject(w), ksm(w), { percent }, { papers: [`lkp-${percent.replace('.', '-')}`] }),
    ),
  fc
    .tuple(work, fc.constantFrom(...percents))
    .map(([w, percent]) =>
      act('proposal.VerifyProgress', subject(w), who.faskelT, { percent }, { papers: [`ukur-${percent.replace('.', '-')}`] }),
    ),
  paper.map((data) => act('allocation.Revise', allocation, who.kasatker, data, { papers: ['sk-alokasi'] })),
  tranche.map((t) => act('tranche.Cancel', t, who.ppk, { why: 'Tutup tahun' })),
  fc
    .tuple(tranche, number)
    .map(([t, letter]) => act('tranche.Suspend', t, who.korkot, { why: 'Pemeriksaan' }, { papers: [letter.toLowerCase()] })),
  fc
    .tuple(tranche, number)
    .map(([t, letter]) => act('tranche.Resume', t, who.korkot, { why: 'Selesai' }, { papers: [letter.toLowerCase()] })),
  fc.tuple(amount, number).map(([sum, bankReference]) => cash.drawn(sum, { bankReference })),
  fc.tuple(amount, number).map(([sum, bankReference]) => cash.deposited(sum, { bankReference })),
  fc.tuple(amount, number).map(([sum, n]) => cash.spent(sum, { number: n, paidFrom: 'cash', payee: 'labour' })),
  fc.tuple(amount, number, number).map(([sum, n, expense]) => cash.withheld(sum, { number: n, expense })),
  fc.tuple(amount, number, number).map(([sum, ntpn, due]) => cash.paid(sum, { ntpn, due })),
  amount.map((sum) => cash.board.drawn(sum)),
  amount.map((sum) => cash.board.spent(sum, { paidFrom: 'cash' })),
  amount.map((sum) => cash.board.deposited(sum)),
  amount.map((sum) => cash.board.withheld(sum)),
  amount.map((sum) => cash.board.paid(sum)),
  fc.tuple(amount, number).map(([sum, bankReference]) => sources.paidOut(sum, { bankReference })),
  amount.map((sum) => sources.spent(sum)),
  amount.map((sum) => sources.back(sum)),
  amount.map((sum) => sources.used(sum)),
  amount.map((sum) => sources.returned(sum)),
  work.map((w) => act('proposal.Terminate', subject(w), who.bkm, { why: 'Macet' })),
)
const correctable = [
  ['tranche.Credited', t1, who.bkm],
  ['tranche.BopSetAside', t1, who.treasurer],
  ['tranche.BopSpent', t1, who.secretary],
  ['tranche.InstalmentPaid', t1, who.treasurer],
  ['tranche.InstalmentPaid', t2, who.treasurer],
  ['proposal.ExpenseRecorded', a, who.ksmA],
  ['proposal.ExpenseRecorded', b, who.ksmB],
  ['proposal.StepRecorded', a, who.upl],
  ['proposal.ProgressVerified', a, who.faskelT],
] as const
/** A fact is said to be wrong and, mostly by another, confirmed. */
const correcting = fc
  .tuple(
    fc.constantFrom(...correctable),
    fc.constantFrom('annul', 'replace', 'reverse'),
    amount,
    fc.integer({ min: 0, max: 2 }),
    fc.constantFrom(who.korkot, who.pmu, who.bkm),
    fc.boolean(),
  )
  .map(([[type, of, says], how, sum, back, confirms, declines]): Later[] => [
    proposed(says, how as 'annul', type, of, { back, ...(how === 'replace' ? { other: { amount: sum } } : {}) }),
    declines && back === 2 ? declined(confirms, of) : confirmed(confirms, of),
  ])
/** What is asked next: a line of the story, anything else that moves money, or a correction. */
export const step: fc.Arbitrary<Asking> = fc.oneof(
  { arbitrary: told, weight: 2 },
  { arbitrary: invented, weight: 4 },
  { arbitrary: correcting, weight: 2 },
)

/** What is asked of a log: nothing where it would name a fact that is not there. */
export const wishesOn = function* (log: MemoryLog, steps: readonly Asking[]): Generator<Wish> {
  for (const each of steps) {
    if (each === undefined) continue
    if ('command' in each) yield each
    else
      for (const wish of each)
        try {
          yield wish.of(log)
        } catch {
          break
        }
  }
}
