import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { childId } from '@jejak/event-store'
import { areaId } from '@jejak/reference'
import { idOf, type Party } from './request.ts'

/** A line of `data/prabumulih.csv`; its columns are explained in the scenarios' own description. */
export interface Line {
  readonly seq: string
  readonly date: string
  readonly event: string
  readonly entity: string
  readonly entity_id: string
  readonly role: string
  readonly person: string
  readonly amount: string
  readonly evidence: string
  readonly note: string
  readonly table_row: string
  readonly recorded_on: string
  readonly recorder: string
  readonly paper_no: string
  readonly sort: string
  readonly moves: string
  readonly concerns: string
}

/** A line of `data/prabumulih-prelude.csv`. */
export interface PreludeLine {
  readonly seq: string
  readonly event: string
  readonly institution: string
  readonly kind: string
  readonly name: string
  readonly person: string
  readonly role: string
  readonly from: string
  readonly recorded_on: string
}

/** Name of the scenario, part of what its ids are made of. */
export const scenario = 'prabumulih'
const start = Date.UTC(2018, 0, 1)
const areaCode = '16.74.05.1002'
/** The edition that the scenario pins. */
export const edition = { id: 'KOTAKU-2018', revision: 1 }
const readList = <T>(name: string): T[] =>
  parse(readFileSync(new URL(`../data/${name}`, import.meta.url)), { columns: true, skip_empty_lines: true })

/** The 284 lines of the scenario. */
export const lines: readonly Line[] = readList<Line>('prabumulih.csv')
/** The lines of the prelude. */
export const prelude: readonly PreludeLine[] = readList<PreludeLine>('prabumulih-prelude.csv')

/**
 * The id of a label of the scenario: tranches are children of their allocation, the area has its decreed id, the rest are clients' UUIDv7.
 */
export function labelId(label: string): string {
  if (label === 'AREA-PASAR2') return areaId(areaCode)
  if (label === edition.id) return label
  const tranche = /^(ALK-\d+)-T(\d+)$/.exec(label)
  return tranche ? childId(labelId(tranche[1] ?? ''), 'tranche', Number(tranche[2])) : idOf(scenario, label, start)
}

/** The recorded time of a day: noon in the area's zone. */
export const noon = (date: string): string => `${date}T12:00:00+07:00`
const houses = new Map(prelude.filter((line) => line.person !== '').map((line) => [`${line.person} ${line.role}`, line.institution]))

/** A person of the scenario in a role, with the institution of the office. */
export function party(person: string, role: string): Party {
  const house = houses.get(`${person} ${role}`)
  return { person: labelId(person), role, ...(house ? { institution: labelId(house) } : {}) }
}
