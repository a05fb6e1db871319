import { decider } from '../kernel/decider.ts'
import { dayBefore, inTime, overlap, type Period } from '../kernel/period.ts'
import { kernelReasons } from '../kernel/refusal.ts'
import { dataRule, stateRule } from '../kernel/rule.ts'
import { one } from '../kernel/world.ts'
import { cycleFold } from '../cycle/machine.ts'
import { institutionFold } from '../institution/machine.ts'
import { proposalFold } from '../proposal/machine.ts'
import * as commands from './commands.ts'
import { assignedOn, type Facilitator } from './machine.ts'

const notYet = stateRule<Facilitator>('facilitator-registered', {
  id: 'Fasilitator ini sudah terdaftar.',
  en: 'This facilitator is registered already.',
  source: 'CONTRACTS A5',
  sort: 'order',
  broken: ({ self }) => self.data.person !== undefined && { facts: [self.last] },
})

const teams: readonly string[] = ['FACILITATORS', 'CITY_COORDINATION', 'REGIONAL_CONSULTANT']

interface Given extends Period {
  readonly area: string
  readonly team: string
}

/** Facilitators work in teams of the consultants. Source: DOMAIN §6.1. */
const teamFits = dataRule<Facilitator, Given>('not-a-team', {
  id: 'Fasilitator ditugaskan dalam tim fasilitator atau konsultan; lembaga ini {kind}.',
  en: 'A facilitator is assigned in a team of facilitators or consultants; this institution is a {kind}.',
  source: 'DOMAIN §6.1',
  sort: 'input',
  broken: ({ world, call }) => {
    const { kind } = world.one(institutionFold, call.data.team).data
    return !teams.includes(kind ?? '') && { details: { kind: kind ?? '-' } }
  },
})

/** Twice in one area, or in two teams at a time. Source: DOMAIN §7 K3, doubly assigned responsibility. */
const overlapNoted = dataRule<Facilitator, Given>('assignment-overlaps', {
  id: 'Penugasan bertumpang tindih dengan penugasan sejak {from} di wilayah yang sama atau pada tim lain.',
  en: 'The assignment overlaps with one from {from} on, in the same area or in another team.',
  source: 'DOMAIN §7, K2, K3',
  broken: ({ self, call: { data } }) => {
    const other = self.data.assignments.find((each) => (each.area === data.area || each.team !== data.team) && overlap(each, data))
    return other && { details: { from: other.from }, facts: [self.last] }
  },
})

/** Only what is assigned can end. Source: DOMAIN appendix A. */
const assignmentKnown = <D>(of: (data: D) => { readonly area: string; readonly last: string }) =>
  dataRule<Facilitator, D>('assignment-unknown', {
    id: 'Fasilitator ini tidak bertugas di wilayah itu pada {last}.',
    en: 'The facilitator is not assigned to that area on {last}.',
    source: 'DOMAIN appendix A',
    metBy: ['facilitator.Assigned'],
    broken: ({ self, call }) => {
      const { area, last } = of(call.data)
      return assignedOn(self.data, area, last) === undefined && { details: { last } }
    },
  })

/** Nobody logs visits of others. Source: DOMAIN §7 K15. */
const ownVisit = stateRule<Facilitator>('not-own-visit', {
  id: 'Kunjungan dicatat oleh fasilitator yang bersangkutan.',
  en: 'A visit is logged by the facilitator who made it.',
  source: 'DOMAIN §7, K15',
  sort: 'authority',
  broken: ({ self, call }) => self.data.person !== call.actor.person,
})

interface Visit {
  readonly area: string
  readonly cycle?: string | undefined
  readonly proposal?: string | undefined
}

const placesFit = dataRule<Facilitator, Visit>('parent-differs', {
  id: kernelReasons.parentDiffers.sentence.id,
  en: kernelReasons.parentDiffers.sentence.en,
  source: kernelReasons.parentDiffers.source,
  sort: 'reference',
  broken: ({ world, call: { data } }) => {
    const lies = (ancestors: readonly string[]) => ancestors.includes(`area:${data.area}`)
    if (data.cycle && !lies(world.one(cycleFold, data.cycle).ancestors)) return { details: { field: 'cycle' } }
    return data.proposal !== undefined && !lies(world.one(proposalFold, data.proposal).ancestors) && { details: { field: 'proposal' } }
  },
})

/** A visit where nobody sent the facilitator is noted. Source: DOMAIN §7, K2, K15. */
const visitAssigned = dataRule<Facilitator, Visit>('visit-outside-assignment', {
  id: 'Fasilitator tidak bertugas di wilayah ini pada {on}.',
  en: 'The facilitator is not assigned to this area on {on}.',
  source: 'DOMAIN §7, K2, K15',
  broken: ({ self, call }) =>
    assignedOn(self.data, call.data.area, call.effectiveOn) === undefined && { details: { on: call.effectiveOn }, facts: [self.last] },
})

export const registerFacilitator = decider<Facilitator, typeof commands.RegisterFacilitator.records>(commands.RegisterFacilitator, {
  rules: [notYet],
  keys: ({ call }) => [call.data.person],
})

export const assignFacilitator = decider<Facilitator, typeof commands.AssignFacilitator.records>(commands.AssignFacilitator, {
  reads: [({ call }) => [one(institutionFold, call.data.team)]],
  rules: [teamFits, inTime(({ call }) => call.data), overlapNoted],
})

export const reassignFacilitator = decider<Facilitator, typeof commands.ReassignFacilitator.records>(commands.ReassignFacilitator, {
  rules: [assignmentKnown(({ leaves, from }) => ({ area: leaves, last: dayBefore(from) }))],
})

export const unassignFacilitator = decider<Facilitator, typeof commands.UnassignFacilitator.records>(commands.UnassignFacilitator, {
  rules: [assignmentKnown((data) => data)],
})

export const logVisit = decider<Facilitator, typeof commands.LogVisit.records>(commands.LogVisit, {
  reads: [
    ({ call: { data } }) => [
      ...(data.cycle ? [one(cycleFold, data.cycle)] : []),
      ...(data.proposal ? [one(proposalFold, data.proposal)] : []),
    ],
  ],
  rules: [ownVisit, placesFit, visitAssigned],
  // The allocation that the works belong to is told of the visit as well.
  parents: ({ world, call: { data } }) => [
    ...(data.cycle ? [world.one(cycleFold, data.cycle)] : []),
    ...(data.proposal ? [world.one(proposalFold, data.proposal)] : []),
  ],
})

export const completeTraining = decider<Facilitator, typeof commands.CompleteTraining.records>(commands.CompleteTraining, {
  rules: [inTime(({ call }) => ({ from: call.effectiveOn, to: call.data.validUntil }))],
})
