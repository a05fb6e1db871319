import { z } from 'zod'
import { event, Note, PaperNumber, PlainDate, ref } from '../kernel/define.ts'

/** What a facilitator is there for; a senior one leads the team. Source: DOMAIN §6.1. */
const Specialty = z.enum(['technical', 'social', 'economic', 'senior']).meta({ id: 'FacilitatorSpecialty' })

export const FacilitatorRegistered = event('facilitator.Registered', {
  means: 'A person works for the programme as a facilitator; assignments, visits and training follow',
  identity: ['person'],
  data: { person: ref('person') },
})

/** One area is one assignment: a team looks after a cluster of kelurahan. */
export const FacilitatorAssigned = event('facilitator.Assigned', {
  means: 'A letter assigns the facilitator to an area, in a team, from a date, until a date if known',
  observation: true,
  identity: ['area', 'specialty', 'from'],
  data: { area: ref('area'), team: ref('institution'), specialty: Specialty, from: PlainDate, to: PlainDate.optional() },
})

export const FacilitatorReassigned = event('facilitator.Reassigned', {
  means: 'The facilitator goes from one area to another, in the same team, from a date',
  identity: ['leaves', 'area', 'from'],
  data: { leaves: ref('area'), area: ref('area'), from: PlainDate, why: Note.optional() },
})

export const FacilitatorUnassigned = event('facilitator.Unassigned', {
  means: 'An assignment to an area ends; the date is its last day',
  identity: ['area', 'last'],
  data: { area: ref('area'), last: PlainDate, why: Note.optional() },
})

export const VisitLogged = event('facilitator.VisitLogged', {
  means: 'The facilitator was there: in the area, at a run of the cycle or at the works of a proposal',
  observation: true,
  identity: ['effectiveOn', 'area', 'cycle', 'proposal'],
  data: { area: ref('area'), cycle: ref('cycle').optional(), proposal: ref('proposal').optional(), notes: Note.optional() },
})

export const TrainingCompleted = event('facilitator.TrainingCompleted', {
  means: 'The facilitator has completed a training, with a certificate if there is one',
  observation: true,
  identity: ['course', 'effectiveOn'],
  data: {
    course: z.string().trim().min(2).max(120),
    certificate: PaperNumber.optional(),
    /** Last day on which the certificate counts. */
    validUntil: PlainDate.optional(),
  },
})
