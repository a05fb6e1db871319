import { edition, labels, lines, setting, type Line } from './kedungkandang-list.ts'
import { found, grantTranslations, groupOf, nothing, paper, transfer, type Translate, type Translations } from './block-grant.ts'
import { docType } from './paper.ts'
import { wire } from './request.ts'

const { labelId } = labels
const board = 'BKM-BUDI-ARATHA'

interface Work {
  readonly title: string
  readonly field: 'lingkungan' | 'sosial'
  readonly infrastructure: boolean
  readonly lines: readonly { line: string; item: string; amount: string; activity?: string }[]
}

/** What the list says of the works, and lines of cost that fit it: only the fogging line is the list's. */
const works: Readonly<Record<string, Work>> = {
  'PRO-E1': {
    title: 'Saluran drainase',
    field: 'lingkungan',
    infrastructure: true,
    lines: [{ line: '1', item: 'Saluran drainase', amount: '60000000' }],
  },
  'PRO-E2': {
    title: 'Jalan lingkungan',
    field: 'lingkungan',
    infrastructure: true,
    lines: [{ line: '1', item: 'Jalan lingkungan', amount: '50000000' }],
  },
  'PRO-S1': {
    title: 'Kegiatan sosial dan pengasapan',
    field: 'sosial',
    infrastructure: false,
    lines: [
      { line: '1', item: 'Pengasapan (fogging)', amount: '4500000', activity: 'fogging' },
      { line: '2', item: 'Santunan sosial', amount: '25500000', activity: 'social-grant' },
    ],
  },
}

const workOf = ({ entity_id: id }: Line): Work => {
  const work = works[id]
  if (!work) throw new Error(`no work ${id}`)
  return work
}

/** The tranche that was on the account last before a line: what is spent is spent of it. */
export const currentTranche = ({ seq }: Line): string => {
  const credited = lines.findLast((line) => line.event === 'tranche.Credited' && Number(line.seq) < Number(seq))
  return credited?.entity_id ?? ''
}

/** Figures of meetings and members that the list does not give: invented. */
const invented = { women: 17, poor: 20, boardWomen: 4, boardPoor: 5 }
const measures: Readonly<Record<string, Record<string, string>>> = {
  '3': { 'rw-covered': '2', 'rw-total': '10' },
  '4': { surveyors: '2' },
}

const step = (line: Line) => {
  const [, name = '', outcome] = line.event.split(':')
  const present = Number(found(line, /(\d+) present/))
  const amount = line.amount === '' ? {} : { amount: wire(line.amount) }
  return {
    step: name,
    outcome,
    ...amount,
    ...(present > 0 ? { attendance: { present, women: invented.women, poor: invented.poor } } : {}),
    ...(line.entity === 'cycle' && measures[name] ? { measures: measures[name] } : {}),
  }
}

function formed(line: Line): Record<string, unknown> {
  const institutionKind = found(line, /kind ([A-Z]+)/)
  const common = { institutionKind, name: line.entity_id.replaceAll('-', ' '), area: labelId(setting.area.label) }
  if (institutionKind === 'KSM') return { ...common, parent: labelId(board), cycle: labelId('CYC-2007') }
  const total = Number(found(line, /(\d+) members/))
  return { ...common, cycle: labelId('CYC-2007'), members: { total, women: invented.boardWomen, poor: invented.boardPoor } }
}

const checkedPapers = (line: Line) => ({
  papers: (lines.find((other) => other.event === 'tranche.Requested' && other.entity_id === line.entity_id)?.evidence ?? '')
    .split(';')
    .map((name) => ({ docType: docType(name), exists: true, correct: true })),
})

const expense = (line: Line) => {
  const diverted = line.note.includes('purpose social grants')
  const social = line.entity_id === 'PRO-S1'
  return {
    ...paper(line),
    tranche: labelId(currentTranche(line)),
    line: social && !diverted ? '2' : '1',
    ...(social ? { activity: 'social-grant' } : {}),
  }
}

const finding = (line: Line) => ({
  ...paper(line),
  area: labelId(setting.area.label),
  proposal: labelId('PRO-S1'),
  institution: labelId(board),
  kondisi: 'Dana baris pengasapan dibayarkan sebagai santunan sosial',
  kriteria: 'Perubahan usulan memerlukan berita acara KSM dan BKM',
  sebab: 'Perubahan tidak dirapatkan',
  akibat: 'Pengasapan tidak dilaksanakan',
  rekomendasi: 'BKM dan KSM mempertanggungjawabkan perubahan',
})

/** A group accounts for all that it spent. */
const groupAccount = ({ entity_id: id }: Line) => {
  const spent = lines.filter((line) => line.event === 'proposal.ExpenseRecorded' && line.entity_id === id)
  return { number: `LPJ-${id}`, amount: wire(String(spent.reduce((sum, { amount }) => sum + BigInt(amount), 0n))) }
}

const ofCycle: Translate = ({ event }) => ({ cycle: labelId('CYC-2007'), stage: event.split(':')[1] ?? '' })

/** What each event of the list is asked for as, and with which data. The operating cost of an allocation is that of its tranche here. */
export const translations: Translations = {
  ...grantTranslations({ labels, area: setting.area.label, cycle: 'CYC-2007', year: '2007', board, edition, step }),
  'area.LocationDecreed': ['area.DecreeLocation', () => ({ decree: 'SK-LOKASI-P2KP-2007', programme: 'P2KP' })],
  'area.ReadinessEntered': ['area.EnterReadiness', ofCycle],
  'area.StageForced': ['area.ForceStage', () => ({ cycle: labelId('CYC-2007'), to: 'readiness.pendayaan' })],
  'cycle.Started': ['cycle.Start', () => ({ area: labelId(setting.area.label), year: '2007', edition })],
  'institution.Formed': ['institution.Form', formed],
  'allocation.ExpenseRecorded': ['tranche.RecordBopSpending', paper],
  'tranche.DocumentChecked': ['tranche.CheckDocuments', checkedPapers],
  'tranche.InstalmentPaid': [
    'tranche.PayInstalment',
    (line) => {
      const proposal = found(line, /of (PRO-\w+)/)
      const instalment = Number(found(line, /instalment (\d)/))
      return { proposal: labelId(proposal), ksm: labelId(groupOf(proposal)), instalment, ...transfer(line) }
    },
  ],
  'tranche.PoolFunded': ['tranche.FundPool', transfer],
  'proposal.Drafted': [
    'proposal.Draft',
    (line) => {
      const { title, field, infrastructure } = workOf(line)
      const of = { allocation: labelId('ALK-2007'), ksm: labelId(groupOf(line.entity_id)), number: line.paper_no }
      return { ...of, title, field, infrastructure, location: 'Kedungkandang', grant: wire(line.amount) }
    },
  ],
  'proposal.Submitted': [
    'proposal.Submit',
    (line) => {
      const cost = workOf(line).lines.map((each) => ({ ...each, fundedBy: 'grant' }))
      return { number: line.paper_no, grant: wire(line.amount), planLine: `PJM-2007-${line.entity_id}`, lines: cost }
    },
  ],
  'proposal.ContractSigned': [
    'proposal.SignContract',
    (line) => ({
      ...paper(line),
      instalments: found(line, /instalments ([\d/]+)/)
        .split('/')
        .map(wire),
    }),
  ],
  'proposal.ExpenseRecorded': ['proposal.RecordExpense', expense],
  'proposal.LpjSubmitted': ['proposal.SubmitLpj', groupAccount],
  'proposal.MaintenancePlanAgreed': ['proposal.AgreeMaintenancePlan', nothing],
  'proposal.Amended': [
    'proposal.Amend',
    () => ({
      changes: ['purpose'],
      purpose: { line: '1', activity: 'social-grant' },
      notes: 'Dana pengasapan Rp 4.500.000 menjadi santunan sosial',
    }),
  ],
  'finding.Recorded': ['finding.Record', finding],
  'HandOver (command, REFUSED)': ['proposal.HandOver', nothing],
}
