import type { Place } from './place.ts'
import type { Language, Sentence } from './sentence.ts'

/** Why a command was refused: values, never exceptions (STYLE §4). */

/** A detail of a refusal: text, a number, or wire rupiah (printed by `{name:rp}` in a sentence). */
export type Details = Readonly<Record<string, string | number>>

/** What sort of no it is. Its status: rule and order 409, authority and duty 403, reference and input 422, precondition 428. */
export type RefusalSort = 'rule' | 'order' | 'authority' | 'duty' | 'reference' | 'input' | 'precondition'

/** A reason to refuse, as people read it: a kebab-case code, sentences in Indonesian and English, and where it comes from. */
export interface Reason {
  readonly code: string
  readonly sort: RefusalSort
  /** Guard of the rule catalogue, DOMAIN §13. */
  readonly guard?: string
  readonly source: string
  readonly sentence: Sentence
  /** Keys of the facts that would meet it: what-next tells who can record them. */
  readonly metBy?: readonly string[]
}

/** A command refused: the reason, its values, and the positions of the facts it rests on. */
export interface Refusal {
  readonly code: string
  readonly reason: Reason
  readonly details: Details
  readonly facts: readonly number[]
  /** Places in the command that are wrong. */
  readonly errors?: readonly Place[]
  /** What else would have stood in the way, or been noted. */
  readonly also?: readonly Refusal[]
}

/** Builds a refusal of a reason. */
export const refuse = (reason: Reason, details: Details = {}, facts: readonly number[] = [], errors?: readonly Place[]): Refusal => ({
  code: reason.code,
  reason,
  details,
  facts,
  ...(errors ? { errors } : {}),
})

const grouped = (whole: string): string => whole.replace(/\B(?=(\d{3})+$)/g, '.')

/** `1.851.068.957,43` of wire rupiah: where a heading says that it is money. */
export function amountForPeople(wire: string): string {
  const negative = wire.startsWith('-')
  const [whole = '0', fraction] = wire.replace('-', '').split('.')
  return `${negative ? '-' : ''}${grouped(whole)}${fraction ? `,${fraction}` : ''}`
}

/** `Rp 1.851.068.957,43` of wire rupiah. */
export const rupiahForPeople = (wire: string): string => amountForPeople(wire).replace(/^-?/, '$&Rp ')

/** The sentence of a refusal or deviation in one language, its values filled in. */
export function sentenceOf(reason: Reason, details: Details, language: Language): string {
  return reason.sentence[language].replaceAll(/\{([a-zA-Z0-9]+)(:rp)?\}/g, (_, name: string, money?: string) => {
    const value = details[name]
    if (value === undefined) return '…'
    return money ? rupiahForPeople(String(value)) : String(value)
  })
}

const reason = (
  code: string,
  sort: RefusalSort,
  id: string,
  en: string,
  source: string,
  more: Partial<Pick<Reason, 'guard' | 'metBy'>> = {},
): Reason => ({ code, sort, source, sentence: { id, en }, ...more })

/** Reasons that the kernel itself gives, whatever the slice. */
export const kernelReasons = {
  outOfOrder: reason(
    'out-of-order',
    'order',
    'Langkah {key} tidak dapat dicatat sekarang: {kind} {id} berada pada tahap {stage}. Yang dapat dicatat: {possible}.',
    'The step {key} cannot be recorded now: {kind} {id} stands at {stage}. What can be recorded: {possible}.',
    'workflow of the edition',
  ),
  suspended: reason(
    'suspended',
    'order',
    '{kind} {id} sedang ditangguhkan pada tahap {stage}; keputusan menunggu penangguhan dicabut.',
    '{kind} {id} is suspended at {stage}; decisions wait until the suspension is lifted.',
    'DOMAIN §2.6, §8.4',
  ),
  alreadyExists: reason(
    'already-exists',
    'order',
    '{kind} {id} sudah ada dengan isi lain.',
    '{kind} {id} exists already with other content.',
    'CONTRACTS A5',
  ),
  roleNotAllowed: reason(
    'role-not-allowed',
    'authority',
    'Peran {role} tidak berwenang memutuskan {key}; yang berwenang: {allowed}.',
    'The role {role} has no authority over {key}; those who have: {allowed}.',
    'DOMAIN §6.1',
    { guard: 'G-04' },
  ),
  cosignerMissing: reason(
    'cosigner-missing',
    'authority',
    '{key} memerlukan tanda tangan semua peran: {required}.',
    '{key} needs the signatures of all of: {required}.',
    'CONTRACTS C4',
  ),
  officeNotHeld: reason(
    'office-not-held',
    'authority',
    'Pelaku tidak memegang jabatan {role} pada lembaga itu per tanggal {on}.',
    'The actor does not hold the office of {role} in that institution on {on}.',
    'CONTRACTS E3',
    { guard: 'G-04', metBy: ['institution.OfficeAssumed'] },
  ),
  otherHouse: reason(
    'actor-of-other-institution',
    'authority',
    'Peran {role} pada {kind} ini dijalankan oleh lembaga lain.',
    'For this {kind} the role {role} is that of another institution.',
    'DESIGN §4, Who',
    { guard: 'G-04' },
  ),
  recorderNotAllowed: reason(
    'recorder-not-allowed',
    'authority',
    'Pencatat berperan {recorder} tidak boleh mencatat keputusan {role} lembaga itu.',
    'A recorder with the role {recorder} may not enter a decision of {role} of that institution.',
    'DESIGN §4, Who',
  ),
  samePerson: reason(
    'same-person-in-chain',
    'duty',
    'Orang yang sama sudah memeriksa langkah {step} pada berkas ini; rantai pemeriksaan menuntut orang yang berbeda.',
    'The same person already verified step {step} of this file; the chain needs different persons.',
    'DOMAIN §3.3, R:D2',
    { guard: 'G-04' },
  ),
  papersMissing: reason(
    'papers-missing',
    'rule',
    'Surat yang belum dilampirkan: {missing}.',
    'Papers not attached: {missing}.',
    'edition, papers; DOMAIN §2.5 item 5',
  ),
  criterionOpen: reason(
    'exit-criterion-open',
    'rule',
    'Kriteria keluar tahap {stage} belum terpenuhi: {name}.',
    'An exit criterion of stage {stage} is not met: {nameEn}.',
    'edition, exit; DOMAIN §1.1, §1.2',
  ),
  differsFromRecorded: reason(
    'differs-from-recorded',
    'rule',
    'Fakta dengan {identity} yang sama sudah dicatat dengan isi lain: {fields}.',
    'A fact with the same {identity} is already recorded with other content: {fields}.',
    'CONTRACTS E2',
  ),
  roundNotOpen: reason(
    'round-not-open',
    'input',
    'Putaran {given} belum dibuka; putaran berikutnya adalah {next}.',
    'Round {given} is not open; the next round is {next}.',
    'CONTRACTS E2',
  ),
  futureDate: reason(
    'future-date',
    'input',
    'Tanggal {on} masih di masa depan; hari ini {today}.',
    'The date {on} is in the future; today is {today}.',
    'DESIGN §5',
  ),
  instantOffDate: reason(
    'instant-off-date',
    'input',
    'effectiveAt {at} tidak jatuh pada tanggal {on} di zona waktu wilayah.',
    'effectiveAt {at} does not fall on {on} in the time zone of the area.',
    'CONTRACTS A1',
  ),
  lateReasonMissing: reason(
    'late-reason-missing',
    'rule',
    'Dicatat {days} hari setelah tanggalnya, lebih dari {limit} hari: sertakan lateReason.',
    'Entered {days} days after its date, more than {limit} days: give a lateReason.',
    'DESIGN §5',
  ),
  backdatedReasonMissing: reason(
    'backdated-reason-missing',
    'rule',
    'Tanggal {on} mendahului fakta sebelumnya ({before}): sertakan reason.',
    'The date {on} precedes that of the fact before it ({before}): give a reason.',
    'DESIGN §5',
  ),
  parentDiffers: reason(
    'parent-differs',
    'reference',
    'Induk {field} dalam permintaan bukan induk yang tercatat.',
    'The parent {field} in the request is not the one recorded.',
    'CONTRACTS B3',
  ),
  unknownReference: reason(
    'unknown-reference',
    'reference',
    '{kind} {id} yang dirujuk tidak dikenal.',
    'The {kind} {id} referred to is unknown.',
    'DESIGN §7',
  ),
  editionNotUsable: reason(
    'edition-not-usable',
    'reference',
    'Edisi {edition} revisi {revision} tidak terbit atau sudah ditarik.',
    'Edition {edition} revision {revision} is not published or was withdrawn.',
    'CONTRACTS B5',
    { metBy: ['edition.Published'] },
  ),
  keyTaken: reason('already-taken', 'rule', 'Sudah ada {kind} untuk {key}.', 'There is already a {kind} for {key}.', 'CONTRACTS A6'),
  repeatedInBatch: reason(
    'repeated-in-batch',
    'input',
    'Perintah ini mengulang perintah lain dalam kumpulan yang sama.',
    'This command repeats another one of the same batch.',
    'CONTRACTS B2',
  ),
} satisfies Record<string, Reason>

/** Flags that an accepted fact carries although nothing refused it. */
export const flagReasons = {
  backdated: reason(
    'backdated',
    'rule',
    'Tanggalnya mendahului fakta sebelumnya ({before}); dicatat dengan alasan.',
    'Its date precedes that of the fact before it ({before}); recorded with a reason.',
    'DESIGN §5',
  ),
  stageForced: reason(
    'stage-forced',
    'rule',
    'Tahap dipaksakan dari {from} ke {to}; {count} kriteria keluar belum terpenuhi ({open}); tahap yang dilewati: {skipped}.',
    'The stage was forced from {from} to {to}; {count} exit criteria open ({open}); stages passed over: {skipped}.',
    'DOMAIN §1.3, G-14',
    { guard: 'G-14' },
  ),
  stageReopened: reason(
    'stage-reopened',
    'rule',
    'Tahap {to} dibuka kembali dari {from}.',
    'Stage {to} was reopened from {from}.',
    'DOMAIN appendix A',
    { guard: 'G-14' },
  ),
  reversalOverdraws: reason(
    'reversal-overdraws',
    'rule',
    'Uang yang dibalik sudah dipakai: {account} berkurang di bawah nol, sebesar {by:rp}.',
    'The money that was reversed is used already: {account} falls below zero, by {by:rp}.',
    'CONTRACTS E4; DOMAIN §13, G-10',
    { guard: 'G-17' },
  ),
  reversedTaxDeposited: reason(
    'reversed-tax-deposited',
    'rule',
    'Pajak yang dibalik sudah disetor ke kas negara dengan NTPN {ntpn}, dan setoran itu berlaku.',
    'The tax that was reversed is deposited with the state, NTPN {ntpn}, and that deposit stands.',
    'CONTRACTS E4; DOMAIN §2.7',
    { guard: 'G-17' },
  ),
  expectedActorAbsent: reason(
    'expected-actor-absent',
    'rule',
    '{role} diharapkan hadir pada tahap {stage}, tetapi tidak menandatangani dan tidak hadir.',
    '{role} is expected in stage {stage}, but neither signed nor attended.',
    'DOMAIN §6.2, A-05',
  ),
} satisfies Record<string, Reason>
