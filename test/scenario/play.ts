import { commands, domain } from '@jejak/domain'
import { labelId, prabumulih, type Party, type ScenarioRequest } from '@jejak/demo'

/** Every request of the list, in order. */
export const requests: readonly ScenarioRequest[] = prabumulih()

/** The requests of a row of the worked table. */
export const rowsOf = (row: number): ScenarioRequest[] => requests.filter((request) => request.row === row)

/** The first request of a row. */
export function rowOf(row: number): ScenarioRequest {
  const [first] = rowsOf(row)
  if (!first) throw new Error(`no row ${row}`)
  return first
}

/** The request of a line. */
export function lineOf(seq: number): ScenarioRequest {
  const found = requests.find((request) => request.seq === seq)
  if (!found) throw new Error(`line ${seq} is no request`)
  return found
}

/** Whether a request tells of what has happened, so that a broken rule does not refuse it. */
export const isObservation = ({ command }: Pick<ScenarioRequest, 'command'>): boolean =>
  commands.get(command)?.command.records.observation ?? false

/** The resource of an entity of the scenario, by its label. */
export const urlOf = (kind: string, label: string): string => `/v1/${domain.slice(kind).plural}/${labelId(label)}`

/** People of the scenario. */
export const ppk: Party = { person: labelId('P-PPK-1'), role: 'PPK', institution: labelId('SATKER-SUMSEL') }
export const korkot: Party = { person: labelId('P-KORKOT-1'), role: 'KORKOT', institution: labelId('KORKOT-PRABUMULIH') }
export const bkm: Party = { person: labelId('P-BKM-2'), role: 'BKM', institution: labelId('BKM-SEINGGOK') }
export const faskel: Party = { person: labelId('P-SF-1'), role: 'FASKEL', institution: labelId('FASKEL-PRABUMULIH-1') }
export const lurah: Party = { person: labelId('P-LURAH-1'), role: 'LURAH', institution: labelId('KELURAHAN-PASAR2') }
export const ksmA: Party = { person: labelId('P-KSM-A1'), role: 'KSM', institution: labelId('KSM-ANGGUR') }
export const pmu: Party = { person: labelId('P-PMU-1'), role: 'PMU', institution: labelId('PMU-PUSAT') }
export const system: Party = { person: labelId('SYSTEM'), role: 'system' }
