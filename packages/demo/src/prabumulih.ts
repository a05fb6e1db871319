import { preludeOf } from './labels.ts'
import { edition, labelId, labels, lines, party, scenario, setting, type Line } from './list.ts'
import { namedPaper, papersIn } from './paper.ts'
import { noon, wire, type Party, type ScenarioRequest } from './request.ts'

/** Who enters a line, where that is not the actor: a bank and the treasury never log in. */
const recorders: Readonly<Record<string, string>> = { PPK: 'P-PPK-1', BKM: 'P-BKM-2', PMU: 'P-PMU-1', SEK_BKM: 'P-BKM-3' }

const lurah = (): Party => party('P-LURAH-1', 'LURAH')
const ksmChairs: Readonly<Record<string, string>> = { A: 'P-KSM-A1', B: 'P-KSM-B1', C: 'P-KSM-C1' }

function cosigners({ event, note, entity_id: id }: Line): readonly Party[] {
  if (event === 'proposal.ContractSigned') return [party(ksmChairs[id.slice(-1)] ?? '', 'KSM')]
  if (event === 'proposal.HandedOver') return [lurah()]
  if (note.includes('cosigned KPP chair')) return [party('P-KPP-1', 'KPP')]
  if (note.includes('cosigned Lurah')) return [lurah()]
  return note.includes('cosigned BKM coordinator') ? [party('P-BKM-1', 'BKM')] : []
}

const works: Readonly<Record<string, { ksm: string; title: string; volume: { quantity: string; unit: string }; location: string }>> = {
  'PRO-A': { ksm: 'KSM-ANGGUR', title: 'Saluran drainase 310 m', volume: { quantity: '310', unit: 'm' }, location: 'RT 02 RW 04' },
  'PRO-B': { ksm: 'KSM-BELIMBING', title: 'Jalan paving 420 m', volume: { quantity: '420', unit: 'm' }, location: 'RT 05 RW 04' },
  'PRO-C': { ksm: 'KSM-CEMPAKA', title: 'MCK umum dan tangki septik', volume: { quantity: '1', unit: 'unit' }, location: 'RT 01 RW 03' },
}

const submission = ({ entity_id: id, paper_no: number, amount }: Line) => ({
  number,
  grant: wire(amount),
  planLine: `RPLP-2018-${id}`,
  lines: [{ line: '1', item: works[id]?.title ?? '', amount: wire(amount), fundedBy: 'grant' }],
})

const named = (line: Line, kind: string): string => labelId(new RegExp(`${kind}:([A-Z0-9-]+)`).exec(line.concerns)?.[1] ?? '')
const found = (line: Line, pattern: RegExp): string => pattern.exec(line.note)?.[1] ?? ''
const paper = (line: Line) => ({ number: line.paper_no, amount: wire(line.amount) })
const step = ({ event, note, evidence }: Line) => {
  const [, name, outcome] = event.split(':')
  const attendance = /(\d+) present, (\d+) women, (\d+) poor/.exec(note)
  return {
    step: name,
    outcome,
    ...(attendance ? { attendance: { present: Number(attendance[1]), women: Number(attendance[2]), poor: Number(attendance[3]) } } : {}),
    ...(outcome === 'returned' ? { notes: note === '' ? evidence : note } : {}),
  }
}

function formed(line: Line): Record<string, unknown> {
  const institutionKind = found(line, /kind ([A-Z]+)/)
  const name = line.entity_id.replaceAll('-', ' ')
  const common = { institutionKind, name, area: labelId('AREA-PASAR2') }
  if (institutionKind === 'TIPP') return { ...common, cycle: labelId('CYC-2018'), workingGroups: 7 }
  if (institutionKind === 'KSM') return { ...common, parent: labelId('BKM-SEINGGOK') }
  if (institutionKind !== 'KPP') return { ...common, foundedOn: '2016-03-14' }
  return { ...common, proposals: Object.keys(works).map(labelId), duesPerHousehold: '5000' }
}

const priorities = (line: Line) => ({
  number: line.paper_no,
  allocation: labelId('ALK-2018'),
  decisions: [
    ['PRO-A', '220000000'],
    ['PRO-C', '100000000'],
    ['PRO-B', '170000000'],
  ].map(([id = '', amount], index) => ({ proposal: labelId(id), rank: index + 1, outcome: 'approved', amount })),
})

const instalment = (line: Line) => ({
  proposal: named(line, 'proposal'),
  ksm: named(line, 'institution'),
  instalment: Number(found(line, /instalment (\d)/)),
  bankReference: line.paper_no,
  amount: wire(line.amount),
})

const missingReceipts: Readonly<Record<string, string>> = {
  '2018-08-10': 'KW-014',
  '2018-08-16': 'KW-017',
  '2018-08-27': 'KW-020',
  '2018-09-05': 'KW-023',
}

const receipt = (line: Line) => {
  const expense = missingReceipts[found(line, /expense of (\S+)/)]
  return { tranche: named(line, 'tranche'), ...(expense ? { expense, what: 'receipt' } : { what: 'tax' }) }
}

const checkedPapers = (line: Line) => {
  const requested = lines.find((other) => other.event === 'tranche.Requested' && other.entity_id === line.entity_id)
  const papers = papersIn(scenario, 0, requested?.evidence ?? '', '', '')
  return { papers: papers.map(({ docType }) => ({ docType, exists: true, correct: true })) }
}

type Translate = (line: Line) => Record<string, unknown>
const nothing: Translate = () => ({})
const stepOf = (command: string): readonly [string, Translate] => [command, step]

/** What each event of the list is asked for as, and with which data. */
const translations: Readonly<Record<string, readonly [string, Translate]>> = {
  'area.LocationDecreed': ['area.DecreeLocation', () => ({ decree: 'SK-LOKASI-KOTAKU-2018', programme: 'KOTAKU', slumHectares: '8.8' })],
  'institution.Formed': ['institution.Form', formed],
  'institution.SignatoryRegistered': ['institution.RegisterSignatory', (line) => ({ signatory: labelId(found(line, /(P-BKM-\d)/)) })],
  'institution.BankAccountOpened': [
    'institution.OpenBankAccount',
    (line) => ({ bank: 'Bank Sumsel Babel', account: `REK-${line.entity_id}`, signatoriesRequired: 3 }),
  ],
  'cycle.Started': ['cycle.Start', () => ({ area: labelId('AREA-PASAR2'), year: '2018', edition })],
  'cycle.StepRecorded': stepOf('cycle.RecordStep'),
  'cycle.PlanDrafted': ['cycle.DraftPlan', () => ({ plan: 'RPLP' })],
  'cycle.PlanReviewed': ['cycle.ReviewPlan', () => ({ plan: 'RPLP' })],
  'cycle.PlanRatified': ['cycle.RatifyPlan', () => ({ plan: 'RPLP' })],
  'cycle.PrioritiesDecided': ['cycle.DecidePriorities', priorities],
  'allocation.Decreed': [
    'allocation.Decree',
    (line) => ({
      area: labelId('AREA-PASAR2'),
      cycle: labelId('CYC-2018'),
      fiscalYear: '2018',
      source: 'APBN',
      component: 'INFRA_NEIGHBOURHOOD',
      ...paper(line),
      edition,
    }),
  ],
  'allocation.RecipientSet': ['allocation.SetRecipient', () => ({ recipient: labelId('BKM-SEINGGOK') })],
  'allocation.RecipientRatified': ['allocation.RatifyRecipient', nothing],
  'allocation.AgreementSigned': ['allocation.SignAgreement', paper],
  'allocation.Closed': ['allocation.Close', nothing],
  'tranche.Requested': ['tranche.Request', paper],
  'tranche.Resubmitted': ['tranche.Resubmit', paper],
  'tranche.DocumentChecked': ['tranche.CheckDocuments', checkedPapers],
  'tranche.StepRecorded': stepOf('tranche.RecordStep'),
  'tranche.SppIssued': ['tranche.IssueSpp', paper],
  'tranche.SpmIssued': ['tranche.IssueSpm', paper],
  'tranche.Sp2dIssued': ['tranche.RecordSp2d', paper],
  'tranche.Credited': ['tranche.RecordCredit', (line) => ({ bankReference: line.paper_no, amount: wire(line.amount) })],
  'tranche.BopSetAside': ['tranche.SetBopAside', paper],
  'tranche.BopSpent': ['tranche.RecordBopSpending', paper],
  'tranche.InstalmentPaid': ['tranche.PayInstalment', instalment],
  'tranche.BudgetRevisionNoted': ['tranche.NoteBudgetRevision', () => ({ reasons: ['DANA'], notes: 'Revisi DIPA belum terbit' })],
  'tranche.BudgetRevisionEffective': ['tranche.EndBudgetRevision', nothing],
  'tranche.LpjSubmitted': ['tranche.SubmitLpj', (line) => ({ ...paper(line), covers: [labelId('ALK-2018-T1'), labelId('ALK-2018-T2')] })],
  'tranche.LpjAccepted': ['tranche.AcceptLpj', paper],
  'tranche.LeftoverReturned': ['tranche.ReturnLeftover', paper],
  'tranche.Closed': ['tranche.Close', nothing],
  'proposal.Drafted': [
    'proposal.Draft',
    (line) => {
      const { ksm = '', ...work } = works[line.entity_id] ?? {}
      const ids = { allocation: labelId('ALK-2018'), ksm: labelId(ksm) }
      return { ...ids, number: line.paper_no, ...work, field: 'lingkungan', infrastructure: true, grant: wire(line.amount) }
    },
  ],
  'proposal.Submitted': ['proposal.Submit', submission],
  'proposal.Resubmitted': ['proposal.Resubmit', submission],
  'proposal.StepRecorded': stepOf('proposal.RecordStep'),
  'proposal.SwadayaPledged': ['proposal.PledgeSwadaya', paper],
  'proposal.SwadayaRealised': [
    'proposal.RealiseSwadaya',
    (line) => ({ ...paper(line), kind: found(line, /kind ([a-z]+)/), valuedBy: labelId('P-UPL-1') }),
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
  'proposal.ProgressReported': ['proposal.ReportProgress', (line) => ({ percent: found(line, /(\d+) percent/) })],
  'proposal.ProgressVerified': ['proposal.VerifyProgress', (line) => ({ percent: found(line, /(\d+) percent/) })],
  'proposal.WorkStopped': ['proposal.StopWork', () => ({ reasons: ['DANA'], notes: 'Dana habis; hanya swadaya berjalan' })],
  'proposal.WorkResumed': ['proposal.ResumeWork', nothing],
  'proposal.WorkCompleted': ['proposal.CompleteWork', nothing],
  'proposal.ExpenseRecorded': [
    'proposal.RecordExpense',
    (line) => ({ ...paper(line), tranche: named(line, 'tranche'), line: '1', purpose: 'Bahan dan upah' }),
  ],
  'proposal.ReceiptAttached': ['proposal.AttachReceipt', receipt],
  'proposal.KsmInterimAccountSubmitted': ['proposal.SubmitInterimAccount', (line) => ({ tranche: named(line, 'tranche') })],
  'proposal.LpjSubmitted': ['proposal.SubmitLpj', paper],
  'proposal.LeftoverReturnedToBkm': [
    'proposal.ReturnLeftover',
    (line) => ({ bankReference: line.paper_no, amount: wire(line.amount), tranche: named(line, 'tranche') }),
  ],
  'proposal.HandedOver': ['proposal.HandOver', nothing],
  'complaint.Received': [
    'complaint.Receive',
    () => ({
      area: labelId('AREA-PASAR2'),
      tranche: labelId('ALK-2018-T2'),
      proposal: labelId('PRO-A'),
      channel: 'form',
      anonymous: false,
      summary: 'Saluran yang digali setengah jadi membanjiri rumah warga RW 04',
    }),
  ],
  'complaint.Logged': ['complaint.Log', () => ({ register: 'PGD-2018-001' })],
  'complaint.Classified': ['complaint.Classify', () => ({ severity: 3, category: 'technical' })],
  'complaint.Assigned': ['complaint.Assign', () => ({ to: 'FASKEL' })],
  'complaint.Investigated': ['complaint.Investigate', nothing],
  'complaint.SolutionProposed': ['complaint.ProposeSolution', () => ({ solution: 'Papan sementara dan parit oleh warga' })],
  'complaint.Resolved': ['complaint.Resolve', nothing],
  'complaint.Published': ['complaint.Publish', nothing],
  'complaint.Closed': ['complaint.Close', nothing],
}

function requestOf(line: Line): ScenarioRequest {
  const type = line.event.split(':')[0] ?? ''
  const translation = translations[type]
  if (!translation) throw new Error(`no command records ${line.event}`)
  const [command, data] = translation
  const actor = party(line.person, line.role)
  const signers = cosigners(line)
  const papers = papersIn(scenario, Number(line.seq), line.evidence, line.paper_no, line.date)
  return {
    seq: Number(line.seq),
    row: line.table_row === '' ? undefined : Number(line.table_row),
    command,
    subject: { kind: line.entity, id: labelId(line.entity_id) },
    recorder: line.recorder === line.role ? actor : party(recorders[line.recorder] ?? '', line.recorder),
    recordedAt: noon(line.recorded_on),
    body: {
      effectiveOn: line.date,
      actor,
      ...(signers.length > 0 ? { cosigners: signers } : {}),
      evidence: papers.map(namedPaper),
      data: data(line),
    },
    papers,
  }
}

/** Lines that are no requests: the edition, which is shipped, and facts that another decision emits. */
const isRequest = (line: Line): boolean => line.event !== 'edition.Published' && !line.note.startsWith('emitted with')

/** The scenario as requests, in log order. */
export const prabumulih = (): ScenarioRequest[] => lines.filter(isRequest).map(requestOf)

/** Its prelude: official institutions and offices. */
export const prabumulihPrelude = (): ScenarioRequest[] => preludeOf(setting, labels)
