import { labelsOf, type Labels, type ListedLine, type PreludeLine, type Setting } from './labels.ts'
import { readList } from './list.ts'

/** A line of `data/kedungkandang.csv`, or of the filler beside it. */
export type Line = ListedLine

/**
 * A line of `data/kedungkandang-filler.csv`: invented, and recorded after a line of the list. Rules ask for more than the list tells: a
 * draft before a proposal, accounts and signatories, the papers of a file checked, readiness before an instalment, progress reported
 * before it is verified.
 */
interface FillerLine extends Omit<Line, 'seq' | 'table_row'> {
  readonly after: string
}

/** The edition that the scenario pins. */
export const edition = { id: 'P2KP3-2006', revision: 1 }

/** What the labels of the scenario stand for. */
export const setting: Setting = {
  scenario: 'kedungkandang',
  start: Date.UTC(2007, 0, 1),
  area: { label: 'AREA-KEDUNGKANDANG', code: '35.73.03.1006' },
  edition: edition.id,
  prelude: readList<PreludeLine>('kedungkandang-prelude.csv'),
}
/** Ids and parties of the scenario. */
export const labels: Labels = labelsOf(setting)

const told = readList<Line>('kedungkandang.csv')
const filler = readList<FillerLine>('kedungkandang-filler.csv').map(
  // Hundredths keep the order: no more than 99 lines follow one of the list.
  ({ after, ...line }, index): Line => ({ ...line, seq: String(Number(after) + (index + 1) / 100), table_row: '' }),
)

/** The 111 lines of the scenario and the filler, in log order. A line of the filler has the number of the one before it and hundredths. */
export const lines: readonly Line[] = [...told, ...filler].sort((a, b) => Number(a.seq) - Number(b.seq))
