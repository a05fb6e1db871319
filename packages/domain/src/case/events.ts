import { z } from 'zod'
import { EditionPin, event, Note, ref } from '../kernel/define.ts'
import { editionChanged } from '../edition/changing.ts'
import { PositiveRupiah } from '../kernel/rupiah.ts'

/** A kind that no slice knows runs on its workflow alone (DESIGN §4): the payment requests of another house. */
export const CaseOpened = event('case.Opened', {
  means: 'A case of a kind that only its edition knows is opened',
  identity: ['effectiveOn'],
  data: {
    edition: EditionPin,
    title: z.string().trim().min(1).max(200),
    amount: PositiveRupiah.optional(),
    /** Where it lies: its time zone is that of its facts. */
    area: ref('area').optional(),
  },
})

export const CaseEditionChanged = editionChanged('case')

export const CaseStepRecorded = event('case.StepRecorded', {
  means: 'A step of such a case, with its outcome',
  identity: ['step', 'actorRole', 'round'],
  data: {
    step: z.string().regex(/^[A-Za-z0-9.-]{1,40}$/, { error: 'a step: letters, digits, points and hyphens' }),
    outcome: z
      .string()
      .regex(/^[a-z][a-z-]{1,30}$/, { error: 'an outcome: small letters and hyphens' })
      .optional(),
    round: z.int().min(1).optional(),
    amount: PositiveRupiah.optional(),
    notes: Note.optional(),
  },
})
