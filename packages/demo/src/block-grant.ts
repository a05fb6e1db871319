import type { EditionRef } from '@jejak/domain'
import type { Labels, ListedLine } from './labels.ts'
import { wire } from './request.ts'

/** The data of a command, from the line that tells of it. */
export type Translate = (line: ListedLine) => Record<string, unknown>

/** What each event of a list is asked for as, and with which data. */
export type Translations = Readonly<Record<string, readonly [command: string, data: Translate]>>

/** What a pattern finds in the note of a line. */
export const found = ({ note }: ListedLine, pattern: RegExp): string => pattern.exec(note)?.[1] ?? ''
export const paper = (line: ListedLine) => ({ number: line.paper_no, amount: wire(line.amount) })
export const transfer = (line: ListedLine) => ({ bankReference: line.paper_no, amount: wire(line.amount) })
export const nothing = () => ({})

/** The group of a proposal: `KSM-MELATI` of `PRO-MELATI`. */
export const groupOf = (proposal: string): string => proposal.replace('PRO-', 'KSM-')

const percent = (line: ListedLine) => ({ percent: found(line, /(\d+) percent/) })
const accountOpened = (line: ListedLine) => ({
  bank: 'Bank Rakyat Indonesia',
  account: `REK-${line.entity_id}`,
  signatoriesRequired: Number(/(\d) signatories/.exec(line.note)?.[1]),
})

/** What the lists of block grants (BLM) of one year tell alike. */
export interface Grant {
  readonly labels: Labels
  readonly area: string
  readonly cycle: string
  readonly year: string
  readonly board: string
  readonly edition: EditionRef
  readonly step: Translate
}

/** The commands by which a block grant goes from its decree to the account of the board, the same in every list. */
export const grantTranslations = ({ labels: { labelId }, area, cycle, year, board, edition, step }: Grant): Translations => ({
  'institution.SignatoryRegistered': ['institution.RegisterSignatory', (line) => ({ signatory: labelId(found(line, /(P-BKM-\d)/)) })],
  'institution.BankAccountOpened': ['institution.OpenBankAccount', accountOpened],
  'cycle.StepRecorded': ['cycle.RecordStep', step],
  'cycle.PlanRatified': ['cycle.RatifyPlan', () => ({ plan: 'PJM Pronangkis' })],
  'allocation.Decreed': [
    'allocation.Decree',
    (line) => ({
      area: labelId(area),
      cycle: labelId(cycle),
      fiscalYear: year,
      source: 'APBN',
      component: 'BLM',
      ...paper(line),
      edition,
    }),
  ],
  'allocation.RecipientSet': ['allocation.SetRecipient', () => ({ recipient: labelId(board) })],
  'allocation.AgreementSigned': ['allocation.SignAgreement', paper],
  'tranche.Requested': ['tranche.Request', paper],
  'tranche.StepRecorded': ['tranche.RecordStep', step],
  'tranche.SppIssued': ['tranche.IssueSpp', paper],
  'tranche.SpmIssued': ['tranche.IssueSpm', paper],
  'tranche.Sp2dIssued': ['tranche.RecordSp2d', paper],
  'tranche.Credited': ['tranche.RecordCredit', transfer],
  'tranche.BopSetAside': ['tranche.SetBopAside', paper],
  'tranche.LpjSubmitted': ['tranche.SubmitLpj', (line) => ({ ...paper(line), covers: [labelId(line.entity_id)] })],
  'tranche.LpjAccepted': ['tranche.AcceptLpj', paper],
  'proposal.StepRecorded': ['proposal.RecordStep', step],
  'proposal.ProgressReported': ['proposal.ReportProgress', percent],
  'proposal.ProgressVerified': ['proposal.VerifyProgress', percent],
  'proposal.WorkCompleted': ['proposal.CompleteWork', nothing],
})
