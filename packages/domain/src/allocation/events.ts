import { z } from 'zod'
import { EditionPin, event, Note, PaperNumber, ref } from '../kernel/define.ts'
import { PositiveRupiah, Rupiah } from '../kernel/rupiah.ts'
import { Source } from '../kernel/taxonomy.ts'
import { StageMap } from '../edition/changing.ts'
import { FiscalYear } from '../cycle/events.ts'
import { JointBase } from '../kernel/formula.ts'

/** Percent of each tranche, chosen here when the edition leaves it open. */
const Percents = z.array(z.int().min(1).max(100)).min(1).max(10)

export const AllocationDecreed = event('allocation.Decreed', {
  means: 'A decree gives an area a grant for a year, a source and a component; its tranches are planned with it',
  observation: true,
  identity: ['number'],
  data: {
    area: ref('area'),
    cycle: ref('cycle').optional(),
    fiscalYear: FiscalYear,
    source: Source,
    component: z.string().regex(/^[A-Z0-9_]{2,60}$/, { error: 'a component: capital letters, digits and underscores' }),
    amount: PositiveRupiah,
    number: PaperNumber,
    edition: EditionPin,
    percent: Percents.optional(),
    /** The people of the area that the amount goes by, where the edition has a formula. */
    people: z
      .strictObject({ population: z.int().min(1), poor: z.int().min(0) })
      .refine(({ population, poor }) => poor <= population, { error: 'no more poor than people' })
      .optional(),
  },
})

/**
 * The region's part is an allocation of its own, so that its money is never mixed with that of the centre. It is told by a fact that pins
 * nothing: what is paid out of one bears no tag of the other.
 */
export const JointFundingSet = event('allocation.JointFundingSet', {
  means: 'Centre and region fund the works together: this allocation is the part of the centre, another that of the region',
  identity: ['number'],
  data: {
    number: PaperNumber,
    with: ref('allocation'),
    base: JointBase,
    /** Percent of the region: of the whole where it is inside, of the part of the centre where it comes on top. */
    share: z.int().min(1).max(99),
    /** What the percentage is of. */
    of: PositiveRupiah,
  },
})

export const RecipientSet = event('allocation.RecipientSet', {
  means: 'The commitment officer names the board that receives the grant',
  identity: ['recipient', 'effectiveOn'],
  data: { recipient: ref('institution') },
})

export const RecipientRatified = event('allocation.RecipientRatified', {
  means: 'The head of the work unit ratifies the recipient',
  identity: ['effectiveOn'],
  data: { notes: Note.optional() },
})

export const AgreementSigned = event('allocation.AgreementSigned', {
  means: 'Commitment officer and board sign the agreement over the whole grant (PKS, SPPB)',
  identity: ['number'],
  data: { number: PaperNumber, amount: PositiveRupiah },
  /** `next` is the first tranche: the board now waits for its money. */
  computed: { tranches: z.array(ref('tranche')), next: ref('tranche').optional() },
})

export const AgreementAmended = event('allocation.AgreementAmended', {
  means: 'The agreement is amended, for instance to a revised amount',
  identity: ['number'],
  data: { number: PaperNumber, amount: PositiveRupiah },
})

/** In the real figures 430 of 434 regions drew more than their first ceiling: a ceiling is a fact that later facts revise. */
export const AllocationRevised = event('allocation.Revised', {
  means: 'A decree changes the amount; tranches not yet paid are planned anew',
  observation: true,
  identity: ['number'],
  data: { number: PaperNumber, amount: Rupiah },
})

export const AllocationRevoked = event('allocation.Revoked', {
  means: 'A decree takes the grant back before any of it was paid',
  identity: ['number'],
  data: { number: PaperNumber, why: Note },
})

/** Its tranches and proposals go with it. Amounts stay as they were planned and agreed. */
export const AllocationEditionChanged = event('allocation.EditionChanged', {
  means: 'A running allocation goes on under another edition of its programme, with its tranches and proposals',
  identity: ['edition'],
  data: {
    edition: EditionPin,
    stages: z.strictObject({ allocation: StageMap.optional(), tranche: StageMap.optional(), proposal: StageMap.optional() }).optional(),
  },
})

export const AllocationClosed = event('allocation.Closed', {
  means: 'The allocation is closed: every tranche is accounted for',
  identity: ['effectiveOn'],
  data: { notes: Note.optional() },
})
