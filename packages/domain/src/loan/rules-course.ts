import { rupiah, sen, type Sen } from '../kernel/rupiah.ts'
import { dayBefore } from '../kernel/period.ts'
import { dataRule, stateRule, type Rule } from '../kernel/rule.ts'
import { beyondIn, bookedBy, scheduledAfter, takenOn, type Entry, type Taken } from './account.ts'
import { loanOn, type Loan } from './machine.ts'
import { openSen } from './schedule.ts'
import { rulesOf, type X } from './rules.ts'

/** The rules of appraising, deciding and repaying a loan, in the order in which the deciders ask them. */
interface Appraisal {
  readonly outcome: string
  readonly failed?: readonly { readonly member: string }[] | undefined
  readonly notes?: string | undefined
}

/** G-08: every member meets every criterion, listed poor among them. Source: DOMAIN §5.1, §13. */
export const allEligible = dataRule<Loan, Appraisal>('borrower-not-eligible', {
  guard: 'G-08',
  id: '{count} peminjam tidak memenuhi kriteria; pinjaman tidak dapat dinyatakan layak.',
  en: '{count} borrowers do not meet the criteria; the loan cannot be found feasible.',
  source: 'DOMAIN §5.1, §13',
  broken: ({ call: { data } }) =>
    data.outcome === 'feasible' && (data.failed ?? []).length > 0 && { details: { count: data.failed?.length ?? 0 } },
})

export const failedBorrow = dataRule<Loan, Appraisal>('appraised-no-borrower', {
  id: 'Penilaian menyebut {count} orang yang bukan peminjam.',
  en: 'The appraisal names {count} persons who do not borrow.',
  source: 'DOMAIN §5.1',
  sort: 'input',
  broken: ({ self, call }) => {
    const count = (call.data.failed ?? []).filter(({ member }) => !self.data.borrowers.some((each) => each.member === member)).length
    return count > 0 && { details: { count } }
  },
})

/** What goes back or is turned down says why, so that it can be mended. Source: DOMAIN §3.3, outcome vocabulary. */
export const appraisalExplained = dataRule<Loan, Appraisal>('appraisal-unexplained', {
  id: 'Pengembalian atau penolakan memerlukan catatan (notes).',
  en: 'A return or rejection needs notes.',
  source: 'DOMAIN §3.3',
  broken: ({ call }) => call.data.outcome !== 'feasible' && call.data.notes === undefined,
})

interface Deciding {
  readonly outcome: string
  readonly amount?: string | undefined
}

export const decisionHasAmount = dataRule<Loan, Deciding>('decision-without-amount', {
  id: 'Pinjaman yang disetujui memerlukan jumlah; yang ditolak tidak.',
  en: 'An approved loan needs an amount; a rejected one has none.',
  source: 'DOMAIN §5.1',
  sort: 'input',
  broken: ({ call: { data } }) =>
    (data.outcome === 'approved') !== (data.amount !== undefined) && {
      errors: [{ pointer: '/amount', detail: { id: 'jumlah bila dan hanya bila disetujui', en: 'amount if and only if approved' } }],
    },
})

/** The committee gives each member what was asked, or nothing: another amount is another application. Source: DOMAIN §5.1. */
export const decidedAsAsked = dataRule<Loan, Deciding>('decision-differs-from-application', {
  id: 'Diajukan {asked:rp}; disetujui {approved:rp}. Jumlah lain diajukan ulang per anggota.',
  en: 'Asked for {asked:rp}; approved {approved:rp}. Another amount is asked for anew, by member.',
  source: 'DOMAIN §5.1',
  broken: ({ self, call: { data } }) =>
    data.amount !== undefined &&
    sen(data.amount) !== self.data.askedSen && {
      details: { asked: rupiah(self.data.askedSen), approved: data.amount },
    },
})

/** What is signed and paid out is what the committee approved. Source: DOMAIN §5.1, service steps. */
export const asDecided = dataRule<Loan, { amount: string }>('amount-differs-from-decision', {
  guard: 'G-08',
  id: 'Jumlah {given:rp} tidak sama dengan keputusan komite {approved:rp}.',
  en: 'The amount {given:rp} differs from what the committee approved, {approved:rp}.',
  source: 'DOMAIN §5.1',
  broken: ({ self, call }) =>
    sen(call.data.amount) !== (self.data.approvedSen ?? 0n) && {
      details: { given: call.data.amount, approved: rupiah(self.data.approvedSen ?? 0n) },
    },
})

const takenOf = (x: X<{ amount: string }>, amountSen: Sen): Taken =>
  takenOn(x.self.data, amountSen, x.call.effectiveOn, rulesOf(x).waterfall)
/** How a payment would be taken: on the schedule of its day, whatever was recorded since. */
export const paymentOf = (x: X<{ amount: string }>): Taken => takenOf(x, sen(x.call.data.amount))

/** Days after one on which money of the loan was paid back, and the facts that say so. */
const reversalsAfter = <D>({ self, call }: X<D>): { readonly on: string; readonly position: number }[] =>
  self.corrections.flatMap(({ position, fact: { corrects, effectiveOn } }) =>
    corrects?.how === 'reverse' && effectiveOn > call.effectiveOn ? [{ on: effectiveOn, position }] : [],
  )

/** Whether all of an amount could be taken: now, and on each day until which another payment counts that was paid back since. */
function takesAll(x: X<{ amount: string }>): (amountSen: Sen) => boolean {
  const accounts = reversalsAfter(x).map(({ on }) => loanOn(x.self, dayBefore(on)).data)
  return (amountSen) => {
    const taken = takenOf(x, amountSen)
    return taken.beyondSen === 0n && accounts.every((account) => beyondIn(account, taken, x.call.effectiveOn) === 0n)
  }
}

/** The most that could be paid of an amount that is too much: later schedules, which have room of their own, have a say. */
function mostOf(takes: (amountSen: Sen) => boolean, tooMuchSen: Sen): Sen {
  let [most, beyond] = [0n, tooMuchSen]
  while (beyond - most > 1n) {
    const middle = (most + beyond) / 2n
    if (takes(middle)) most = middle
    else beyond = middle
  }
  return most
}

/** Nobody can pay more than is owed, on the day and since: the rest belongs to the group, and no schedule could take it. */
export const withinOwed = dataRule<Loan, { amount: string }>('payment-exceeds-owed', {
  guard: 'G-09',
  id: 'Pembayaran {amount:rp} melebihi seluruh kewajiban {owed:rp}.',
  en: 'The payment of {amount:rp} exceeds all that is owed, {owed:rp}.',
  source: 'DOMAIN §13, G-09',
  sort: 'input',
  broken: (x) => {
    const { amount } = x.call.data
    const takes = takesAll(x)
    return !takes(sen(amount)) && { details: { amount, owed: rupiah(mostOf(takes, sen(amount))) }, facts: [x.self.last] }
  },
})

/** A new schedule is agreed on what is known to be owed; a payment before it that comes to light later is noted, and counted on both. */
export const knownWhenRescheduled = dataRule<Loan, { amount: string }>('payment-before-rescheduling', {
  guard: 'G-09',
  id: 'Pembayaran tanggal {on} dicatat sesudah penjadwalan ulang {rescheduled}, yang disepakati tanpa mengetahuinya.',
  en: 'The payment of {on} is entered after the rescheduling of {rescheduled}, which was agreed without knowing of it.',
  source: 'DOMAIN §5.3, G-09',
  broken: ({ self, call }) => {
    const later = scheduledAfter(self.data, call.effectiveOn)
    return (
      later?.kind === 'rescheduling' && { waived: true, details: { on: call.effectiveOn, rescheduled: later.on }, facts: [later.position] }
    )
  },
})

/** What is rescheduled or given up was paid out by then. */
export const paidOutBy = stateRule<Loan>('loan-not-paid-out-yet', {
  id: 'Pada {on} pinjaman ini belum dicairkan (pencairan {paidOut}).',
  en: 'On {on} this loan was not paid out yet (paid out on {paidOut}).',
  source: 'DOMAIN §5.1',
  sort: 'input',
  broken: ({ self, call }) =>
    bookedBy(self.data, call.effectiveOn).entries.length === 0 && {
      details: { on: call.effectiveOn, paidOut: self.data.disbursedOn ?? '-' },
    },
})

/**
 * What is owed is rescheduled or given up with all that came later still to come: entries that say otherwise are corrected first. Asked of
 * each later entry, and of each reversal of money, which changes what was owed.
 */
export const nothingLater = <D>(says: (x: X<D>, entry: Entry) => boolean): Rule<Loan, D> =>
  dataRule<Loan, D>('later-entries-on-loan', {
    id: 'Sudah tercatat {count} peristiwa sesudah {on} (yang pertama {first}) yang tidak cocok dengannya; koreksi itu dahulu.',
    en: '{count} facts later than {on} are recorded (the first of {first}) that do not go with it; correct them first.',
    source: 'DOMAIN §5.3, CONTRACTS D3',
    sort: 'input',
    broken: (x) => {
      const on = x.call.effectiveOn
      const entries = x.self.data.entries.filter((entry) => entry.on > on && says(x, entry))
      const later = [...entries, ...reversalsAfter(x)].sort((a, b) => (a.on < b.on ? -1 : 1))
      const [first] = later
      return first && { details: { count: later.length, on, first: first.on }, facts: later.map(({ position }) => position) }
    },
  })

/** An instalment is missed from its day on, while something of it is unpaid. Source: DOMAIN §5.3, §12.3 row 5. */
export const instalmentUnpaid = dataRule<Loan, { instalment: number }>('instalment-not-missed', {
  id: 'Angsuran {instalment} tidak menunggak: jatuh tempo {due}, sisa {open:rp}.',
  en: 'Instalment {instalment} is not missed: due {due}, unpaid {open:rp}.',
  source: 'DOMAIN §5.3',
  broken: ({ self, call }: X<{ instalment: number }>) => {
    const { instalment } = call.data
    const found = self.data.schedule.find(({ number }) => number === instalment)
    if (found && found.due <= call.effectiveOn && openSen(found) > 0n) return undefined
    return { details: { instalment, due: found?.due ?? '-', open: rupiah(found ? openSen(found) : 0n) } }
  },
})
