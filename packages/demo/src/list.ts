import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { labelsOf, type Labels, type ListedLine, type PreludeLine, type Setting } from './labels.ts'

/** A line of `data/prabumulih.csv`: this list also says what kind of fact it is and what it moves. */
export interface Line extends ListedLine {
  readonly recorder: string
  readonly sort: string
  readonly moves: string
  readonly concerns: string
}

/** Name of the scenario, part of what its ids are made of. */
export const scenario = 'prabumulih'
/** The edition that the scenario pins. */
export const edition = { id: 'KOTAKU-2018', revision: 1 }

/** The rows of a file of `data/`, by the names of its columns. */
export const readList = <T>(name: string): T[] =>
  parse(readFileSync(new URL(`../data/${name}`, import.meta.url)), { columns: true, skip_empty_lines: true })

/** The 284 lines of the scenario. */
export const lines: readonly Line[] = readList<Line>('prabumulih.csv')
/** The lines of the prelude. */
export const prelude: readonly PreludeLine[] = readList<PreludeLine>('prabumulih-prelude.csv')

/** What the labels of the scenario stand for. */
export const setting: Setting = {
  scenario,
  start: Date.UTC(2018, 0, 1),
  area: { label: 'AREA-PASAR2', code: '16.74.05.1002' },
  edition: edition.id,
  prelude,
}
/** Ids and parties of the scenario. */
export const labels: Labels = labelsOf(setting)
export const { labelId, party } = labels
