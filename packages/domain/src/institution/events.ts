import { z } from 'zod'
import { EditionPin, event, Note, PaperNumber, Percent, PlainDate, ref, RoleCode } from '../kernel/define.ts'
import { PositiveRupiah, Rupiah } from '../kernel/rupiah.ts'
import { EligibilityCode } from '../kernel/workflow.ts'

/** Kinds of institution (DOMAIN §6.1, DESIGN §4). */
export const InstitutionKind = z
  .enum([
    'BKM',
    'KSM',
    'UPK',
    'UPL',
    'UPS',
    'TIPP',
    'KPP',
    'KUBE',
    'NGO',
    'COMPANY',
    'LKD',
    'RT',
    'RW',
    'PKK',
    'KARANG_TARUNA',
    'POSYANDU',
    'LPM',
    'BPD',
    'KELURAHAN',
    'KECAMATAN',
    'CITY_SERVICE',
    'LOCAL_GOVERNMENT',
    'FACILITATORS',
    'CITY_COORDINATION',
    'REGIONAL_CONSULTANT',
    'NATIONAL_CONSULTANT',
    'SATKER',
    'PMU',
    'AUDIT_OFFICE',
  ])
  .meta({ id: 'InstitutionKind' })
export type InstitutionKind = z.infer<typeof InstitutionKind>

export const Formed = event('institution.Formed', {
  means: 'An institution is formed, or registered here with the paper of its forming',
  identity: ['name'],
  data: {
    institutionKind: InstitutionKind,
    name: z.string().trim().min(2).max(120),
    area: ref('area').optional(),
    /** The BKM of a KSM or of a unit (UPL, UPS, UPK), or the kelurahan of a TIPP. */
    parent: ref('institution').optional(),
    /** The cycle run that forming it takes forward, for a TIPP. */
    cycle: ref('cycle').optional(),
    /** The works that a KPP takes into maintenance. */
    proposals: z
      .array(ref('proposal'))
      .min(1)
      .max(50)
      .refine((ids) => new Set(ids).size === ids.length, { error: 'each proposal once' })
      .optional(),
    foundedOn: PlainDate.optional(),
    members: z
      .strictObject({ total: z.int().min(1).max(1000), women: z.int().min(0).max(1000), poor: z.int().min(0).max(1000) })
      .optional(),
    workingGroups: z.int().min(0).max(50).optional(),
    duesPerHousehold: Rupiah.optional(),
  },
})

const person = ref('person')

export const MemberJoined = event('institution.MemberJoined', {
  means: 'A person becomes a member',
  identity: ['member', 'effectiveOn'],
  data: { member: person },
})

export const MemberLeft = event('institution.MemberLeft', {
  means: 'A person is no longer a member',
  identity: ['member', 'effectiveOn'],
  data: { member: person, why: Note.optional() },
})

/** Offices are held by persons for periods (CONTRACTS E3). */
export const OfficeAssumed = event('institution.OfficeAssumed', {
  means: 'A person takes an office of the institution, from a date, until a date if known',
  identity: ['holder', 'role', 'from'],
  data: { holder: person, role: RoleCode, from: PlainDate, to: PlainDate.optional() },
})

export const OfficeEnded = event('institution.OfficeEnded', {
  means: 'A person leaves an office; the date is the last day of it',
  identity: ['holder', 'role', 'last'],
  data: { holder: person, role: RoleCode, last: PlainDate, why: Note.optional() },
})

export const SignatoryRegistered = event('institution.SignatoryRegistered', {
  means: 'A person signs for the account of the institution',
  identity: ['signatory', 'effectiveOn'],
  data: { signatory: person },
})

export const SignatoryRemoved = event('institution.SignatoryRemoved', {
  means: 'A person no longer signs for the account',
  identity: ['signatory', 'effectiveOn'],
  data: { signatory: person },
})

export const BankAccountOpened = event('institution.BankAccountOpened', {
  means: 'An account in the name of the institution is open',
  observation: true,
  identity: ['account'],
  data: { bank: z.string().min(1).max(60), account: PaperNumber, signatoriesRequired: z.int().min(1).max(9) },
})

export const BankAccountClosed = event('institution.BankAccountClosed', {
  means: 'An account of the institution is closed',
  observation: true,
  identity: ['account'],
  data: { account: PaperNumber },
})

export const StatutesAdopted = event('institution.StatutesAdopted', {
  means: 'The institution adopts its statutes and by-laws (AD/ART)',
  identity: ['number'],
  data: { number: PaperNumber },
})

/** Levels of a board and grades of a finance unit. Source: DOMAIN §1.2, §5.2 (names unverified). */
export const HealthAssessed = event('institution.HealthAssessed', {
  means: 'How mature a board is, or how well a finance unit does, is assessed',
  observation: true,
  identity: ['effectiveOn', 'actorRole'],
  data: {
    level: z.enum(['awal', 'berdaya', 'mandiri', 'madani']).optional(),
    grade: z.enum(['memuaskan', 'minimum', 'suspend']).optional(),
    scores: z
      .array(
        z.strictObject({
          aspect: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, { error: 'a slug: a small letter, then small letters, digits and hyphens' }),
          score: Percent,
        }),
      )
      .max(40)
      .optional(),
    notes: Note.optional(),
  },
})

/** What ties a person to others, by a code alone: with whom stands in no fact (DOMAIN §6.2, CONTRACTS A8). */
export const ConflictOfInterestDeclared = event('institution.ConflictOfInterestDeclared', {
  means: 'A person of the institution declares a tie that decisions must take into account',
  identity: ['declarant', 'what', 'effectiveOn'],
  data: {
    declarant: person,
    what: z.enum(['kinship', 'ownership', 'employment', 'debt', 'other']),
    /** The institution to which the tie leads, such as a supplier. */
    towards: ref('institution').optional(),
  },
})

/** G-15: outcome and the criteria that are not met, as codes; what was looked at is the evidence. Source: DOMAIN §1.5, R:D35b. */
export const MemberEligibilityChecked = event('institution.MemberEligibilityChecked', {
  means: 'A member of a business group is checked against the criteria of an edition',
  identity: ['member', 'effectiveOn'],
  data: {
    member: person,
    edition: EditionPin,
    outcome: z.enum(['eligible', 'not-eligible']),
    failed: z.array(EligibilityCode).max(7),
  },
})

export const Dissolved = event('institution.Dissolved', {
  means: 'The institution ends; it takes no money and no decisions any more',
  identity: ['effectiveOn'],
  data: { why: Note },
  computed: {
    /** The offices that end with it. */
    ended: z.array(z.strictObject({ holder: person, role: RoleCode })).optional(),
  },
})

const kur = { number: PaperNumber }
/** Bank credit is run by banks: what is told here is that a group, or one of its members, is ready for it (DOMAIN §5.5). */
export const KurReferred = event('institution.KurReferred', {
  means: 'The finance unit or board refers a group, or a member of it, to a bank for the business credit of the people (KUR)',
  identity: ['number'],
  data: {
    ...kur,
    bank: z.string().trim().min(1).max(60),
    scheme: z.enum(['super-micro', 'micro', 'small']),
    amount: PositiveRupiah,
    member: person.optional(),
  },
})
export const KurAnswered = event('institution.KurAnswered', {
  means: 'The bank answers a referral: it lends, refuses, or the borrower withdraws',
  observation: true,
  identity: ['number'],
  data: { ...kur, outcome: z.enum(['granted', 'refused', 'withdrawn']), amount: PositiveRupiah.optional(), notes: Note.optional() },
})
