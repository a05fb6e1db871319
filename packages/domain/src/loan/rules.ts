import type { Entity } from '../kernel/entity.ts'
import { rupiah, sen, sumSen, type Sen } from '../kernel/rupiah.ts'
import { dataRule, lastOf, reached, stateRule, type Rule, type Situation } from '../kernel/rule.ts'
import { membersOf, one, type Read } from '../kernel/world.ts'
import type { LoanRules } from '../kernel/workflow.ts'
import { institutionFold, type Institution } from '../institution/machine.ts'
import { loanPoolFold } from '../loan-pool/machine.ts'
import { isRunning, loanFold, loanOn, type Borrower, type Loan } from './machine.ts'
import { monthsAfter, overdue, owedSen } from './schedule.ts'

/** The rules of lending to a group (G-08), in the order in which the deciders ask them. */

export type X<D = Record<string, unknown>> = Situation<Loan, D>

/** The rules of loans of the edition; every edition with loans has them. */
export function rulesOf({ edition }: Pick<Situation, 'edition'>): LoanRules {
  if (edition.loans === undefined) throw new Error(`edition ${edition.id} has no rules of loans`)
  return edition.loans
}

/** What a decision is about: the group, and what each of its members is to borrow. */
export interface Wanted {
  readonly ksm: string
  readonly borrowers: readonly Borrower[]
}

type WantedOf<D> = (x: X<D>) => Wanted

export const borrowersIn = (list: readonly { member: string; amount: string }[]): Borrower[] =>
  list.map(({ member, amount }) => ({ member, amountSen: sen(amount) }))

/** Reads every loan of the group and of each of its borrowing members, in whatever pool: first which, then each. */
export const loansOf = {
  found: ({ ksm, borrowers }: Wanted): Read[] => [
    membersOf(loanFold, `institution:${ksm}`),
    ...borrowers.map(({ member }) => membersOf(loanFold, `person:${member}`)),
  ],
  each: ({ world }: Pick<Situation, 'world'>, { ksm, borrowers }: Wanted): Read[] =>
    [`institution:${ksm}`, ...borrowers.map(({ member }) => `person:${member}`)]
      .flatMap((tag) => world.idsOf(loanFold, tag))
      .map((id) => one(loanFold, id)),
}

const othersOf = <D>(x: X<D>, tag: string): Entity<Loan>[] => x.world.members(loanFold, tag).filter(({ id }) => id !== x.self.id)

const groupOf = ({ world }: Pick<Situation, 'world'>, ksm: string): Institution => world.one(institutionFold, ksm).data

/** The borrower is a group, never one person. Source: DOMAIN §5.1. */
export const isGroup = <D>(of: WantedOf<D>): Rule<Loan, D> =>
  dataRule<Loan, D>('borrower-no-group', {
    guard: 'G-08',
    id: 'Peminjam harus KSM; {name} adalah {kind}.',
    en: 'The borrower must be a group (KSM); {name} is: {kind}.',
    source: 'DOMAIN §5.1, §5.4',
    sort: 'reference',
    broken: (x) => {
      const { kind, name } = groupOf(x, of(x).ksm)
      return kind !== 'KSM' && { details: { name, kind: kind ?? '-' } }
    },
  })

/** A group that was dissolved borrows no more. Source: DOMAIN §5.1. */
export const groupStands = <D>(of: WantedOf<D>): Rule<Loan, D> =>
  dataRule<Loan, D>('borrower-dissolved', {
    guard: 'G-08',
    id: 'Kelompok {name} sudah bubar sejak {on} dan tidak dapat meminjam.',
    en: 'The group {name} was dissolved on {on} and cannot borrow.',
    source: 'DOMAIN §5.1',
    sort: 'reference',
    broken: (x) => {
      const { name, dissolvedOn } = groupOf(x, of(x).ksm)
      return dissolvedOn !== undefined && { details: { name, on: dissolvedOn } }
    },
  })

/** A finance unit lends to the groups of its own board. Source: DOMAIN §5.1, §5.3. */
export const groupOfBoard = <D>(of: (x: X<D>) => { pool: string; ksm: string }): Rule<Loan, D> =>
  dataRule<Loan, D>('group-of-other-board', {
    guard: 'G-08',
    id: 'Kelompok {name} bukan KSM dari BKM pemilik dana bergulir ini.',
    en: 'The group {name} is none of the board whose pool this is.',
    source: 'DOMAIN §5.1, §5.3',
    sort: 'reference',
    broken: (x) => {
      const { pool, ksm } = of(x)
      const group = x.world.one(institutionFold, ksm)
      const { board } = x.world.one(loanPoolFold, pool).data
      return !group.ancestors.includes(`institution:${board}`) && { details: { name: group.data.name } }
    },
  })

const headsOf = ({ size, members }: Institution) => ({ total: Math.max(size?.total ?? 0, members.length), women: 0, poor: 0, ...size })

export const groupLargeEnough = <D>(of: WantedOf<D>): Rule<Loan, D> =>
  dataRule<Loan, D>('group-too-small', {
    guard: 'G-08',
    id: 'Kelompok beranggotakan {members}; paling sedikit {least}.',
    en: 'The group has {members} members; at least {least} are needed.',
    source: 'DOMAIN §5.1',
    broken: (x) => {
      const { total } = headsOf(groupOf(x, of(x).ksm))
      const least = rulesOf(x).group.membersMin
      return total < least && { details: { members: total, least } }
    },
  })

export const womenEnough = <D>(of: WantedOf<D>): Rule<Loan, D> =>
  dataRule<Loan, D>('too-few-women', {
    guard: 'G-08',
    id: '{women} dari {members} anggota perempuan; paling sedikit {least} persen.',
    en: '{women} of {members} members are women; at least {least} percent are needed.',
    source: 'DOMAIN §5.1',
    broken: (x) => {
      const { total, women } = headsOf(groupOf(x, of(x).ksm))
      const least = rulesOf(x).group.womenPercentMin
      return women * 100 < least * total && { details: { women, members: total, least } }
    },
  })

export const allListedPoor = <D>(of: WantedOf<D>): Rule<Loan, D> =>
  dataRule<Loan, D>('members-not-listed-poor', {
    guard: 'G-08',
    id: '{poor} dari {members} anggota tercatat miskin; semua harus tercatat.',
    en: '{poor} of {members} members are listed poor; all must be.',
    source: 'DOMAIN §5.1, §8.3 F9',
    broken: (x) => {
      const { total, poor } = headsOf(groupOf(x, of(x).ksm))
      return rulesOf(x).group.allPoor && poor < total && { details: { poor, members: total } }
    },
  })

/** Only members borrow: those registered by name where the group registers them, else no more than it has. Source: DOMAIN §8.3 F9. */
export const borrowersAreMembers = <D>(of: WantedOf<D>): Rule<Loan, D> =>
  dataRule<Loan, D>('borrower-not-a-member', {
    guard: 'G-08',
    id: '{count} peminjam bukan anggota kelompok.',
    en: '{count} borrowers are no members of the group.',
    source: 'DOMAIN §5.1, §8.3 F9; appendix C4',
    broken: (x) => {
      const { ksm, borrowers } = of(x)
      const { members, size } = groupOf(x, ksm)
      const strange = borrowers.filter(({ member }) => !members.includes(member)).length
      const count = members.length > 0 ? strange : Math.max(0, borrowers.length - (size?.total ?? 0))
      return count > 0 && { details: { count } }
    },
  })

/** The limit of a first loan holds until one is repaid; what a member still owes counts. Source: DOMAIN §5.1; appendix C4. */
export const withinMemberLimit = <D>(of: WantedOf<D>): Rule<Loan, D> =>
  dataRule<Loan, D>('exceeds-member-limit', {
    guard: 'G-08',
    id: 'Pinjaman seorang anggota {amount:rp} melebihi batas {limit:rp} (pinjaman ke-{nth}).',
    en: 'The loan of a member, {amount:rp}, exceeds the limit of {limit:rp} (loan number {nth}).',
    source: 'DOMAIN §5.1; appendix C4',
    broken: (x) => {
      const { perMember } = rulesOf(x)
      for (const { member, amountSen } of of(x).borrowers) {
        const taken = othersOf(x, `person:${member}`).filter((loan) => reached(x, loan, 'approved'))
        const repaid = taken.some((loan) => reached(x, loan, 'settled'))
        const limit = sen(repaid ? perMember.later : perMember.first)
        const running = taken.filter((loan) => !reached(x, loan, 'settled') && !reached(x, loan, 'written-off'))
        const owed = sumSen(running.flatMap(({ data }) => data.borrowers.filter((each) => each.member === member).map(amountOf)))
        if (owed + amountSen > limit)
          return {
            details: { amount: rupiah(owed + amountSen), limit: rupiah(limit), nth: taken.length + 1 },
            facts: lastOf([x.self, ...taken]),
          }
      }
      return undefined
    },
  })
const amountOf = ({ amountSen }: Borrower): Sen => amountSen

/** After so many loans a member goes on to a bank (KUR). Source: DOMAIN §5.1, §5.5. */
export const fewEnoughLoans = <D>(of: WantedOf<D>): Rule<Loan, D> =>
  dataRule<Loan, D>('too-many-loans', {
    guard: 'G-08',
    id: 'Seorang anggota sudah meminjam {count} kali; paling banyak {most}: ajukan ke bank.',
    en: 'A member has borrowed {count} times; {most} are allowed: a bank is the next step.',
    source: 'DOMAIN §5.1, §5.5',
    broken: (x) => {
      const most = rulesOf(x).countMax
      for (const { member } of of(x).borrowers) {
        const taken = othersOf(x, `person:${member}`).filter((loan) => reached(x, loan, 'disbursed'))
        if (taken.length >= most) return { details: { count: taken.length, most }, facts: taken.map((loan) => loan.last) }
      }
      return undefined
    },
  })

/** Nobody borrows while the group, or a member with another group, is behind with a loan on that day. Source: DOMAIN §13, G-08. */
export const noArrears = <D>(of: WantedOf<D>): Rule<Loan, D> =>
  dataRule<Loan, D>('open-arrears', {
    guard: 'G-08',
    id: 'Pinjaman {number} menunggak: {overdue:rp} sudah jatuh tempo.',
    en: 'The loan {number} is in arrears: {overdue:rp} is due.',
    source: 'DOMAIN §13, G-08',
    metBy: ['loan.InstalmentReceived'],
    broken: (x) => {
      const { ksm, borrowers } = of(x)
      const tags = [`institution:${ksm}`, ...borrowers.map(({ member }) => `person:${member}`)]
      const day = x.call.effectiveOn
      const others = tags.flatMap((tag) => othersOf(x, tag)).map((loan) => loanOn(loan, day))
      const late = others.find(({ data }) => overdue(data.schedule, day).length > 0)
      return (
        late && {
          details: { number: late.data.number, overdue: rupiah(owedSen(overdue(late.data.schedule, day))) },
          facts: [late.last],
        }
      )
    },
  })

export const termAllowed = dataRule<Loan, { months: number }>('term-not-allowed', {
  guard: 'G-08',
  id: 'Jangka {months} bulan di luar {least} sampai {most} bulan.',
  en: 'A term of {months} months is outside {least} to {most} months.',
  source: 'DOMAIN §5.1',
  broken: (x) => {
    const [least, most] = rulesOf(x).termMonths
    const { months } = x.call.data
    return (months < least || months > most) && { details: { months, least, most } }
  },
})

/** No grace period: the first instalment comes within a month and the grace of the edition. Source: DOMAIN §5.1. */
export const firstDueInTime = <D>(of: (x: X<D>) => string | undefined): Rule<Loan, D> =>
  dataRule<Loan, D>('first-instalment-out-of-time', {
    guard: 'G-08',
    id: 'Angsuran pertama {due} harus sesudah {after} dan paling lambat {latest}.',
    en: 'The first instalment, {due}, must come after {after} and by {latest}.',
    source: 'DOMAIN §5.1',
    broken: (x) => {
      const due = of(x)
      const after = x.call.effectiveOn
      const latest = monthsAfter(after, 1 + rulesOf(x).graceMonths)
      return due !== undefined && (due <= after || due > latest) && { details: { due, after, latest } }
    },
  })

/** New lending stops while the pool is suspended, and for good when it is closed. Source: DOMAIN §5.2. */
export const poolLends = stateRule<Loan>('lending-suspended', {
  guard: 'G-08',
  id: 'Penyaluran pinjaman baru dari {pool} sedang dihentikan, atau dana bergulir itu sudah ditutup.',
  en: 'New lending from {pool} is suspended, or the pool is closed.',
  source: 'DOMAIN §5.2',
  metBy: ['loanPool.LendingResumed'],
  broken: ({ self, world }) => {
    const pool = world.one(loanPoolFold, self.data.pool)
    return (pool.data.lendingSuspended || pool.data.closed) && { details: { pool: pool.data.name }, facts: [pool.last] }
  },
})

/** Whether something of a loan is owed. */
export const running = ({ data }: Entity<Loan>): boolean => isRunning(data)
