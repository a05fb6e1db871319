import { atLeastZero, absolute, rupiah, sen, type Sen } from '../kernel/rupiah.ts'
import { dataRule, type Situation } from '../kernel/rule.ts'
import { sumOfFits } from '../kernel/sums.ts'
import type { Edition } from '../kernel/workflow.ts'
import { cycleFold } from '../cycle/machine.ts'
import type { Institution } from './machine.ts'

/** The rules of the business of a group (KUBE). */
interface Aid {
  readonly cycle: string
  readonly amount: string
}

/** The edition that the run of the group pins; undefined where it pins none. */
function editionOf(x: Situation<Institution, Aid>): Edition | undefined {
  const { edition } = x.world.one(cycleFold, x.call.data.cycle)
  return edition && x.editionOf(edition)
}

/** Aid comes with the run of the group itself. Source: CONTRACTS B3. */
export const ownRun = dataRule<Institution, Aid>('cycle-of-other-group', {
  id: 'Siklus yang dirujuk bukan siklus kelompok ini.',
  en: 'The cycle referred to is not that of this group.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: ({ self, world, call }) => world.one(cycleFold, call.data.cycle).data.group !== self.id,
})

/** Money for a group lies on an account in its name. Source: DOMAIN §1.5, R:D35b. */
export const aidOnOwnAccount = dataRule<Institution, Aid>('aid-without-account', {
  guard: 'G-15',
  id: 'Bantuan diterima tanpa rekening atas nama kelompok.',
  en: 'Aid was received without an account in the name of the group.',
  source: 'DOMAIN §1.5, R:D35b',
  metBy: ['institution.BankAccountOpened'],
  broken: ({ self }) => self.data.accounts.length === 0,
})

/** The ceiling of the edition, over all that a group received. Source: DOMAIN §1.5, appendix B. */
export const withinAidCeiling = dataRule<Institution, Aid>('aid-exceeds-ceiling', {
  guard: 'G-15',
  id: 'Bantuan seluruhnya {total:rp} melebihi batas per kelompok {most:rp}.',
  en: 'Aid of {total:rp} in all exceeds the ceiling of {most:rp} for a group.',
  source: 'DOMAIN §1.5; appendix B',
  broken: (x) => {
    const most = editionOf(x)?.group?.aidMax
    const total = x.self.data.aidSen + sen(x.call.data.amount)
    return most !== undefined && total > sen(most) && { details: { total: rupiah(total), most } }
  },
})

interface Turnover {
  readonly sales: string
  readonly costs: string
  readonly profitShare: string
}

/** What a cycle brings in or costs on top of what the group has, or has overspent, can still be counted. */
export const turnoverFits = sumOfFits<Institution, Turnover>(({ self, call: { data } }) => {
  const [gained, paid] = [sen(data.sales), sen(data.costs) + sen(data.profitShare)]
  return absolute(self.data.heldSen) + (gained > paid ? gained : paid)
})

/** Members share what was earned; capital is not shared out. Source: DOMAIN §5.4. */
export const sharedFromProfit = dataRule<Institution, Turnover>('share-exceeds-profit', {
  id: 'Bagi hasil {share:rp} melebihi laba yang belum dibagi {profit:rp}.',
  en: 'The profit share of {share:rp} exceeds the profit not shared yet, {profit:rp}.',
  source: 'DOMAIN §5.4',
  broken: ({ self, call: { data } }) => {
    const profit = self.data.profitSen + sen(data.sales) - sen(data.costs)
    return (
      sen(data.profitShare) > 0n &&
      sen(data.profitShare) > profit && {
        details: { share: data.profitShare, profit: rupiah(atLeastZero(profit)) },
      }
    )
  },
})

/**
 * A group spends what is on its account: own capital, aid and sales, less what it paid before. `of` tells what came in with the fact
 * itself and what it paid; more is noted, for it has been paid. Source: DOMAIN §1.5, §5.4.
 */
const withinGroupMoney = <D>(of: (data: D) => { readonly gainedSen: Sen; readonly spentSen: Sen }) =>
  dataRule<Institution, D>('business-overspent', {
    guard: 'G-10',
    id: 'Pengeluaran {spent:rp} melebihi uang kelompok menurut catatan, {held:rp}.',
    en: 'Spending of {spent:rp} exceeds what the group has by its records, {held:rp}.',
    source: 'DOMAIN §1.5, §5.4; G-10',
    metBy: ['institution.BusinessCapitalPaidIn', 'institution.BusinessAidReceived'],
    broken: ({ self, call }) => {
      const { gainedSen, spentSen } = of(call.data)
      const held = self.data.heldSen + gainedSen
      const details = { spent: rupiah(spentSen), held: rupiah(atLeastZero(held)) }
      return spentSen > 0n && spentSen > held && { details, facts: [self.last] }
    },
  })

/** The sales of a cycle pay its costs and what members share; that they share profit alone says {@link sharedFromProfit}. */
export const cycleWithinMoney = withinGroupMoney<Turnover>((data) => ({
  gainedSen: sen(data.sales),
  spentSen: sen(data.costs) + sen(data.profitShare),
}))
export const iksWithinMoney = withinGroupMoney<{ amount: string }>(({ amount }) => ({ gainedSen: 0n, spentSen: sen(amount) }))

/** Once a month: a second contribution of a month is noted. Source: DOMAIN §1.5. */
export const iksOnceAMonth = dataRule<Institution, { month: string }>('iks-paid-already', {
  id: 'IKS bulan {month} sudah dicatat.',
  en: 'The IKS of {month} is recorded already.',
  source: 'DOMAIN §1.5',
  broken: ({ self, call }) => self.data.iksMonths.includes(call.data.month) && { details: { month: call.data.month }, facts: [self.last] },
})
