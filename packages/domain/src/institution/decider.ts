import { decider } from '../kernel/decider.ts'
import { covers, inTime } from '../kernel/period.ts'
import { absolute } from '../kernel/rupiah.ts'
import { sumFits } from '../kernel/sums.ts'
import { one, type Read } from '../kernel/world.ts'
import { bankBookFold } from '../bank-statement/book.ts'
import { cycleFold } from '../cycle/machine.ts'
import { editionFold } from '../edition/machine.ts'
import { personFold } from '../person/machine.ts'
import { proposalFold } from '../proposal/machine.ts'
import { BusinessAidReceived } from './business-events.ts'
import * as commands from './commands.ts'
import { lkdRoles } from './kinds.ts'
import { institutionFold, officesOfPersonFold, type Institution } from './machine.ts'
import * as kur from './rules-kur.ts'
import * as rules from './rules.ts'
import * as business from './rules-business.ts'
import { nothingHeld } from './rules-dissolving.ts'
import * as people from './rules-people.ts'

const { ownBoard, ownHouse, stillExists } = rules

type Form = typeof commands.FormInstitution.records
export const formInstitution = decider<Institution, Form>(commands.FormInstitution, {
  reads: [
    ({ call }) => [
      ...(call.data.parent ? [one(institutionFold, call.data.parent)] : []),
      ...(call.data.cycle ? [one(cycleFold, call.data.cycle)] : []),
      ...(call.data.proposals ?? []).map((proposal) => one(proposalFold, proposal)),
    ],
  ],
  rules: [rules.notFormedYet, rules.formerFits, rules.unitOfBoard, rules.cycleOfItsArea],
  asks: ({ world, call }) => [
    ...(call.data.cycle ? [{ entity: world.one(cycleFold, call.data.cycle), key: `institution.Formed:${call.data.institutionKind}` }] : []),
    ...(call.data.proposals ?? []).map((id) => ({
      entity: world.one(proposalFold, id),
      key: `institution.Formed:${call.data.institutionKind}`,
    })),
  ],
  parents: ({ world, call }) => (call.data.parent ? [world.one(institutionFold, call.data.parent)] : []),
})

/** Whoever is named must still be known to the registry (CONTRACTS A8). An action that is only looked at names nobody. */
const named = (person: string | undefined): Read[] => (person === undefined ? [] : [one(personFold, person)])

export const joinMember = decider<Institution, typeof commands.JoinMember.records>(commands.JoinMember, {
  reads: [({ call }) => named(call.data.member)],
  rules: [ownHouse, stillExists, people.notErased((data) => data.member), people.notYetMember],
})
export const leaveMember = decider<Institution, typeof commands.LeaveMember.records>(commands.LeaveMember, {
  rules: [ownHouse, people.isMember((data) => data.member)],
})

export const assumeOffice = decider<Institution, typeof commands.AssumeOffice.records>(commands.AssumeOffice, {
  reads: [
    ({ call }) => [
      ...named(call.data.holder),
      // Only the offices that the law limits are judged over all institutions.
      ...(lkdRoles.includes(call.data.role) ? [one(officesOfPersonFold, call.data.holder)] : []),
    ],
  ],
  rules: [
    rules.appointerFits,
    ownBoard,
    rules.officeOfKind,
    stillExists,
    inTime(({ call }) => call.data),
    people.notErased((data) => data.holder),
    people.officeFree,
    people.lkdTermLength,
    people.lkdOneOffice,
    people.lkdTwoTerms,
  ],
})
export const endOffice = decider<Institution, typeof commands.EndOffice.records>(commands.EndOffice, {
  rules: [rules.appointerFits, ownBoard, people.officeKnown],
})

export const registerSignatory = decider<Institution, typeof commands.RegisterSignatory.records>(commands.RegisterSignatory, {
  reads: [({ call }) => named(call.data.signatory)],
  rules: [ownHouse, stillExists, people.notErased((data) => data.signatory)],
})
export const removeSignatory = decider<Institution, typeof commands.RemoveSignatory.records>(commands.RemoveSignatory, {
  rules: [ownHouse, people.isSignatory],
})
export const openBankAccount = decider<Institution, typeof commands.OpenBankAccount.records>(commands.OpenBankAccount, {
  rules: [ownHouse, stillExists],
})
export const closeBankAccount = decider<Institution, typeof commands.CloseBankAccount.records>(commands.CloseBankAccount, {
  rules: [ownHouse],
})
export const adoptStatutes = decider<Institution, typeof commands.AdoptStatutes.records>(commands.AdoptStatutes, { rules: [stillExists] })

export const assessHealth = decider<Institution, typeof commands.AssessHealth.records>(commands.AssessHealth, {
  rules: [people.assessedAsItsKind, stillExists],
})
export const declareConflictOfInterest = decider<Institution, typeof commands.DeclareConflictOfInterest.records>(
  commands.DeclareConflictOfInterest,
  {
    reads: [({ call }) => (call.data.towards ? [one(institutionFold, call.data.towards)] : [])],
    rules: [ownHouse, stillExists],
  },
)
export const checkMemberEligibility = decider<Institution, typeof commands.CheckMemberEligibility.records>(
  commands.CheckMemberEligibility,
  {
    reads: [({ call }) => (call.data.edition ? [one(editionFold, call.data.edition.id)] : [])],
    rules: [
      people.businessGroup,
      stillExists,
      people.criteriaOfEdition,
      people.isMember((data) => data.member),
      people.findingFits,
      people.checkProven,
    ],
  },
)

export const referToKur = decider<Institution, typeof commands.ReferToKur.records>(commands.ReferToKur, {
  rules: [kur.borrowersGroup, stillExists, kur.memberOfGroup],
})
export const recordKurAnswer = decider<Institution, typeof commands.RecordKurAnswer.records>(commands.RecordKurAnswer, {
  rules: [kur.wasReferred],
})
export const planBusiness = decider<Institution, typeof commands.PlanBusiness.records>(commands.PlanBusiness, {
  rules: [ownHouse, people.businessGroup, stillExists],
})
/** What a business group has, or has spent beyond what it had. */
const heldFits = sumFits<Institution>(({ self }) => absolute(self.data.heldSen))

export const payInBusinessCapital = decider<Institution, typeof commands.PayInBusinessCapital.records>(commands.PayInBusinessCapital, {
  rules: [ownHouse, people.businessGroup, heldFits, stillExists],
})
export const receiveBusinessAid = decider<Institution, typeof commands.ReceiveBusinessAid.records>(commands.ReceiveBusinessAid, {
  reads: [({ call }) => (call.data.cycle ? [one(cycleFold, call.data.cycle)] : [])],
  rules: [people.businessGroup, business.ownRun, heldFits, stillExists, business.aidOnOwnAccount, business.withinAidCeiling],
  asks: ({ world, call }) => [{ entity: world.one(cycleFold, call.data.cycle), key: BusinessAidReceived.type }],
})
export const recordBusinessCycle = decider<Institution, typeof commands.RecordBusinessCycle.records>(commands.RecordBusinessCycle, {
  rules: [
    ownHouse,
    people.businessGroup,
    inTime(({ call }) => call.data),
    business.turnoverFits,
    stillExists,
    business.sharedFromProfit,
    business.cycleWithinMoney,
  ],
})
export const payIks = decider<Institution, typeof commands.PayIks.records>(commands.PayIks, {
  rules: [ownHouse, people.businessGroup, heldFits, stillExists, business.iksOnceAMonth, business.iksWithinMoney],
})

export const dissolveInstitution = decider<Institution, typeof commands.DissolveInstitution.records>(commands.DissolveInstitution, {
  reads: [({ self }) => [one(bankBookFold, self.id)]],
  rules: [ownBoard, stillExists, nothingHeld],
  computed: ({ self, call }) => ({
    ended: self.data.terms.filter((term) => covers(term, call.effectiveOn)).map(({ holder, role }) => ({ holder, role })),
  }),
})
