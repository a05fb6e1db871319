import { covers, lastOfYears, overlap } from '../kernel/period.ts'
import { dataRule, stateRule, type Rule } from '../kernel/rule.ts'
import { editionFold } from '../edition/machine.ts'
import { personFold } from '../person/machine.ts'
import type { EligibilityCode } from '../kernel/workflow.ts'
import { lkdRoles, lkdTerm } from './kinds.ts'
import { officesOfPersonFold, type Institution } from './machine.ts'

/** The rules about the people of an institution: members, officers with their terms, signatories, eligibility. */

/** An erased person takes nothing on any more. Source: CONTRACTS A8. */
export const notErased = <D>(of: (data: D) => string): Rule<Institution, D> =>
  dataRule<Institution, D>('person-erased', {
    id: 'Data orang ini sudah dihapus.',
    en: 'The record of this person was erased.',
    source: 'CONTRACTS A8',
    broken: ({ world, call }) => {
      const person = world.one(personFold, of(call.data))
      return person.opened && person.data.commitment === undefined && { facts: [person.last] }
    },
  })

export const notYetMember = dataRule<Institution, { member: string }>('already-member', {
  id: 'Orang ini sudah menjadi anggota.',
  en: 'This person is a member already.',
  source: 'DOMAIN §6.1, appendix A',
  broken: ({ self, call }) => self.data.members.includes(call.data.member) && { facts: [self.last] },
})

export const isMember = <D>(of: (data: D) => string): Rule<Institution, D> =>
  dataRule<Institution, D>('not-a-member', {
    id: 'Orang ini bukan anggota lembaga ini.',
    en: 'This person is no member of the institution.',
    source: 'DOMAIN §6.1, appendix A',
    metBy: ['institution.MemberJoined'],
    broken: ({ self, call }) => !self.data.members.includes(of(call.data)),
  })

export const isSignatory = dataRule<Institution, { signatory: string }>('not-a-signatory', {
  id: 'Orang ini bukan penanda tangan rekening lembaga ini.',
  en: 'This person does not sign for the account of the institution.',
  source: 'DOMAIN §2.4',
  broken: ({ self, call }) => !self.data.signatories.includes(call.data.signatory),
})

interface Office {
  readonly holder: string
  readonly role: string
  readonly from: string
  readonly to?: string | undefined
}

/** The same person in the same office: one term ends before the next begins. Source: CONTRACTS E3. */
export const officeFree = dataRule<Institution, Office>('office-held-already', {
  id: 'Orang ini sudah memegang jabatan {role} sejak {from}.',
  en: 'This person holds the office of {role} already, from {from} on.',
  source: 'CONTRACTS E3',
  broken: ({ self, call: { data } }) => {
    const held = self.data.terms.find((term) => term.holder === data.holder && term.role === data.role && overlap(term, data))
    return held && { details: { role: held.role, from: held.from }, facts: [self.last] }
  },
})

/** Only an office that was held on its last day can end with that day. Source: CONTRACTS E3. */
export const officeKnown = dataRule<Institution, { holder: string; role: string; last: string }>('office-unknown', {
  id: 'Orang ini tidak memegang jabatan {role} pada {last}.',
  en: 'This person does not hold the office of {role} on {last}.',
  source: 'CONTRACTS E3',
  metBy: ['institution.OfficeAssumed'],
  broken: ({ self, call: { data } }) =>
    !self.data.terms.some((term) => term.holder === data.holder && term.role === data.role && covers(term, data.last)) && {
      details: { role: data.role, last: data.last },
    },
})

/** A term of an LKD whose end is not said lasts as long as the law lets it. */
const whole = ({ from, to }: Pick<Office, 'from' | 'to'>) => ({ from, to: to ?? lastOfYears(from, lkdTerm.years) })

export const lkdTermLength = dataRule<Institution, Office>('lkd-term-too-long', {
  guard: 'G-16',
  id: 'Masa jabatan pengurus LKD paling lama {years} tahun: sampai {latest}, bukan {to}.',
  en: 'A term of an officer of an LKD lasts {years} years at most: until {latest}, not {to}.',
  source: 'DOMAIN §6.1, R:D58',
  broken: ({ call: { data } }) => {
    const latest = lastOfYears(data.from, lkdTerm.years)
    if (!lkdRoles.includes(data.role) || data.to === undefined || data.to <= latest) return undefined
    return { details: { years: lkdTerm.years, latest, to: data.to } }
  },
})

/** G-16, judged over all institutions. Source: DOMAIN §6.1, R:D58. */
export const lkdOneOffice = dataRule<Institution, Office>('lkd-second-office', {
  guard: 'G-16',
  id: 'Orang ini masih memegang jabatan {role} pada LKD lain sejak {from}; pengurus LKD tidak merangkap.',
  en: 'This person holds the office of {role} in another LKD from {from} on; an officer of an LKD holds no second one.',
  source: 'DOMAIN §6.1, R:D58',
  metBy: ['institution.OfficeEnded'],
  broken: ({ self, world, call: { data } }) => {
    if (!lkdRoles.includes(data.role)) return undefined
    const person = world.one(officesOfPersonFold, data.holder)
    const held = person.data.terms.find(
      (term) =>
        lkdRoles.includes(term.role) && (term.institution !== self.id || term.role !== data.role) && overlap(whole(term), whole(data)),
    )
    return held && { details: { role: held.role, from: held.from }, facts: [person.last] }
  },
})

/** G-16, judged over all institutions: a term cut short is a term. Source: DOMAIN §6.1, R:D58. */
export const lkdTwoTerms = dataRule<Institution, Office>('lkd-third-term', {
  guard: 'G-16',
  id: 'Orang ini sudah menjabat {terms} kali sebagai pengurus LKD; paling banyak {most} kali.',
  en: 'This person has had {terms} terms as an officer of an LKD; {most} are allowed.',
  source: 'DOMAIN §6.1, R:D58',
  broken: ({ world, call: { data } }) => {
    if (!lkdRoles.includes(data.role)) return undefined
    const person = world.one(officesOfPersonFold, data.holder)
    const terms = person.data.terms.filter((term) => lkdRoles.includes(term.role)).length
    return terms >= lkdTerm.termsMax && { details: { terms, most: lkdTerm.termsMax }, facts: [person.last] }
  },
})

interface Assessment {
  readonly level?: string | undefined
  readonly grade?: string | undefined
}

/** A board has a level of maturity, a finance unit a grade. Source: DOMAIN §1.2, §5.2. */
export const assessedAsItsKind = dataRule<Institution, Assessment>('assessment-of-other-kind', {
  id: 'Tingkat (level) diberikan kepada BKM, nilai (grade) kepada UPK; lembaga ini {kind}.',
  en: 'A level is given to a BKM, a grade to a UPK; this institution is a {kind}.',
  source: 'DOMAIN §1.2, §5.2',
  sort: 'input',
  broken: ({ self, call: { data } }) => {
    const { kind } = self.data
    const fits = kind === 'BKM' ? data.level !== undefined : kind === 'UPK' && data.grade !== undefined && data.level === undefined
    return !fits && { details: { kind: kind ?? '-' } }
  },
})

export const businessGroup = stateRule<Institution>('not-a-business-group', {
  guard: 'G-15',
  id: 'Pemeriksaan ini berlaku bagi anggota KUBE; lembaga ini {kind}.',
  en: 'This check is of members of a KUBE; this institution is a {kind}.',
  source: 'DOMAIN §1.5, R:D35b',
  sort: 'input',
  broken: ({ self }) => self.data.kind !== 'KUBE' && { details: { kind: self.data.kind ?? '-' } },
})

interface Finding {
  readonly edition: { readonly id: string; readonly revision: number }
  readonly outcome: string
  readonly failed: readonly EligibilityCode[]
}

/** The criteria are those of a published edition, and only what it names can fail. Source: DOMAIN §1.5. */
export const criteriaOfEdition = dataRule<Institution, Finding>('edition-without-criteria', {
  guard: 'G-15',
  id: 'Edisi {edition} revisi {revision} tidak memuat kriteria kelompok usaha, atau bukan {failed}.',
  en: 'Edition {edition} revision {revision} has no criteria of business groups, or not {failed}.',
  source: 'DOMAIN §1.5, R:D35b',
  sort: 'reference',
  broken: ({ world, call: { data } }) => {
    const { id, revision } = data.edition
    const group = world.one(editionFold, id).data.revisions[revision]?.content.group
    const known = group !== undefined && data.failed.every((code) => group.criteria === undefined || group.criteria.includes(code))
    return !known && { details: { edition: id, revision, failed: data.failed.join(', ') || '-' } }
  },
})

export const findingFits = dataRule<Institution, Finding>('eligibility-inconsistent', {
  guard: 'G-15',
  id: 'Anggota memenuhi syarat bila dan hanya bila tidak ada kriteria yang gagal.',
  en: 'A member is eligible if and only if no criterion has failed.',
  source: 'DOMAIN §1.5',
  sort: 'input',
  broken: ({ call: { data } }) => (data.outcome === 'eligible') !== (data.failed.length === 0),
})

/** Eligibility is proven, not claimed. Source: DOMAIN §1.5, seed 004. */
export const checkProven = dataRule<Institution, Finding>('eligibility-unproven', {
  guard: 'G-15',
  id: 'Pemeriksaan kelayakan memerlukan bukti.',
  en: 'A check of eligibility needs evidence.',
  source: 'DOMAIN §1.5, R:S4',
  broken: ({ call }) => call.evidence.length === 0,
})
