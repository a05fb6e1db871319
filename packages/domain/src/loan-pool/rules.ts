import type { Entity } from '../kernel/entity.ts'
import { atLeastZero, rupiah, sen, sumSen } from '../kernel/rupiah.ts'
import { dataRule, stateRule, type Rule, type Situation } from '../kernel/rule.ts'
import { institutionFold } from '../institution/machine.ts'
import { loanFold, type Loan } from '../loan/machine.ts'
import { breachesOn, sharePercent, mustSuspend, type Breach } from './arrears.ts'
import { heldByImplementer, partnershipFold } from '../partnership/machine.ts'
import { poolMoneyFold, type LoanPool } from './machine.ts'

/** The rules of a pool of loans, in the order in which the deciders ask them. */

/** The rules of loans of the edition; every edition with pools has them. */
export const loanRulesOf = ({ edition }: Pick<Situation, 'edition'>) => {
  if (edition.loans === undefined) throw new Error(`edition ${edition.id} has no rules of loans`)
  return edition.loans
}

/** A pool is run by a finance unit or a board. Source: DOMAIN §5.1, §6.1. */
export const ownerFits = dataRule<LoanPool, { owner: string }>('pool-owner-not-fit', {
  id: 'Dana bergulir dikelola UPK atau BKM; {name} adalah {kind}.',
  en: 'A pool is run by a finance unit (UPK) or board (BKM); {name} is: {kind}.',
  source: 'DOMAIN §5.1, §6.1',
  sort: 'reference',
  broken: ({ world, call }) => {
    const { kind, name } = world.one(institutionFold, call.data.owner).data
    return kind !== 'UPK' && kind !== 'BKM' && { details: { name, kind: kind ?? '-' } }
  },
})

/** Nobody who was dissolved runs a pool. Source: DOMAIN §5.1, §6.1. */
export const ownerStands = dataRule<LoanPool, { owner: string }>('pool-owner-dissolved', {
  id: 'Lembaga {name} sudah bubar sejak {on} dan tidak dapat mengelola dana bergulir.',
  en: 'The institution {name} was dissolved on {on} and cannot run a pool.',
  source: 'DOMAIN §5.1, §6.1',
  sort: 'reference',
  broken: ({ world, call }) => {
    const { name, dissolvedOn } = world.one(institutionFold, call.data.owner).data
    return dissolvedOn !== undefined && { details: { name, on: dissolvedOn } }
  },
})

/** Capital of an agreement names the agreement, other capital none. Source: DOMAIN §9. */
export const agreementNamed = dataRule<LoanPool, { from: string; partnership?: string | undefined }>('capital-without-agreement', {
  id: 'Modal dari perjanjian menyebut perjanjiannya (partnership); modal lain tidak.',
  en: 'Capital of an agreement names it (partnership); other capital names none.',
  source: 'DOMAIN §9',
  sort: 'input',
  broken: ({ call: { data } }) => (data.from === 'agreement') !== (data.partnership !== undefined),
})

/** Per source spent <= received: what an agreement gives to a pool has come to its implementer; more is noted. Source: DOMAIN §9. */
export const withinAgreementMoney = dataRule<LoanPool, { amount: string; partnership?: string | undefined }>('capital-exceeds-agreement', {
  guard: 'G-10',
  id: 'Modal {amount:rp} melebihi dana perjanjian itu di pelaksana {held:rp}.',
  en: 'The capital of {amount:rp} exceeds what the implementer holds of that agreement, {held:rp}.',
  source: 'DOMAIN §9',
  metBy: ['partnership.FundingReceived'],
  broken: ({ world, call: { data } }) => {
    if (data.partnership === undefined) return undefined
    const agreement = world.one(partnershipFold, data.partnership)
    const held = heldByImplementer(agreement.data)
    return sen(data.amount) > held && { details: { amount: data.amount, held: rupiah(atLeastZero(held)) }, facts: [agreement.last] }
  },
})

/** An agreement has back what it gave to this pool, and no more: one that gave nothing, nothing. Source: DOMAIN §9. */
export const backWithinGiven = dataRule<LoanPool, { amount: string; partnership?: string | undefined }>(
  'capital-return-exceeds-agreement',
  {
    guard: 'G-10',
    id: 'Pengembalian {amount:rp} melebihi modal perjanjian itu dalam dana bergulir ini, {given:rp}.',
    en: 'Giving back {amount:rp} exceeds the capital of that agreement in this pool, {given:rp}.',
    source: 'DOMAIN §9',
    broken: ({ self, world, call: { data } }) => {
      if (data.partnership === undefined) return undefined
      const money = world.one(poolMoneyFold, self.id)
      const given = money.data.agreementsSen[data.partnership] ?? 0n
      return sen(data.amount) > given && { details: { amount: data.amount, given: rupiah(atLeastZero(given)) }, facts: [money.last] }
    },
  },
)

/** What agreements gave goes back to them by name: without one goes back what others gave. Source: DOMAIN §9. */
export const unnamedWithinOthers = dataRule<LoanPool, { amount: string; partnership?: string | undefined }>(
  'capital-return-without-agreement',
  {
    guard: 'G-10',
    id: 'Pengembalian {amount:rp} tanpa menyebut perjanjian (partnership) melebihi modal yang bukan dari perjanjian, {others:rp}.',
    en: 'Giving back {amount:rp} without naming an agreement (partnership) exceeds the capital that no agreement gave, {others:rp}.',
    source: 'DOMAIN §9',
    broken: ({ self, world, call: { data } }) => {
      if (data.partnership !== undefined) return undefined
      const money = world.one(poolMoneyFold, self.id)
      const others = money.data.capitalSen - sumSen(Object.values(money.data.agreementsSen))
      return sen(data.amount) > others && { details: { amount: data.amount, others: rupiah(atLeastZero(others)) }, facts: [money.last] }
    },
  },
)

/** No more goes out than there is. Source: DOMAIN §13, G-08. */
export const poolHas = <S, D extends { readonly amount: string }>(of: (x: Situation<S, D>) => string): Rule<S, D> =>
  dataRule<S, D>('exceeds-pool-cash', {
    guard: 'G-08',
    id: 'Jumlah {amount:rp} melebihi kas dana bergulir {cash:rp}.',
    en: 'The amount {amount:rp} exceeds the cash of the pool, {cash:rp}.',
    source: 'DOMAIN §13, G-08',
    broken: (x) => {
      const money = x.world.one(poolMoneyFold, of(x))
      const { cashSen } = money.data
      const cash = atLeastZero(cashSen)
      return sen(x.call.data.amount) > cash && { details: { amount: x.call.data.amount, cash: rupiah(cash) }, facts: [money.last] }
    },
  })

/** The tag under which the loans of a pool are found. */
export const tagOf = (pool: Entity): string => `loanPool:${pool.id}`
export const loansIn = ({ self, world }: Pick<Situation, 'self' | 'world'>): readonly Entity<Loan>[] => world.members(loanFold, tagOf(self))

const days = (breaches: readonly Breach[]): string => breaches.map(({ on, rates }) => `${on} ${rates.join('+') || '-'}`).join(', ')

/** Lending stops when the edition's limits are reached, not before. Source: DOMAIN §5.2, §12.3 row 9. */
export const limitsReached = stateRule<LoanPool>('limits-not-reached', {
  id: 'Batas tunggakan belum terlampaui {months} bulan berturut-turut menurut aturan {which}: {days}.',
  en: 'Arrears were not beyond the limits for {months} months running under the rule {which}: {days}.',
  source: 'DOMAIN §5.2, §12.3',
  broken: (x) => {
    const rules = loanRulesOf(x)
    const breaches = breachesOn(loansIn(x), x.call.effectiveOn, rules)
    return !mustSuspend(breaches, rules) && { details: { months: rules.suspend.months, which: rules.suspend.when, days: days(breaches) } }
  },
})

/** It goes on when the day alone is within the limits. Source: DOMAIN §5.2. */
export const withinLimits = stateRule<LoanPool>('limits-still-reached', {
  id: 'Tunggakan masih melampaui batas: {days}.',
  en: 'Arrears are still beyond the limits: {days}.',
  source: 'DOMAIN §5.2',
  metBy: ['loan.InstalmentReceived'],
  broken: (x) => {
    const rules = loanRulesOf(x)
    const today = breachesOn(loansIn(x), x.call.effectiveOn, rules).slice(0, 1)
    return mustSuspend(today, rules) && { details: { days: days(today) } }
  },
})

/** A pool is closed when nothing is in it and nothing is owed to it. */
export const poolEmpty = stateRule<LoanPool>('pool-not-empty', {
  id: 'Dana bergulir masih berisi {cash:rp} dan tagihan {outstanding:rp}.',
  en: 'The pool still holds {cash:rp} and is owed {outstanding:rp}.',
  source: 'DOMAIN §5.1',
  metBy: ['loanPool.CapitalReturned', 'loan.WrittenOff'],
  broken: ({ self, world }) => {
    const { data, last } = world.one(poolMoneyFold, self.id)
    const { cashSen, outstandingSen } = data
    return (
      (cashSen !== 0n || outstandingSen !== 0n) && {
        details: { cash: rupiah(atLeastZero(cashSen)), outstanding: rupiah(atLeastZero(outstandingSen)) },
        facts: [last],
      }
    )
  },
})

/** What a supervisor says, and what the log tells of the day. */
export interface Said {
  readonly lar?: string | undefined
  readonly par?: string | undefined
  readonly outstanding?: string | undefined
  readonly borrowers?: number | undefined
}
export interface Found {
  readonly lar: { readonly part: bigint; readonly whole: bigint }
  readonly par: { readonly part: bigint; readonly whole: bigint }
  readonly outstandingSen: bigint
  readonly borrowers: number
}

/** Whether a percentage as written is the share, rounded half up to as many decimals. */
function isShare(text: string, share: { readonly part: bigint; readonly whole: bigint }): boolean {
  if (share.whole === 0n) return Number(text) === 0
  const unit = 10n ** BigInt(text.includes('.') ? text.length - text.indexOf('.') - 1 : 0)
  return BigInt(text.replace('.', '')) === (share.part * 200n * unit + share.whole) / (share.whole * 2n)
}

/** The names of what a supervisor says otherwise than the log. */
export function differing(said: Said, found: Found): string[] {
  return [
    ...(['lar', 'par'] as const).filter((rate) => said[rate] !== undefined && !isShare(said[rate], found[rate])),
    ...(said.outstanding !== undefined && sen(said.outstanding) !== found.outstandingSen ? ['outstanding'] : []),
    ...(said.borrowers !== undefined && said.borrowers !== found.borrowers ? ['borrowers'] : []),
  ]
}

const shown = (share: { part: bigint; whole: bigint }): string => sharePercent(share) ?? '0'

/** What the supervisor reports and what the log tells are both kept; where they differ it is noted. Source: DOMAIN §12.3 row 8. */
export const asTheLogTells = (of: (x: Situation<LoanPool, Said>) => Found): Rule<LoanPool, Said> =>
  dataRule<LoanPool, Said>('report-differs', {
    id: 'Laporan berbeda dari catatan ({fields}): LAR {lar} persen, PAR {par} persen, saldo {outstanding:rp}, {borrowers} peminjam.',
    en: 'The report is not what the log tells ({fields}): LAR {lar} percent, PAR {par} percent, {outstanding:rp}, {borrowers} borrowers.',
    source: 'DOMAIN §12.3, A-08',
    broken: (x) => {
      const found = of(x)
      const fields = differing(x.call.data, found)
      if (fields.length === 0) return undefined
      const { lar, par, outstandingSen, borrowers } = found
      return { details: { fields: fields.join(', '), lar: shown(lar), par: shown(par), outstanding: rupiah(outstandingSen), borrowers } }
    },
  })
