import type { Entity } from '../kernel/entity.ts'
import { rupiah, sen, sumSen } from '../kernel/rupiah.ts'
import { dataRule, type Rule, type Situation } from '../kernel/rule.ts'
import { one, type Read } from '../kernel/world.ts'
import { allocationFold } from '../allocation/machine.ts'
import { afterYearEnd } from '../allocation/rules.ts'
import { partnershipFold, type Partnership } from '../partnership/machine.ts'
import type { Proposal } from './machine.ts'
import { fundingOf, hasOneOrigin, linesOf, originOf, sumOf, type Origin } from './money.ts'

/** The rules of the sources of a proposal (DOMAIN §9): the lines of its funding, and which of them an expense names. */
interface FundingLine {
  readonly from: string
  readonly agreement?: string | undefined
  readonly amount: string
}
interface Funded {
  readonly funding?: readonly FundingLine[] | undefined
  readonly lines?: readonly { readonly line: string; readonly amount: string }[]
  readonly grant?: string
}
type X = Situation<Proposal, Funded>

const agreementsOf = ({ call }: X): string[] => (call.data.funding ?? []).flatMap(({ agreement }) => agreement ?? [])

/** Reads the agreements that the lines name. */
export const agreements = (x: X): Read[] => agreementsOf(x).map((id) => one(partnershipFold, id))

/** The estimate is paid in full and no more: the sum of the sources is its total. Source: DOMAIN §9, the invariant. */
export const fundingAddsUp = dataRule<Proposal, Funded>('funding-differs-from-estimate', {
  guard: 'G-10',
  id: 'Jumlah sumber dana {funding:rp} tidak sama dengan jumlah RAB {estimate:rp}.',
  en: 'The sources of {funding:rp} differ from the estimate of {estimate:rp}.',
  source: 'DOMAIN §9',
  broken: ({ self, call }) => {
    const { funding, lines } = call.data
    if (funding === undefined) return undefined
    const estimate = sumSen(Object.values(lines === undefined ? self.data.estimate : linesOf(lines)))
    const sum = sumSen(funding.map(({ amount }) => sen(amount)))
    return sum !== estimate && { details: { funding: rupiah(sum), estimate: rupiah(estimate) } }
  },
})

/** What the grant is to give is what is asked of it. Source: DOMAIN §3.1, §9. */
export const fundingHasGrant = dataRule<Proposal, Funded>('funding-differs-from-grant', {
  guard: 'G-10',
  id: 'Sumber dana bantuan {funding:rp} tidak sama dengan bantuan yang diminta {grant:rp}.',
  en: 'The sources name {funding:rp} of the grant, and {grant:rp} is asked of it.',
  source: 'DOMAIN §3.1, §9',
  broken: ({ self, call }) => {
    if (call.data.funding === undefined) return undefined
    const grant = call.data.grant === undefined ? self.data.grantSen : sen(call.data.grant)
    const sum = sumSen(fundingOf(call.data.funding).flatMap(({ from, amountSen }) => (from === 'grant' ? [amountSen] : [])))
    return sum !== grant && { details: { funding: rupiah(sum), grant: rupiah(grant) } }
  },
})

const inForce = ({ data, stages }: Entity<Partnership>): boolean =>
  data.parties !== undefined && !['Completed', 'Terminated'].includes(stages[''] ?? '')

/** An agreement that is not signed, or has ended, gives nothing. Source: DOMAIN §9. */
export const agreementsInForce = dataRule<Proposal, Funded>('agreement-not-in-force', {
  id: 'Perjanjian yang disebut sebagai sumber belum ditandatangani atau sudah berakhir (tahap {stage}).',
  en: 'The agreement named as a source is not signed, or has ended (stage {stage}).',
  source: 'DOMAIN §9',
  metBy: ['partnership.Signed'],
  broken: (x) => {
    const found = agreementsOf(x).map((id) => x.world.one(partnershipFold, id))
    const idle = found.find((agreement) => !inForce(agreement))
    return idle && { details: { stage: idle.stages[''] ?? '-' }, facts: [idle.last] }
  },
})

/** A source that promises more than its agreement has is no source. Source: DOMAIN §9. */
export const withinAgreements = dataRule<Proposal, Funded>('funding-exceeds-agreement-amount', {
  id: 'Sumber dana {amount:rp} melebihi nilai perjanjiannya {agreed:rp}.',
  en: 'The source of {amount:rp} exceeds its agreement of {agreed:rp}.',
  source: 'DOMAIN §9',
  broken: (x) => {
    for (const { agreement, amount } of x.call.data.funding ?? []) {
      if (agreement === undefined) continue
      const { data, last } = x.world.one(partnershipFold, agreement)
      if (sen(amount) > data.amountSen) return { details: { amount, agreed: rupiah(data.amountSen) }, facts: [last] }
    }
    return undefined
  },
})

/** F15: what the grant pays is spent in its year. Other sources have years of their own. */
export const spentInYear = afterYearEnd<Proposal, Origin>(({ self, world, call }) =>
  call.data.tranche === undefined ? undefined : world.one(allocationFold, self.data.allocation),
)

/** An expense is paid by one source: two sources are two lines of the cash book. Source: DOMAIN §9. */
export const oneOrigin = dataRule<Proposal, Origin>('money-of-no-one-source', {
  id: 'Sebutkan tepat satu sumber: tranche, agreement, atau swadaya.',
  en: 'Name exactly one source: tranche, agreement or swadaya.',
  source: 'DOMAIN §9',
  sort: 'input',
  broken: ({ call }) => !hasOneOrigin(call.data),
})

/** Who is no source of the proposal cannot have paid for it: the clerk has named the wrong one. Source: DOMAIN §9. */
export const agreementIsSource = dataRule<Proposal, Origin>('agreement-not-a-source', {
  id: 'Perjanjian itu bukan sumber dana usulan ini.',
  en: 'That agreement is not a source of this proposal.',
  source: 'DOMAIN §9',
  sort: 'reference',
  metBy: ['proposal.Amended'],
  broken: ({ self, call }) => {
    const { agreement } = call.data
    return agreement !== undefined && !self.data.funding.some(({ from }) => from === agreement)
  },
})

/** G-10: what a source pays stays within its line of the funding; more is noted. Source: DOMAIN §9. */
export const withinFunding = dataRule<Proposal, Origin & { readonly amount: string }>('expense-exceeds-funding', {
  guard: 'G-10',
  id: 'Pengeluaran dari sumber ini menjadi {spent:rp}, melebihi bagiannya {planned:rp}.',
  en: 'Spending out of this source comes to {spent:rp}, above its share of {planned:rp}.',
  source: 'DOMAIN §9; G-10',
  broken: ({ self, call }) => {
    const source = originOf(call.data)
    const planned = self.data.funding.find(({ from }) => from === source)?.amountSen
    if (planned === undefined) return undefined
    const spent = sumOf(self.data.expenses, source) + sen(call.data.amount)
    return spent > planned && { details: { spent: rupiah(spent), planned: rupiah(planned) } }
  },
})

/** A rule about the money of one source is asked where one is named: else {@link oneOrigin} has said what is wrong. */
export const ofOneOrigin = <D extends Origin>(rule: Rule<Proposal, D>): Rule<Proposal, D> => ({
  ...rule,
  check: (x) => (hasOneOrigin(x.call.data) ? rule.check(x) : undefined),
})
