import { rupiah, sumSen } from '../kernel/rupiah.ts'
import { lastOf, reached, stateRule, type Situation } from '../kernel/rule.ts'
import { one, type Read } from '../kernel/world.ts'
import { allocationFold, creditsFold } from '../allocation/machine.ts'
import { afterYearEnd } from '../allocation/rules.ts'
import { tranchesOf } from './rules.ts'
import type { Tranche } from './machine.ts'

/** Rules of the region's part of joint funding, and of the end of the year (DOMAIN §2.1, §2.5). */
const allocationOf = ({ self, world }: Pick<Situation<Tranche>, 'self' | 'world'>) => world.one(allocationFold, self.data.allocation)

/** Reads what came in of the region's part, where the edition asks for it. */
export const regionalCredits = (x: Situation<Tranche>): Read[] => {
  const { joint } = allocationOf(x).data
  return joint !== undefined && x.edition.joint.beforeNext ? [one(creditsFold, joint.with)] : []
}

/** Co-funding keeps step: the region's part of what the centre has released is there before more is asked for. Source: DOMAIN §9, §2.1. */
export const coFundingRealised = stateRule<Tranche>('co-funding-not-realised', {
  guard: 'G-03',
  id: 'Dana daerah yang masuk {came:rp}, seharusnya {due:rp} untuk tahap yang sudah cair.',
  en: 'The region has given {came:rp} of the {due:rp} that belong to the tranches released.',
  source: 'DOMAIN §9: co-funding realised before next release; §2.1',
  broken: (x) => {
    const allocation = allocationOf(x)
    const { joint, amountSen } = allocation.data
    if (joint === undefined || !x.edition.joint.beforeNext || amountSen === 0n) return undefined
    const before = tranchesOf(x).filter((tranche) => tranche.id !== x.self.id && reached(x, tranche, 'paid'))
    const released = sumSen(before.map(({ data }) => data.amountSen))
    const region = x.world.one(creditsFold, joint.with)
    const due = (joint.regionalSen * released) / amountSen
    const came = region.data.creditedSen
    return came < due && { details: { came: rupiah(came), due: rupiah(due) }, facts: lastOf([allocation, ...before, region]) }
  },
})

/** F15: operating cost of a year is spent in it. */
export const operatingBeforeYearEnd = afterYearEnd<Tranche, unknown>(allocationOf)
