import { namedPaper, papersIn } from './paper.ts'
import type { Party, RequestBody, ScenarioRequest } from './request.ts'
import { labelId, party } from './list.ts'

/**
 * The year after the scenario, invented, so that a newcomer finds something to do: a ratified plan, an agreement, a first tranche at the
 * desk of
 * the Korkot and a proposal at that of the city housing service.
 */
interface Told {
  readonly on: string
  readonly command: string
  readonly subject: readonly [kind: string, label: string]
  readonly by: Party
  readonly with?: readonly Party[]
  readonly papers?: string
  readonly data?: Record<string, unknown>
}

const lurah = party('P-LURAH-1', 'LURAH')
const tipp = party('P-TIPP-1', 'TIPP')
const bkm = party('P-BKM-1', 'BKM')
const ppk = party('P-PPK-1', 'PPK')
const kpa = party('P-KPA-1', 'KASATKER')
const faskel = party('P-FASKEL-T', 'FASKEL')
const senior = party('P-SF-1', 'FASKEL')
const ksm = party('P-KSM-B1', 'KSM')
const upl = party('P-UPL-1', 'UPL')

const cycle = ['cycle', 'CYC-2019'] as const
const allocation = ['allocation', 'ALK-2019'] as const
const tranche = ['tranche', 'ALK-2019-T1'] as const
const proposal = ['proposal', 'PRO-D'] as const
const edition = { id: 'KOTAKU-2018', revision: 1 }
const step = (name: string, outcome: string) => ({ step: name, outcome })
const submission = {
  number: 'PROP-D',
  grant: '120000000',
  planLine: 'RPLP-2019-PRO-D',
  lines: [{ line: '1', item: 'Jalan paving 300 m', volume: '300', unit: 'm', amount: '120000000', fundedBy: 'grant' }],
}
const file = 'surat permohonan; RPD; BAPPD; kwitansi; pakta integritas; buku rekening; PKS'
const checked = file.split('; ').map((name) => ({ docType: name.toLowerCase().replaceAll(' ', '-'), exists: true, correct: true }))

const told: readonly Told[] = [
  {
    on: '2019-02-04',
    command: 'cycle.Start',
    subject: cycle,
    by: party('P-KORKOT-1', 'KORKOT'),
    papers: 'surat mulai',
    data: { area: labelId('AREA-PASAR2'), year: '2019', edition },
  },
  { on: '2019-02-07', command: 'cycle.RecordStep', subject: cycle, by: lurah, papers: 'BA; daftar hadir', data: step('1.2', 'held') },
  {
    on: '2019-02-11',
    command: 'cycle.RecordStep',
    subject: cycle,
    by: lurah,
    papers: 'BA RKM; daftar hadir',
    data: { ...step('1.3', 'accepted'), attendance: { present: 74, women: 36, poor: 33 } },
  },
  { on: '2019-02-14', command: 'cycle.RecordStep', subject: cycle, by: bkm, papers: 'SK TIPP', data: step('1.4', 'strengthened') },
  { on: '2019-02-18', command: 'cycle.RecordStep', subject: cycle, by: tipp, papers: 'rencana kerja', data: step('2.1', 'done') },
  { on: '2019-02-21', command: 'cycle.RecordStep', subject: cycle, by: tipp, papers: 'BA RPK', data: step('2.2', 'agreed') },
  { on: '2019-03-04', command: 'cycle.RecordStep', subject: cycle, by: tipp, papers: 'data PS; peta', data: step('2.3', 'complete') },
  { on: '2019-03-11', command: 'cycle.DraftPlan', subject: cycle, by: tipp, papers: 'RPLP', data: { plan: 'RPLP' } },
  {
    on: '2019-03-14',
    command: 'cycle.ReviewPlan',
    subject: cycle,
    by: party('P-POKJA-1', 'POKJA_PKP'),
    papers: 'BA pembahasan',
    data: { plan: 'RPLP' },
  },
  {
    on: '2019-03-18',
    command: 'cycle.RatifyPlan',
    subject: cycle,
    by: bkm,
    with: [lurah],
    papers: 'BA penetapan RPLP; RPLP',
    data: { plan: 'RPLP' },
  },
  {
    on: '2019-03-20',
    command: 'allocation.Decree',
    subject: allocation,
    by: kpa,
    papers: 'SK alokasi',
    data: {
      area: labelId('AREA-PASAR2'),
      cycle: labelId('CYC-2019'),
      fiscalYear: '2019',
      source: 'APBN',
      component: 'INFRA_NEIGHBOURHOOD',
      amount: '300000000',
      number: 'SK-ALOKASI-2019-1',
      edition,
    },
  },
  { on: '2019-03-21', command: 'cycle.RecordStep', subject: cycle, by: faskel, papers: 'RTPLP; DED; RAB', data: step('2.5', 'verified') },
  {
    on: '2019-03-22',
    command: 'allocation.SetRecipient',
    subject: allocation,
    by: ppk,
    papers: 'SK PPK penerima',
    data: { recipient: labelId('BKM-SEINGGOK') },
  },
  { on: '2019-03-25', command: 'allocation.RatifyRecipient', subject: allocation, by: kpa, papers: 'pengesahan Kasatker' },
  {
    on: '2019-03-27',
    command: 'allocation.SignAgreement',
    subject: allocation,
    by: ppk,
    with: [bkm],
    papers: 'PKS',
    data: { number: 'PKS-2019-001', amount: '300000000' },
  },
  {
    on: '2019-03-28',
    command: 'proposal.Draft',
    subject: proposal,
    by: ksm,
    papers: 'proposal',
    data: {
      allocation: labelId('ALK-2019'),
      ksm: labelId('KSM-BELIMBING'),
      number: 'PROP-D',
      title: 'Jalan paving 300 m',
      field: 'lingkungan',
      infrastructure: true,
      location: 'RT 06 RW 04',
      volume: { quantity: '300', unit: 'm' },
      grant: '120000000',
    },
  },
  {
    on: '2019-03-29',
    command: 'proposal.Submit',
    subject: proposal,
    by: ksm,
    papers: 'proposal; RAB; gambar; lembar volume',
    data: submission,
  },
  { on: '2019-04-01', command: 'proposal.RecordStep', subject: proposal, by: upl, papers: 'register UPL', data: step('V1', 'registered') },
  {
    on: '2019-04-02',
    command: 'proposal.RecordStep',
    subject: proposal,
    by: faskel,
    papers: 'lembar periksa DED/RAB',
    data: step('V2', 'feasible'),
  },
  {
    on: '2019-04-04',
    command: 'proposal.RecordStep',
    subject: proposal,
    by: party('P-FASKEL-S', 'FASKEL'),
    papers: 'lembar periksa sasaran',
    data: step('V3', 'eligible'),
  },
  {
    on: '2019-04-08',
    command: 'tranche.Request',
    subject: tranche,
    by: bkm,
    papers: file,
    data: { number: 'PERM-2019-T1-1', amount: '210000000' },
  },
  {
    on: '2019-04-10',
    command: 'tranche.CheckDocuments',
    subject: tranche,
    by: senior,
    papers: 'daftar periksa A',
    data: { papers: checked },
  },
  {
    on: '2019-04-11',
    command: 'tranche.RecordStep',
    subject: tranche,
    by: senior,
    papers: 'lembar rekomendasi B',
    data: step('VF-10', 'recommended'),
  },
]

function requestOf({ on, command, subject: [kind, label], by, with: signers, papers: names, data }: Told, index: number): ScenarioRequest {
  const papers = papersIn('next-year', index, names ?? '', '', on)
  const body: RequestBody = {
    effectiveOn: on,
    actor: by,
    ...(signers ? { cosigners: signers } : {}),
    evidence: papers.map(namedPaper),
    data: data ?? {},
  }
  return {
    seq: index + 1,
    row: undefined,
    command,
    subject: { kind, id: labelId(label) },
    recorder: by,
    recordedAt: `${on}T12:00:00+07:00`,
    body,
    papers,
  }
}

/** The year after the scenario as requests, in log order. */
export const nextYear = (): ScenarioRequest[] => told.map(requestOf)
