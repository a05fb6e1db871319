import { dataRule, stateRule } from '../kernel/rule.ts'
import type { Institution } from './machine.ts'

/** The rules of referrals to bank credit, which is evidence of graduation and no money of ours (DOMAIN §5.5). */
export const borrowersGroup = stateRule<Institution>('kur-not-a-group', {
  id: 'Rujukan KUR hanya untuk KSM atau KUBE.',
  en: 'Only a KSM or KUBE is referred for KUR.',
  source: 'DOMAIN §5.5',
  broken: ({ self }) => self.data.kind !== 'KSM' && self.data.kind !== 'KUBE',
})

export const memberOfGroup = dataRule<Institution, { member?: string | undefined }>('kur-not-a-member', {
  id: 'Yang dirujuk bukan anggota kelompok ini.',
  en: 'Who is referred is no member of this group.',
  source: 'DOMAIN §5.5',
  broken: ({ self, call }) => call.data.member !== undefined && !self.data.members.includes(call.data.member),
})

export const wasReferred = dataRule<Institution, { number: string }>('kur-not-referred', {
  id: 'Rujukan KUR {number} belum tercatat.',
  en: 'The referral {number} is not recorded.',
  source: 'DOMAIN §5.5',
  sort: 'reference',
  broken: ({ self, call }) => !self.data.kur.some(({ number }) => number === call.data.number) && { details: { number: call.data.number } },
})
