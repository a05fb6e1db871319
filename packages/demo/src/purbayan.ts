import { borrowerOf, fundingTranche } from './purbayan-loans.ts'
import { groupOf } from './block-grant.ts'
import { tranchePapers, translations } from './purbayan-data.ts'
import { labels, lines, setting, type Line } from './purbayan-list.ts'
import { preludeOf } from './labels.ts'
import { namedPaper, papersIn, type Paper } from './paper.ts'
import { noon, type Party, type ScenarioRequest } from './request.ts'

const { labelId, party } = labels
const chairOf = (group: string): Party => party(group.replace('KSM-', 'P-KSM-'), 'KSM', group)

/** Nobody's program notes a missed instalment here: the finance unit does. */
const actorOf = ({ role, person }: Line): Party => (role === 'SYSTEM' ? party('P-UPK-1', 'UPK') : party(person, role))

/** Who enters a line, where that is not the actor: a bank, the treasury and the ministry never log in. */
const recorders: Readonly<Record<string, Party>> = {
  DIRJEN_CK: party('P-PMU-1', 'PMU'),
  KPPN: party('P-PPK-1', 'PPK'),
  BANK: party('P-BKM-2', 'BKM'),
}

/** The further signers of each event; rules ask for them, or the note says so. */
const signers: Readonly<Record<string, (line: Line) => Party>> = {
  'proposal.ContractSigned': ({ entity_id: id }) => chairOf(groupOf(id)),
  'allocation.AgreementSigned': () => party('P-BKM-1', 'BKM'),
  'cycle.PlanRatified': () => party('P-LURAH-1', 'LURAH'),
  'cycle.StepRecorded:R:reviewed': () => party('P-LURAH-1', 'LURAH'),
  'loan.Decided:approved': () => party('P-UPK-1', 'UPK'),
  'loan.AgreementSigned': ({ entity_id: id }) => chairOf(borrowerOf(id)),
  'loan.Rescheduled': () => party('P-BKM-1', 'BKM'),
}

/** Papers by the names that the editions give them, and those that a fact itself is where the list leaves them out. */
const renamed: Readonly<Record<string, string>> = {
  'BA komite BKM/UPK': 'BA komite',
  'PJM Pronangkis': 'PJM Pronangkis; BAPPUK',
}
const ownPapers: Readonly<Record<string, string>> = {
  'area.LocationDecreed': 'SK lokasi',
  'allocation.Decreed': 'SK alokasi',
  'tranche.Requested': tranchePapers,
  'tranche.SppIssued': 'SPP',
  'tranche.SpmIssued': 'SPM',
  'tranche.Sp2dIssued': 'SP2D',
  'tranche.Credited': 'rekening koran',
  'tranche.InstalmentPaid': 'bukti transfer',
  'tranche.LpjSubmitted': 'LPJ BKM',
  'loanPool.PoolFunded': 'bukti transfer',
  'loan.Disbursed': 'SPK pinjaman; kwitansi',
  'proposal.ProgressVerified': 'lembar ukur',
}

function papersOf(line: Line): Paper[] {
  const names = ownPapers[line.event] ?? renamed[line.evidence] ?? line.evidence
  // Lines between two of the list have numbers of their own: no two papers are the same.
  return papersIn(setting.scenario, Number(line.seq), names, line.paper_no, line.date)
}

const subjectOf = (line: Line): ScenarioRequest['subject'] => {
  if (line.event === 'loanPool.PoolFunded') return { kind: 'tranche', id: labelId(fundingTranche(line)) }
  return { kind: line.entity === 'loan-pool' ? 'loanPool' : line.entity, id: labelId(line.entity_id) }
}

function requestOf(line: Line): ScenarioRequest {
  const translation = translations[line.event.split(':')[0] ?? '']
  if (!translation) throw new Error(`no command records ${line.event}`)
  const [command, data] = translation
  const actor = actorOf(line)
  const signer = signers[line.event]?.(line)
  const papers = papersOf(line)
  return {
    seq: Number(line.seq),
    row: line.table_row === '' ? undefined : Number(line.table_row),
    command,
    subject: subjectOf(line),
    recorder: recorders[line.role] ?? actor,
    recordedAt: noon(line.recorded_on),
    body: {
      effectiveOn: line.date,
      actor,
      ...(signer === undefined ? {} : { cosigners: [signer] }),
      evidence: papers.map(namedPaper),
      data: data(line),
    },
    papers,
  }
}

/** The scenario as requests, in log order; the edition of the first line is shipped. */
export const purbayan = (): ScenarioRequest[] => lines.filter(({ event }) => event !== 'edition.Published').map(requestOf)

/** Its prelude: official institutions and offices. */
export const purbayanPrelude = (): ScenarioRequest[] => preludeOf(setting, labels)
