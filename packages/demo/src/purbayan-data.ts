import { loanTranslations } from './purbayan-loans.ts'
import { edition, labels, lines, setting, type Line } from './purbayan-list.ts'
import { found, grantTranslations, groupOf, paper, transfer, type Translations } from './block-grant.ts'
import { docType } from './paper.ts'
import { wire } from './request.ts'

const { labelId } = labels
const board = 'BKM-PURBAYAN'

/** What was built, and where: from the thesis that the list quotes. */
const works: Readonly<Record<string, readonly [title: string, location: string]>> = {
  'PRO-MELATI': ['Saluran dan aspal lingkungan', 'RT 01 RW I'],
  'PRO-SERUNI': ['Jalan beton 589 m2', 'RT 03 RW VI'],
  'PRO-KENIKIR': ['Jalan beton 100 m2', 'RT 02 RW IV'],
  'PRO-BOUGENVILE': ['Jalan beton 300 m2', 'RT 01 RW IV'],
}
const workOf = ({ entity_id: id }: Line): readonly [string, string] => works[id] ?? ['', '']

const step = (line: Line) => {
  const [, name = '', outcome] = line.event.split(':')
  return { step: name, outcome, ...(line.amount === '' ? {} : { amount: wire(line.amount) }) }
}

function formed(line: Line): Record<string, unknown> {
  const institutionKind = found(line, /kind ([A-Z]+)/)
  const common = {
    institutionKind,
    name: line.entity_id.replaceAll('-', ' '),
    area: labelId(setting.area.label),
    parent: labelId(board),
  }
  if (institutionKind !== 'KSM') return common
  const heads = [/(\d+) members/, /(\d+) women/, /(\d+) poor/].map((pattern) => Number(found(line, pattern)))
  return { ...common, members: { total: heads[0], women: heads[1], poor: heads[2] } }
}

/** The papers of the file of a tranche, which the list leaves out. */
export const tranchePapers = 'PP BLM; BAPPD; RPD; kwitansi'
const checkedPapers = () => ({
  papers: tranchePapers.split(';').map((name) => ({ docType: docType(name.trim()), exists: true, correct: true })),
})

const paidBy = ({ entity_id: proposal }: Line): string =>
  lines.find((line) => line.event === 'tranche.InstalmentPaid' && line.note.endsWith(proposal))?.entity_id ?? ''

/** What each event of the list is asked for as, and with which data. */
export const translations: Translations = {
  ...grantTranslations({ labels, area: setting.area.label, cycle: 'CYC-2008', year: '2008', board, edition, step }),
  ...loanTranslations,
  'area.LocationDecreed': ['area.DecreeLocation', () => ({ decree: 'SK-LOKASI-P2KP-2008', programme: 'P2KP' })],
  'cycle.Started': ['cycle.Start', () => ({ area: labelId(setting.area.label), year: '2008', edition, review: true })],
  'cycle.StuckReasonNoted': ['cycle.NoteStuckReason', (line) => ({ reason: found(line, /reason ([A-Z]+)/) })],
  'institution.Formed': ['institution.Form', formed],
  'tranche.DocumentChecked': ['tranche.CheckDocuments', checkedPapers],
  'tranche.BopSpent': ['tranche.RecordBopSpending', paper],
  'tranche.InstalmentPaid': [
    'tranche.PayInstalment',
    (line) => {
      const proposal = found(line, /for (PRO-\w+)/)
      return { proposal: labelId(proposal), ksm: labelId(groupOf(proposal)), instalment: 1, ...transfer(line) }
    },
  ],
  'proposal.Drafted': [
    'proposal.Draft',
    (line) => {
      const [title, location] = workOf(line)
      const of = { allocation: labelId('ALK-2008'), ksm: labelId(groupOf(line.entity_id)), number: line.paper_no }
      return { ...of, title, field: 'lingkungan', infrastructure: true, location, grant: wire(line.amount) }
    },
  ],
  'proposal.Submitted': [
    'proposal.Submit',
    (line) => ({
      number: line.paper_no,
      grant: wire(line.amount),
      planLine: `PJM-2008-${line.entity_id}`,
      lines: [{ line: '1', item: workOf(line)[0], amount: wire(line.amount), fundedBy: 'grant' }],
    }),
  ],
  'proposal.SwadayaPledged': ['proposal.PledgeSwadaya', paper],
  'proposal.SwadayaRealised': ['proposal.RealiseSwadaya', (line) => ({ ...paper(line), kind: found(line, /kind ([a-z]+)/) })],
  'proposal.ContractSigned': ['proposal.SignContract', (line) => ({ ...paper(line), instalments: [wire(line.amount)] })],
  'proposal.ExpenseRecorded': ['proposal.RecordExpense', (line) => ({ ...paper(line), tranche: labelId(paidBy(line)), line: '1' })],
  'finding.OpinionIssued': [
    'finding.IssueOpinion',
    () => ({
      number: 'LAI-2008',
      institution: labelId(board),
      fiscalYear: '2008',
      opinion: 'qualified',
      notes: 'Kartu angsuran tidak lengkap',
    }),
  ],
}
