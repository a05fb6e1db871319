import { dataRule, stateRule } from '../kernel/rule.ts'
import type { InstitutionKind } from './events.ts'
import { cycleFold } from '../cycle/machine.ts'
import { formersOf, officesOfKind, unitKinds } from './kinds.ts'
import { institutionFold, type Institution } from './machine.ts'

/** The rules of forming an institution and of who speaks for it, in the order in which the deciders ask them. */

export const notFormedYet = stateRule<Institution>('already-formed', {
  id: 'Lembaga ini sudah dibentuk dengan nama {name}.',
  en: 'This institution is already formed under the name {name}.',
  source: 'CONTRACTS A5',
  sort: 'order',
  broken: ({ self }) => self.data.kind !== undefined && { details: { name: self.data.name }, facts: [self.last] },
})

/** A dissolved institution takes no decision; what is observed of it is noted. Source: DOMAIN §6.1, §8.3 F9. */
export const stillExists = stateRule<Institution>('institution-dissolved', {
  id: 'Lembaga {name} sudah bubar sejak {on}.',
  en: 'The institution {name} was dissolved on {on}.',
  source: 'DOMAIN §6.1',
  broken: ({ self }) =>
    self.data.dissolvedOn !== undefined && { details: { name: self.data.name, on: self.data.dissolvedOn }, facts: [self.last] },
})

/** Who forms what. Source: DOMAIN §1.1, §1.2, §3.3. */
export const formerFits = dataRule<Institution, { institutionKind: InstitutionKind }>('role-may-not-form', {
  id: 'Peran {role} tidak membentuk lembaga jenis {kind}; yang membentuk: {allowed}.',
  en: 'The role {role} does not form a {kind}; those who do: {allowed}.',
  source: 'DOMAIN §1.1, §6.1',
  sort: 'authority',
  broken: ({ call }) => {
    const allowed = ['system', ...formersOf(call.data.institutionKind)]
    return (
      !allowed.includes(call.actor.role) && {
        details: { role: call.actor.role, kind: call.data.institutionKind, allowed: allowed.join(', ') },
      }
    )
  },
})

export const officeOfKind = dataRule<Institution, { role: string }>('office-not-of-institution', {
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
export const appointerFits = dataRule<Institution, { role: string }>('appointer-not-allowed', {
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
export const ownHouse = stateRule<Institution>('not-own-institution', {
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
export const ownBoard = stateRule<Institution>('not-own-institution', {
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

/** A unit (UPL, UPS, UPK) belongs to a board that stands. Source: DOMAIN §6.1. */
export const unitOfBoard = dataRule<Institution, { institutionKind: InstitutionKind; parent?: string | undefined }>('unit-without-board', {
  id: 'Unit {kind} adalah unit suatu BKM yang masih berdiri: sebutkan parent.',
  en: 'A {kind} is a unit of a standing community board: name it in parent.',
  source: 'DOMAIN §6.1',
  sort: 'input',
  broken: ({ world, call: { data } }) => {
    if (!unitKinds.includes(data.institutionKind)) return undefined
    const board = data.parent === undefined ? undefined : world.one(institutionFold, data.parent).data
    return (board?.kind !== 'BKM' || board.dissolvedOn !== undefined) && { details: { kind: data.institutionKind } }
  },
})

interface Forming {
  readonly area?: string | undefined
  readonly parent?: string | undefined
  readonly cycle?: string | undefined
}

/** Forming takes forward the run of its own area, or of the area of the board that it belongs to. */
export const cycleOfItsArea = dataRule<Institution, Forming>('cycle-of-other-area', {
  id: 'Siklus yang dirujuk tidak berjalan di wilayah ini.',
  en: 'The cycle referred to does not run in this area.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: ({ world, call: { data } }) => {
    if (data.cycle === undefined) return undefined
    const parent = data.parent === undefined ? [] : world.one(institutionFold, data.parent).ancestors
    const areas = data.area === undefined ? parent.filter((tag) => tag.startsWith('area:')) : [`area:${data.area}`]
    return areas.length > 0 && !areas.includes(`area:${world.one(cycleFold, data.cycle).data.area}`)
  },
})
