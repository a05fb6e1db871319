import type { Wish } from './given.ts'
import { act, id, who, type Actor } from './prabumulih.ts'
import { house } from './places.ts'

const regency = house('PEMKAB-OKU', 'LOCAL_GOVERNMENT', 'P-BUPATI-1', 'BUPATI')
const ngo = house('LPM-SRIWIJAYA', 'NGO', 'P-NGO-1', 'NGO')
const company = house('PT-SAWIT', 'COMPANY', 'P-CSR-1', 'CSR_CO')
const subject = { kind: 'partnership', id: id('KERJA-SAMA-1') } as const
const parties = { policyMaker: regency.party.institution, funder: regency.party.institution, implementer: ngo.party.institution }

const ask = (command: string, actor: Actor, data: object = {}, more: Partial<Wish> = {}): Wish =>
  act(`partnership.${command}`, subject, actor, data, more)

/** A regency, a non-governmental organisation and a company, and what they agree: the setting of seed 002. */
export const partners = {
  wishes: [...regency.wishes, ...ngo.wishes, ...company.wishes],
  regency: regency.party,
  ngo: ngo.party,
  company: company.party,
  subject,
  identified: (data: object = {}): Wish => ask('Identify', regency.party, { title: 'Pendampingan usaha kelompok', ...data }),
  negotiated: ask('HoldNegotiation', regency.party),
  signed: (data: object = {}, cosigners: readonly Actor[] = [ngo.party]): Wish =>
    ask(
      'Sign',
      regency.party,
      {
        number: 'NPHD-1',
        ...parties,
        amount: '250000000',
        scope: 'Tiga kecamatan',
        from: '2018-01-01',
        to: '2018-12-31',
        deliverables: [
          { code: 'D1', what: 'Pelatihan' },
          { code: 'D2', what: 'Pendampingan' },
        ],
        ...data,
      },
      { cosigners },
    ),
  funded: (amount = '250000000', bankReference = 'TRF-1', actor: Actor = ngo.party): Wish =>
    ask('RecordFunding', actor, { amount, bankReference }),
  spent: (amount = '250000000', number = 'KW-1'): Wish => ask('RecordSpending', ngo.party, { number, amount }),
  delivered: (deliverable = 'D1', more: Partial<Wish> = {}): Wish => ask('ReportDeliverable', ngo.party, { deliverable }, more),
  reported: (number = 'LAP-1', actor: Actor = ngo.party): Wish => ask('SubmitReport', actor, { number }),
  accepted: (actor: Actor = regency.party, number = 'BA-LAP-1'): Wish => ask('AcceptReport', actor, { number }),
  returned: ask('ReturnReport', regency.party, { number: 'S-1', why: 'Daftar hadir belum ada' }),
  extended: (to = '2019-06-30', cosigners: readonly Actor[] = [ngo.party]): Wish =>
    ask('Extend', regency.party, { number: 'ADD-1', to }, { cosigners }),
  completed: (actor: Actor = regency.party): Wish => ask('Complete', actor, { number: 'BA-AKHIR' }),
  terminated: (actor: Actor = regency.party): Wish => ask('Terminate', actor, { why: 'Pelaksana bubar' }),
} as const

const facilitator = { kind: 'facilitator', id: id('FASILITATOR-T') } as const
const work = (command: string, actor: Actor, data: object, more: Partial<Wish> = {}): Wish =>
  act(`facilitator.${command}`, facilitator, actor, data, more)

/** The technical facilitator of the scenario as an entity of its own. */
export const field = {
  facilitator,
  registered: (data: object = {}, more: Partial<Wish> = {}): Wish =>
    work('Register', who.korkot, { person: who.faskelT.person, ...data }, more),
  assigned: (data: object = {}, more: Partial<Wish> = {}): Wish =>
    work(
      'Assign',
      who.korkot,
      { area: id('AREA-PASAR2'), team: who.faskelT.institution, specialty: 'technical', from: '2018-01-02', ...data },
      more,
    ),
  reassigned: (data: object = {}): Wish =>
    work('Reassign', who.korkot, { leaves: id('AREA-PASAR2'), area: id('AREA-LAIN'), from: '2018-05-08', ...data }, { on: '2018-05-08' }),
  unassigned: (last: string, area = id('AREA-PASAR2')): Wish => work('Unassign', who.korkot, { area, last }),
  visited: (data: object = {}, more: Partial<Wish> = {}): Wish =>
    work('LogVisit', who.faskelT, { area: id('AREA-PASAR2'), notes: 'Pekerjaan berjalan', ...data }, more),
  trained: (data: object = {}): Wish =>
    work('CompleteTraining', who.korkot, { course: 'DED dan RAB', certificate: 'SERT-1', validUntil: '2021-12-31', ...data }),
} as const
