import { groupOf } from './block-grant.ts'
import { currentTranche, translations } from './kedungkandang-data.ts'
import { labels, lines, setting, type Line } from './kedungkandang-list.ts'
import { preludeOf } from './labels.ts'
import { namedPaper, papersIn, type Paper } from './paper.ts'
import { noon, type Party, type RequestBody, type ScenarioRequest } from './request.ts'

const { labelId, party } = labels
const chairOf = (proposal: string): Party => party(proposal.replace('PRO-', 'P-KSM-'), 'KSM', groupOf(proposal))
const bookkeeper = 'P-KSM-1'

/** One person keeps the books of all three groups, and holds the office in each. */
const actorOf = ({ person, role, entity, entity_id: id }: Line): Party =>
  party(person, role, person === bookkeeper && entity === 'proposal' ? groupOf(id) : undefined)

/** Who enters a line, where that is not the actor: a bank, the treasury and the ministry never log in. */
const recorders: Readonly<Record<string, Party>> = {
  DIRJEN_CK: party('P-PMU-1', 'PMU'),
  KPPN: party('P-PPK-1', 'PPK'),
  BANK: party('P-BKM-2', 'BKM'),
}

function cosigners({ event, note, entity_id: id }: Line): readonly Party[] {
  if (event === 'proposal.ContractSigned' || event === 'proposal.Amended') return [chairOf(id)]
  if (event === 'area.StageForced') return [party('P-KMW-1', 'KMW')]
  return note.includes('cosigned BKM coordinator') ? [party('P-BKM-1', 'BKM')] : []
}

/** Papers by the names that the edition gives them, and those that a fact itself is where the list leaves them out. */
const renamed: Readonly<Record<string, string>> = {
  LPJ: 'LPJ BKM',
  'BA rapat BKM': 'BA BKM',
  'rencana O&P': 'rencana OP',
  'BAST without Lurah': 'BAST',
}
const ownPapers: Readonly<Record<string, string>> = {
  'tranche.SppIssued': 'SPP',
  'tranche.SpmIssued': 'SPM',
  'tranche.Sp2dIssued': 'SP2D',
  'tranche.LpjSubmitted': 'LPJ BKM',
  'proposal.LpjSubmitted': 'LPJ KSM lengkap',
  'finding.Recorded': 'notisi',
}

function papersOf(line: Line): Paper[] {
  const names = line.evidence === '' ? (ownPapers[line.event] ?? '') : line.evidence
  const named = names.split('; ').map((name) => renamed[name] ?? name)
  return papersIn(setting.scenario, Number(line.seq), named.join('; '), line.paper_no, line.date)
}

const reasons: Readonly<Record<string, Pick<RequestBody, 'reason' | 'lateReason'>>> = {
  'area.StageForced': { reason: 'Jadwal nasional' },
  'proposal.Amended': { reason: 'Berita acara baru diserahkan', lateReason: 'Berita acara bertanggal 2007-12-03 diserahkan 2008-03-17' },
}

const isSpending = ({ event }: Line): boolean => event === 'allocation.ExpenseRecorded'

function requestOf(line: Line): ScenarioRequest {
  const type = line.event.startsWith('HandOver') ? line.event : (line.event.split(':')[0] ?? '')
  const translation = translations[type]
  if (!translation) throw new Error(`no command records ${line.event}`)
  const [command, data] = translation
  const actor = actorOf(line)
  const signers = cosigners(line)
  const papers = papersOf(line)
  return {
    seq: Number(line.seq),
    row: line.table_row === '' ? undefined : Number(line.table_row),
    command,
    subject: isSpending(line) ? { kind: 'tranche', id: labelId(currentTranche(line)) } : { kind: line.entity, id: labelId(line.entity_id) },
    recorder: recorders[line.role] ?? actor,
    recordedAt: noon(line.recorded_on),
    body: {
      effectiveOn: line.date,
      actor,
      ...(signers.length > 0 ? { cosigners: signers } : {}),
      evidence: papers.map(namedPaper),
      ...reasons[type],
      data: data(line),
    },
    papers,
  }
}

/** Lines that are no requests: the edition, which is shipped, and the flag, which Jejak itself finds (repair K7). */
const isRequest = ({ event }: Line): boolean => event !== 'edition.Published' && event !== 'proposal.RedFlagRaised'
const isRefused = ({ event }: Line): boolean => event.endsWith('REFUSED)')

/** The scenario as requests, in log order, without the one that is refused. */
export const kedungkandang = (): ScenarioRequest[] => lines.filter((line) => isRequest(line) && !isRefused(line)).map(requestOf)

/** The last line: a handover that must be refused, because the Lurah has not signed. */
export function kedungkandangRefused(): ScenarioRequest {
  const line = lines.find(isRefused)
  if (!line) throw new Error('the list has no refused command')
  return requestOf(line)
}

/** Its prelude: official institutions and offices. */
export const kedungkandangPrelude = (): ScenarioRequest[] => preludeOf(setting, labels)
