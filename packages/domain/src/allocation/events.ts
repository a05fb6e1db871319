import { z } from 'zod'
import { EditionPin, event, Note, PaperNumber, ref } from '../kernel/define.ts'
import { PositiveRupiah, Rupiah } from '../kernel/rupiah.ts'
import { Source } from '../kernel/taxonomy.ts'
import { StageMap } from '../edition/changing.ts'
import { FiscalYear } from '../cycle/events.ts'

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
    component: z.string().regex(/^[A-Z0-9_]{2,60}$/),
    amount: PositiveRupiah,
    number: PaperNumber,
    edition: EditionPin,
    percent: Percents.optional(),
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
