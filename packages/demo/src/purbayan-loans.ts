import { found, paper } from './block-grant.ts'
import { labels, lines, loanEdition, setting, type Line } from './purbayan-list.ts'
import { wire } from './request.ts'

const { labelId } = labels

/** The pool of the scenario, and the finance unit that runs it. */
export const pool = 'UPK-BLM2008'
const unit = 'UPK-PURBAYAN'

/** The group of a loan: `KSM-MAJU` of `PJM-MAJU`. */
export const borrowerOf = (loan: string): string => loan.replace('PJM-', 'KSM-')

/** Each member borrows the same. */
function borrowers(line: Line) {
  const members = Number(found(line, /(\d+) members/))
  const each = wire(String(BigInt(line.amount) / BigInt(members)))
  return Array.from({ length: members }, (_, index) => ({ member: labelId(`P-${borrowerOf(line.entity_id)}-${index + 1}`), amount: each }))
}

const applied = (line: Line) => ({
  pool: labelId(pool),
  ksm: labelId(borrowerOf(line.entity_id)),
  number: line.paper_no,
  months: Number(found(line, /(\d+) months/)),
  borrowers: borrowers(line),
})

const missed = (line: Line) => ({ instalment: Number(found(line, /instalment (\d+)/)) })
const rescheduled = (line: Line) => ({ number: line.paper_no, months: 10, firstDue: '2009-01-01' })

/** What the first report says; the second says of LAR that it is still above the limit. */
const reported = (line: Line) =>
  line.note.startsWith('PAR')
    ? { lar: '14.3', par: '7.9', outstanding: '24000000', borrowers: 14 }
    : { lar: '14.3', notes: 'LAR tetap di atas 10 persen' }

/** The tranche that feeds the pool: the one that was on the account last. */
export const fundingTranche = ({ seq }: Line): string =>
  lines.findLast((line) => line.event === 'tranche.Credited' && Number(line.seq) < Number(seq))?.entity_id ?? ''

type Translate = (line: Line) => Record<string, unknown>

/** What each event about the pool and its loans is asked for as, and with which data. */
export const loanTranslations: Readonly<Record<string, readonly [command: string, data: Translate]>> = {
  'loanPool.Opened': [
    'loanPool.Open',
    () => ({ name: 'UPK BLM 2008', owner: labelId(unit), area: labelId(setting.area.label), edition: loanEdition }),
  ],
  'loanPool.PoolFunded': [
    'tranche.FundPool',
    (line) => ({ bankReference: line.paper_no, amount: wire(line.amount), upk: labelId(unit), pool: labelId(pool) }),
  ],
  'loanPool.SupervisorReported': ['loanPool.Report', reported],
  'loanPool.LendingSuspended': ['loanPool.SuspendLending', () => ({ why: 'LAR dua bulan di atas batas' })],
  'loan.Applied': ['loan.Apply', applied],
  'loan.Appraised': ['loan.Appraise', () => ({ outcome: 'feasible', failed: [] })],
  'loan.Decided': ['loan.Decide', (line) => ({ ...paper(line), outcome: 'approved' })],
  'loan.AgreementSigned': ['loan.SignAgreement', (line) => ({ ...paper(line), firstDue: found(line, /first due ([\d-]+)/) })],
  'loan.Disbursed': ['loan.Disburse', paper],
  'loan.InstalmentReceived': ['loan.ReceiveInstalment', paper],
  'loan.InstalmentMissed': ['loan.NoteMissedInstalment', missed],
  'loan.JointLiabilityInvoked': ['loan.InvokeJointLiability', paper],
  'loan.Rescheduled': ['loan.Reschedule', rescheduled],
}
