import { decider } from '../kernel/decider.ts'
import { dataRule, stateRule } from '../kernel/rule.ts'
import { one } from '../kernel/world.ts'
import { cycleFold } from '../cycle/machine.ts'
import { proposalFold } from '../proposal/machine.ts'
import * as commands from './commands.ts'
import { institutionFold, officesOfKind, type Institution } from './machine.ts'

const notFormedYet = stateRule<Institution>('already-formed', {
  id: 'Lembaga ini sudah dibentuk dengan nama {name}.',
  en: 'This institution is already formed under the name {name}.',
  source: 'CONTRACTS A5',
  sort: 'order',
  broken: ({ self }) => self.data.kind !== undefined && { details: { name: self.data.name }, facts: [self.last] },
})

/** A dissolved institution takes no decision; what is observed of it is noted. Source: issue 5 of the rule catalogue, DOMAIN §8.3 F9. */
const stillExists = stateRule<Institution>('institution-dissolved', {
  id: 'Lembaga {name} sudah bubar sejak {on}.',
  en: 'The institution {name} was dissolved on {on}.',
  source: 'DOMAIN §6.1',
  broken: ({ self }) =>
    self.data.dissolvedOn !== undefined && { details: { name: self.data.name, on: self.data.dissolvedOn }, facts: [self.last] },
})

const formersOfKind: Readonly<Record<string, readonly string[]>> = {
  KSM: ['UPL', 'UPS', 'UPK', 'BKM'],
  TIPP: ['BKM', 'LURAH'],
  KPP: ['LURAH', 'BKM'],
  BKM: ['LURAH', 'KORKOT'],
  UPK: ['BKM'],
}

/** Who forms what. Source: DOMAIN §1.1, §1.2, §3.3. */
const formerFits = dataRule<Institution, { institutionKind: string }>('role-may-not-form', {
  id: 'Peran {role} tidak membentuk lembaga jenis {kind}; yang membentuk: {allowed}.',
  en: 'The role {role} does not form a {kind}; those who do: {allowed}.',
  source: 'DOMAIN §1.1, §6.1',
  sort: 'authority',
  broken: ({ call }) => {
    const allowed = ['system', ...(formersOfKind[call.data.institutionKind] ?? ['PMU', 'KMW'])]
    return (
      !allowed.includes(call.actor.role) && {
        details: { role: call.actor.role, kind: call.data.institutionKind, allowed: allowed.join(', ') },
      }
    )
  },
})

const officeOfKind = dataRule<Institution, { role: string }>('office-not-of-institution', {
  id: 'Lembaga jenis {kind} tidak mempunyai jabatan {role}; jabatannya: {offices}.',
  en: 'A {kind} has no office {role}; its offices: {offices}.',
  source: 'DOMAIN §6.1',
  sort: 'input',
  broken: ({ self, call }) => {
    const kind = self.data.kind
    if (kind === undefined || officesOfKind[kind].roles.includes(call.data.role)) return undefined
    return { details: { kind, role: call.data.role, offices: officesOfKind[kind].roles.join(', ') } }
  },
})

/** Authority starts from `system` (CONTRACTS E3); from there each kind of institution has its appointers. */
const appointerFits = dataRule<Institution, { role: string }>('appointer-not-allowed', {
  id: 'Peran {role} tidak mengangkat jabatan pada lembaga ini; yang mengangkat: {allowed}.',
  en: 'The role {role} does not appoint to offices of this institution; those who do: {allowed}.',
  source: 'CONTRACTS E3; DOMAIN §6.1',
  sort: 'authority',
  broken: ({ self, call }) => {
    const allowed = ['system', ...(self.data.kind === undefined ? [] : officesOfKind[self.data.kind].appointers)]
    return !allowed.includes(call.actor.role) && { details: { role: call.actor.role, allowed: allowed.join(', ') } }
  },
})

/** Members, signatories and accounts are the institution's own affair, or that of the board it belongs to. */
const ownHouse = stateRule<Institution>('not-own-institution', {
  id: 'Hanya lembaga itu sendiri atau BKM induknya yang mencatat hal ini.',
  en: 'Only the institution itself or its parent board records this.',
  source: 'DESIGN §4, Who',
  sort: 'authority',
  broken: ({ self, call }) => {
    const house = call.actor.institution
    return house !== self.id && !(house !== undefined && self.ancestors.includes(`institution:${house}`))
  },
})

/** A board looks after its own offices and groups only. Where no board is named as the parent, nobody is shut out. */
const ownBoard = stateRule<Institution>('not-own-institution', {
  id: ownHouse.sentence.id,
  en: ownHouse.sentence.en,
  source: ownHouse.source,
  sort: 'authority',
  broken: ({ self, call: { actor } }) => {
    if (!['BKM', 'UPL', 'UPS', 'UPK'].includes(actor.role)) return undefined
    const houses = [
      ...(self.data.kind === 'BKM' ? [self.id] : []),
      ...self.ancestors.filter((tag) => tag.startsWith('institution:')).map((tag) => tag.slice(12)),
    ]
    return houses.length > 0 && !houses.includes(actor.institution ?? '')
  },
})

type Form = typeof commands.FormInstitution.records
export const formInstitution = decider<Institution, Form>(commands.FormInstitution, {
  reads: [
    ({ call }) => [
      ...(call.data.parent ? [one(institutionFold, call.data.parent)] : []),
      ...(call.data.cycle ? [one(cycleFold, call.data.cycle)] : []),
      ...(call.data.proposals ?? []).map((proposal) => one(proposalFold, proposal)),
    ],
  ],
  rules: [notFormedYet, formerFits],
  asks: ({ world, call }) => [
    ...(call.data.cycle ? [{ entity: world.one(cycleFold, call.data.cycle), key: `institution.Formed:${call.data.institutionKind}` }] : []),
    ...(call.data.proposals ?? []).map((id) => ({
      entity: world.one(proposalFold, id),
      key: `institution.Formed:${call.data.institutionKind}`,
    })),
  ],
  parents: ({ world, call }) => (call.data.parent ? [world.one(institutionFold, call.data.parent)] : []),
})

export const joinMember = decider<Institution, typeof commands.JoinMember.records>(commands.JoinMember, { rules: [ownHouse, stillExists] })
export const leaveMember = decider<Institution, typeof commands.LeaveMember.records>(commands.LeaveMember, { rules: [ownHouse] })
export const assumeOffice = decider<Institution, typeof commands.AssumeOffice.records>(commands.AssumeOffice, {
  rules: [appointerFits, ownBoard, officeOfKind, stillExists],
})
export const endOffice = decider<Institution, typeof commands.EndOffice.records>(commands.EndOffice, { rules: [appointerFits, ownBoard] })
export const registerSignatory = decider<Institution, typeof commands.RegisterSignatory.records>(commands.RegisterSignatory, {
  rules: [ownHouse, stillExists],
})
export const removeSignatory = decider<Institution, typeof commands.RemoveSignatory.records>(commands.RemoveSignatory, {
  rules: [ownHouse],
})
export const openBankAccount = decider<Institution, typeof commands.OpenBankAccount.records>(commands.OpenBankAccount, {
  rules: [ownHouse, stillExists],
})
export const closeBankAccount = decider<Institution, typeof commands.CloseBankAccount.records>(commands.CloseBankAccount, {
  rules: [ownHouse],
})
export const adoptStatutes = decider<Institution, typeof commands.AdoptStatutes.records>(commands.AdoptStatutes, { rules: [stillExists] })
export const dissolveInstitution = decider<Institution, typeof commands.DissolveInstitution.records>(commands.DissolveInstitution, {
  rules: [ownBoard, stillExists],
})
