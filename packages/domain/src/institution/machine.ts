import { foldOf, on } from '../kernel/entity.ts'
import type { Offices } from '../kernel/decider.ts'
import { one } from '../kernel/world.ts'
import { Workflow } from '../kernel/workflow.ts'
import * as facts from './events.ts'
import type { InstitutionKind } from './events.ts'

/** A term of office; `to` is the last day, absent while open. */
export interface Term {
  readonly holder: string
  readonly role: string
  readonly from: string
  readonly to: string | undefined
}

/** What is known of an institution. */
export interface Institution {
  readonly kind: InstitutionKind | undefined
  readonly name: string
  readonly members: readonly string[]
  readonly signatories: readonly string[]
  readonly accounts: readonly { readonly account: string; readonly signatoriesRequired: number; readonly position: number }[]
  readonly terms: readonly Term[]
  readonly dissolvedOn: string | undefined
}

const without = (list: readonly string[], gone: string): string[] => list.filter((item) => item !== gone)

const endTerm = (terms: readonly Term[], holder: string, role: string, last: string): Term[] =>
  terms.map((term) =>
    term.holder === holder && term.role === role && term.from <= last && (term.to === undefined || term.to > last)
      ? { ...term, to: last }
      : term,
  )

const officeEffects = <S extends { readonly terms: readonly Term[] }>() => [
  on<S, typeof facts.OfficeAssumed>(facts.OfficeAssumed, (state, { holder, role, from, to }) => ({
    ...state,
    terms: [...state.terms, { holder, role, from, to }],
  })),
  on<S, typeof facts.OfficeEnded>(facts.OfficeEnded, (state, { holder, role, last }) => ({
    ...state,
    terms: endTerm(state.terms, holder, role, last),
  })),
]

export const institutionFold = foldOf<Institution>('institution', {
  initial: { kind: undefined, name: '', members: [], signatories: [], accounts: [], terms: [], dissolvedOn: undefined },
  pins: [facts.Formed.type],
  types: [facts.StatutesAdopted.type],
  effects: [
    on(facts.Formed, (state, { institutionKind, name }) => ({ ...state, kind: institutionKind, name })),
    on(facts.MemberJoined, (state, { member }) => ({ ...state, members: [...without(state.members, member), member] })),
    on(facts.MemberLeft, (state, { member }) => ({ ...state, members: without(state.members, member) })),
    on(facts.SignatoryRegistered, (state, { signatory }) => ({
      ...state,
      signatories: [...without(state.signatories, signatory), signatory],
    })),
    on(facts.SignatoryRemoved, (state, { signatory }) => ({ ...state, signatories: without(state.signatories, signatory) })),
    on(facts.BankAccountOpened, (state, { account, signatoriesRequired }, { position }) => ({
      ...state,
      accounts: [...state.accounts, { account, signatoriesRequired, position }],
    })),
    on(facts.BankAccountClosed, (state, { account }) => ({
      ...state,
      accounts: state.accounts.filter((open) => open.account !== account),
    })),
    on(facts.Dissolved, (state, _, { fact }) => ({ ...state, dissolvedOn: fact.effectiveOn })),
    ...officeEffects<Institution>(),
  ],
})

/** Only the offices of an institution: what authority is judged from, without disturbing its other facts (CONTRACTS E3). */
export const officesFold = foldOf<{ readonly terms: readonly Term[] }>('institution', {
  name: 'offices',
  initial: { terms: [] },
  effects: officeEffects(),
})

export const offices: Offices = {
  read: (institution) => one(officesFold, institution),
  holds: (world, institution, person, role, date) =>
    world
      .one(officesFold, institution)
      .data.terms.some(
        (term) => term.holder === person && term.role === role && term.from <= date && (term.to === undefined || date <= term.to),
      ),
}

/** The offices that each kind of institution has, and who may record them besides `system`. */
export const officesOfKind: Readonly<
  Record<InstitutionKind, { readonly roles: readonly string[]; readonly appointers: readonly string[] }>
> = {
  BKM: { roles: ['BKM', 'SEK_BKM', 'UPL', 'UPS', 'UPK', 'PENGAWAS_UPK'], appointers: ['LURAH', 'BKM', 'KORKOT'] },
  KSM: { roles: ['KSM'], appointers: ['UPL', 'UPS', 'UPK', 'BKM'] },
  UPK: { roles: ['UPK', 'PENGAWAS_UPK'], appointers: ['BKM'] },
  TIPP: { roles: ['TIPP', 'RELAWAN'], appointers: ['BKM', 'LURAH'] },
  KPP: { roles: ['KPP'], appointers: ['LURAH', 'BKM'] },
  KUBE: { roles: ['KUBE'], appointers: ['DINAS_SOSIAL'] },
  NGO: { roles: ['NGO'], appointers: ['PMU'] },
  COMPANY: { roles: ['NGO'], appointers: ['PMU'] },
  LKD: { roles: ['RELAWAN'], appointers: ['LURAH'] },
  KELURAHAN: { roles: ['LURAH'], appointers: ['CAMAT', 'KORKOT', 'PMU'] },
  KECAMATAN: { roles: ['CAMAT', 'PJOK'], appointers: ['PMU'] },
  CITY_SERVICE: { roles: ['DPRKP', 'POKJA_PKP', 'DINAS_SOSIAL'], appointers: ['PMU'] },
  FACILITATORS: { roles: ['FASKEL'], appointers: ['KORKOT', 'KMW', 'PMU'] },
  CITY_COORDINATION: { roles: ['KORKOT', 'FASKEL'], appointers: ['KMW', 'PMU'] },
  REGIONAL_CONSULTANT: { roles: ['KMW', 'KORKOT', 'FASKEL'], appointers: ['PMU'] },
  SATKER: { roles: ['KASATKER', 'SATKER', 'PPK', 'PPSPM'], appointers: ['PMU'] },
  PMU: { roles: ['PMU', 'MANAGER'], appointers: ['PMU'] },
  AUDIT_OFFICE: { roles: ['AUDITOR'], appointers: ['PMU'] },
}

const forming = { any: ['system', 'LURAH', 'BKM', 'UPL', 'UPS', 'UPK', 'KORKOT', 'KMW', 'PMU', 'DINAS_SOSIAL'] }
const appointing = { any: ['system', ...new Set(Object.values(officesOfKind).flatMap((kind) => kind.appointers))] }
const house = { any: ['BKM', 'SEK_BKM', 'KSM', 'UPL', 'UPS', 'UPK', 'KPP', 'KUBE', 'NGO'] }

export const institutionWorkflow = Workflow.parse({
  facts: {
    'institution.Formed': { by: forming },
    'institution.OfficeAssumed': { by: appointing, beforeOpening: true },
    'institution.OfficeEnded': { by: appointing, beforeOpening: true },
    'institution.MemberJoined': { by: house },
    'institution.MemberLeft': { by: house },
    'institution.SignatoryRegistered': { by: house },
    'institution.SignatoryRemoved': { by: house },
    'institution.BankAccountOpened': { by: house },
    'institution.BankAccountClosed': { by: house },
    'institution.StatutesAdopted': { by: { any: ['BKM', 'LURAH', 'NGO', 'KUBE'] } },
    'institution.Dissolved': { by: forming },
  },
})
