import type { Entity } from '../kernel/entity.ts'
import { decider, type DataOfCommand } from '../kernel/decider.ts'
import { rupiah, sen } from '../kernel/rupiah.ts'
import { dataRule, lastOf, type Situation } from '../kernel/rule.ts'
import { one } from '../kernel/world.ts'
import * as commands from './commands.ts'
import { jointParts } from '../kernel/formula.ts'
import { allocationFold, type Allocation } from './machine.ts'

/** Joint funding of centre and region (DOMAIN §2.1): each part an allocation, tied by a fact. */
type Joint = DataOfCommand<typeof commands.SetJointFunding>

const otherOf = ({ world, call }: Situation<Allocation, Joint>): Entity<Allocation> => world.one(allocationFold, call.data.with)

/** Both parts are of one area and year, and not the same. Source: DOMAIN §2.1. */
const sameWorks = dataRule<Allocation, Joint>('joint-of-other-area', {
  id: 'Bagian daerah harus alokasi lain dari wilayah dan tahun yang sama.',
  en: 'The part of the region must be another allocation of the same area and year.',
  source: 'DOMAIN §2.1, R:D7',
  sort: 'reference',
  broken: (x) => {
    const { data, id } = otherOf(x)
    return id === x.self.id || data.area !== x.self.data.area || data.fiscalYear !== x.self.data.fiscalYear
  },
})

/** The share is one that the edition knows, and base and share give both amounts. Source: DOMAIN §2.1; appendix C3. */
const shareKnown = dataRule<Allocation, Joint>('joint-share-unknown', {
  id: 'Bagian daerah {share} persen tidak ada dalam edisi; yang ada: {known}.',
  en: 'The edition has no share of {share} percent; it has: {known}.',
  source: 'DOMAIN §2.1, R:D7',
  broken: ({ edition, call }) => {
    const { shares } = edition.joint
    return shares.length > 0 && !shares.includes(call.data.share) && { details: { share: call.data.share, known: shares.join(', ') } }
  },
})

const partsFit = dataRule<Allocation, Joint>('joint-parts-differ', {
  guard: 'G-10',
  id: 'Menurut dasar dan bagian itu pusat memberi {central:rp} dan daerah {regional:rp}; alokasinya {centralIs:rp} dan {regionalIs:rp}.',
  en: 'By base and share the centre gives {central:rp}, the region {regional:rp}; they are {centralIs:rp} and {regionalIs:rp}.',
  source: 'DOMAIN §2.1; appendix C3',
  broken: (x) => {
    const { base, share, of } = x.call.data
    const { central, regional } = jointParts(base, sen(of), share)
    const other = otherOf(x)
    const [centralIs, regionalIs] = [x.self.data.amountSen, other.data.amountSen]
    if (central === centralIs && regional === regionalIs) return undefined
    return {
      details: { central: rupiah(central), regional: rupiah(regional), centralIs: rupiah(centralIs), regionalIs: rupiah(regionalIs) },
      facts: lastOf([x.self, other]),
    }
  },
})

export const setJointFunding = decider<Allocation, typeof commands.SetJointFunding.records>(commands.SetJointFunding, {
  reads: [({ call }) => [one(allocationFold, call.data.with)]],
  rules: [sameWorks, shareKnown, partsFit],
})
