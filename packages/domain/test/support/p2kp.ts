import type { Party } from '@jejak/demo'
import type { Edition } from '@jejak/domain'
import { given, play, type State, type Wish } from './given.ts'
import { memoryLog } from './memory.ts'
import { act, id, who } from './prabumulih.ts'

const party = (person: string, role: string, house: string): Party => ({ person: id(`P2-${person}`), role, institution: id(`P2-${house}`) })

/** The people of an older programme, in a kelurahan of its own. */
export const old = {
  pmu: party('PMU', 'PMU', 'PMU'),
  satker: party('SATKER', 'SATKER', 'SATKER'),
  ppk: party('PPK', 'PPK', 'SATKER'),
  ppspm: party('PPSPM', 'PPSPM', 'SATKER'),
  pjok: party('PJOK', 'PJOK', 'KECAMATAN'),
  korkot: party('KORKOT', 'KORKOT', 'KORKOT'),
  faskelT: party('FASKEL-T', 'FASKEL', 'FASKEL'),
  faskelS: party('FASKEL-S', 'FASKEL', 'FASKEL'),
  senior: party('SF', 'FASKEL', 'FASKEL'),
  lurah: party('LURAH', 'LURAH', 'KELURAHAN'),
  social: party('DINSOS', 'DINAS_SOSIAL', 'DINSOS'),
  camat: party('CAMAT', 'CAMAT', 'KECAMATAN'),
  kmw: party('KMW', 'KMW', 'KMW'),
  bkm: party('BKM', 'BKM', 'BKM'),
  secretary: party('SEK', 'SEK_BKM', 'BKM'),
  upl: party('UPL', 'UPL', 'BKM'),
  ksm: party('KSM', 'KSM', 'KSM'),
} satisfies Record<string, Party>

const kinds: Readonly<Record<string, string>> = {
  PMU: 'PMU',
  SATKER: 'SATKER',
  KECAMATAN: 'KECAMATAN',
  KORKOT: 'CITY_COORDINATION',
  KMW: 'REGIONAL_CONSULTANT',
  DINSOS: 'CITY_SERVICE',
  FASKEL: 'FACILITATORS',
  KELURAHAN: 'KELURAHAN',
  BKM: 'BKM',
  KSM: 'KSM',
}
const institution = (label: string) => ({ kind: 'institution', id: id(`P2-${label}`) })

/** The entities of the older programme. */
export const olds = {
  cycle: { kind: 'cycle', id: id('P2-CYC') },
  area: { kind: 'area', id: id('P2-AREA') },
  allocation: { kind: 'allocation', id: id('ALK-2006') },
  tranche: (ordinal: number) => ({ kind: 'tranche', id: id(`ALK-2006-T${ordinal}`) }),
  proposal: { kind: 'proposal', id: id('P2-PRO') },
} as const
const { allocation, tranche, proposal, cycle } = olds

const prelude: readonly Wish[] = [
  ...Object.entries(kinds).map(([label, institutionKind]) =>
    act(
      'institution.Form',
      institution(label),
      who.system,
      { institutionKind, name: label, area: id('P2-AREA') },
      { earliest: '2006-03-01' },
    ),
  ),
  ...Object.values(old).map((one) =>
    act('institution.AssumeOffice', { kind: 'institution', id: one.institution ?? '' }, who.system, {
      holder: one.person,
      role: one.role,
      from: '2005-01-03',
    }),
  ),
  ...['1', '2', '3'].map((signatory) =>
    act('institution.RegisterSignatory', institution('BKM'), old.secretary, { signatory: id(`P2-S${signatory}`) }),
  ),
  act('institution.OpenBankAccount', institution('BKM'), old.bkm, { bank: 'BRI', account: 'P2-REK', signatoriesRequired: 3 }),
  act('institution.OpenBankAccount', institution('KSM'), old.ksm, { bank: 'BRI', account: 'P2-REK-KSM', signatoriesRequired: 2 }),
]

const named: Readonly<Record<string, string>> = { 'P2KP3-2006': 'P2KP', 'PNPM-MP-2013': 'PNPM_MP', 'PLPBK-2009': 'PLPBK' }
const met = { present: 41, women: 17, poor: 20, byRole: { LURAH: 1 } }
/** A step of the cycle. */
export const cycleStep = (name: string, actor: Party, outcome: string, papers: string[], data: object = {}): Wish =>
  act('cycle.RecordStep', cycle, actor, { step: name, outcome, ...data }, { papers })

/** The area on the location list, and the run of the cycle under way. */
export const begun = (edition: string, more: object = {}): Wish[] => [
  {
    ...act(
      'area.DecreeLocation',
      olds.area,
      { role: 'DIRJEN_CK' },
      { decree: 'SK-P2', programme: named[edition] },
      { papers: ['sk-lokasi'] },
    ),
    recorder: old.pmu,
  },
  act('cycle.Start', cycle, old.korkot, { area: olds.area.id, year: '2006', edition: { id: edition, revision: 1 }, ...more }),
]

/** The nine-stage cycle up to the ratified plan, with nothing left open. Source: DOMAIN §1.2. */
export const planned = (edition: string): Wish[] => [...begun(edition), ...(edition === 'PLPBK-2009' ? settled : community)]
/** Stages 1 to 6 of the community cycle, each with all that it asks for. */
export const community: readonly Wish[] = [
  cycleStep('1', old.senior, 'held', ['daftar-hadir'], { attendance: met }),
  cycleStep('2', old.senior, 'accepted', ['ba-rkm', 'daftar-hadir'], { attendance: met }),
  cycleStep('3', old.senior, 'agreed', ['ba-rk'], { measures: { 'rw-covered': '8', 'rw-total': '10' } }),
  cycleStep('4', old.senior, 'complete', ['hasil-ps'], { measures: { surveyors: '9' } }),
  cycleStep('5', old.lurah, 'confirmed', ['ba-pemilihan', 'ad-art']),
  act('cycle.RatifyPlan', cycle, old.bkm, { plan: 'PJM Pronangkis' }, { papers: ['pjm-pronangkis', 'bappuk'], cosigners: [old.lurah] }),
]
const settled: readonly Wish[] = [
  cycleStep('1.1', old.senior, 'held', ['daftar-hadir'], { attendance: met }),
  cycleStep('1.2', old.lurah, 'accepted', ['ba-rkm', 'daftar-hadir'], { attendance: met }),
  cycleStep('1.3', old.bkm, 'strengthened', ['sk-tipp']),
]

/** The decree, with the shares of the tranches where the edition leaves them open. */
export const decreed = (edition: string, amount: string, percent?: readonly number[]): Wish =>
  act(
    'allocation.Decree',
    allocation,
    old.satker,
    {
      area: id('P2-AREA'),
      cycle: olds.cycle.id,
      fiscalYear: '2006',
      source: 'APBN',
      component: 'LINGKUNGAN',
      amount,
      number: 'SK-2006',
      edition: { id: edition, revision: 1 },
      percent,
    },
    { papers: ['sk-alokasi'], ...(percent ? { reason: 'Surat edaran Satker' } : {}) },
  )

const agreed = (amount: string): Wish[] => [
  act('allocation.SetRecipient', allocation, old.pjok, { recipient: institution('BKM').id }),
  act('allocation.SignAgreement', allocation, old.pjok, { number: 'SPPB-1', amount }, { papers: ['sppb'], cosigners: [old.bkm] }),
]

const filed = ['pp-blm', 'bappd', 'rpd', 'kwitansi', 'sppb', 'buku-rekening']

export const requested = (ordinal: number, amount: string): Wish =>
  act('tranche.Request', tranche(ordinal), old.bkm, { number: `PP-BLM-${ordinal}`, amount }, { papers: filed })
const verified = (ordinal: number, step: string, actor: Party, outcome = 'recommended'): Wish =>
  act('tranche.RecordStep', tranche(ordinal), actor, { step, outcome, ...(outcome === 'recommended' ? {} : { notes: 'Berkas kurang' }) })

/** The file of a tranche through the chain VF-10 to VF-12, each desk returning it once if asked. */
export const chain = (ordinal: number, amount: string, returning = false): Wish[] => {
  const desks = [
    ['VF-10', old.senior],
    ['VF-11', old.pjok],
    ['VF-12', old.korkot],
    ['VF-13', old.ppk],
  ] as const
  const again = (step: string) => act('tranche.Resubmit', tranche(ordinal), old.bkm, { number: `PP-BLM-${ordinal}-${step}`, amount })
  const checked = (day: string) =>
    act(
      'tranche.CheckDocuments',
      tranche(ordinal),
      old.senior,
      { papers: filed.map((docType) => ({ docType, exists: true, correct: true })) },
      { papers: [`daftar-${day}`] },
    )
  return desks.flatMap(([step, actor]) => [
    ...(returning ? [verified(ordinal, step, actor, 'returned'), again(step)] : []),
    ...(step === 'VF-10' ? [checked(step)] : []),
    ...(step === 'VF-13' ? [] : [verified(ordinal, step, actor)]),
  ])
}

/** From the payment request to the account of the board; the treasury and the bank are recorded by others. */
export const paid = (ordinal: number, amount: string, edition = 'P2KP3-2006'): Wish[] => {
  const paper = (number: string) => ({ number: `${number}-${ordinal}`, amount })
  const orderer = edition === 'PNPM-MP-2013' ? old.satker : old.ppspm
  return [
    act('tranche.IssueSpp', tranche(ordinal), old.ppk, paper('SPP'), { papers: ['spp'] }),
    act('tranche.IssueSpm', tranche(ordinal), orderer, paper('SPM'), { papers: ['spm'] }),
    act('tranche.RecordSp2d', tranche(ordinal), { role: 'KPPN' }, paper('SP2D'), { papers: ['sp2d'], recorder: old.ppk }),
    act(
      'tranche.RecordCredit',
      tranche(ordinal),
      { role: 'BANK' },
      { bankReference: `RK-${ordinal}`, amount },
      { papers: ['rekening-koran'], recorder: old.bkm },
    ),
  ]
}

const step = (name: string, actor: Party, outcome: string, more: object = {}, papers: string[] = []): Wish =>
  act('proposal.RecordStep', proposal, actor, { step: name, outcome, ...more }, { papers })
const lines = (grant: string) => ({
  number: 'P2-PROP',
  grant,
  planLine: 'PJM-1',
  lines: [{ line: '1', item: 'Saluran', amount: grant, fundedBy: 'grant' }],
})

/** A proposal through V1, V2, V3, V5 and the contract. */
export const contracted = (grant: string, instalments: readonly string[], acknowledged = false): Wish[] => [
  act('proposal.Draft', proposal, old.ksm, {
    allocation: allocation.id,
    ksm: old.ksm.institution,
    number: 'P2-PROP',
    title: 'Saluran',
    field: 'lingkungan',
    infrastructure: true,
    location: 'RT 01',
    grant,
  }),
  act('proposal.Submit', proposal, old.ksm, lines(grant), { papers: ['proposal', 'rab', 'gambar'] }),
  step('V1', old.upl, 'registered'),
  step('V2', old.faskelT, 'feasible'),
  step('V3', old.faskelS, 'eligible'),
  step('V5', old.bkm, 'approved', { amount: grant }, ['bappuk']),
  ...(acknowledged ? [step('V6', old.lurah, 'acknowledged')] : []),
  act(
    'proposal.SignContract',
    proposal,
    old.bkm,
    { number: 'P2-SPPDL', amount: grant, instalments },
    { papers: ['sppd-l'], cosigners: [old.ksm] },
  ),
]

/** Readiness, the whole tranche to the group, and what it spends of it. */
export const used = (ordinal: number, amount: string, spends: string): Wish[] => [
  step('VF-17', old.upl, 'pay', {}, ['rpd']),
  act(
    'tranche.PayInstalment',
    tranche(ordinal),
    old.bkm,
    { proposal: proposal.id, ksm: old.ksm.institution, instalment: ordinal, bankReference: `TRF-${ordinal}`, amount },
    { papers: ['bukti-transfer'] },
  ),
  act('proposal.RecordExpense', proposal, old.ksm, { number: `KW-${ordinal}`, amount: spends, tranche: tranche(ordinal).id, line: '1' }),
]

/** The account of a tranche, accepted by the PJOK. */
export const accounted = (ordinal: number, amount: string): Wish[] => [
  act(
    'tranche.SubmitLpj',
    tranche(ordinal),
    old.bkm,
    { number: `LPJ-${ordinal}`, amount, covers: [tranche(ordinal).id] },
    { papers: ['lpj-bkm'] },
  ),
  act('tranche.AcceptLpj', tranche(ordinal), old.pjok, { number: `BA-LPJ-${ordinal}`, amount }),
]

/** The institutions and offices of the older programme, before anything happens. */
export const housed: State = given(prelude).state
/** The same, where an edition of one's own is published besides. */
export const housedWith =
  (own: Edition): State =>
  () =>
    play(memoryLog([own]), ...prelude)

/** Agreed and ready for the first request, under an edition with the decree given. */
export const agreedUnder = (decree: Wish, amount: string): State => given(prelude, planned(editionOf(decree)), decree, agreed(amount)).state
export const decreedUnder = (decree: Wish): State => given(prelude, planned(editionOf(decree)), decree).state
const editionOf = ({ data }: Wish): string => (data as { edition: { id: string } }).edition.id
