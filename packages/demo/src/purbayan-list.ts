import { labelsOf, type Labels, type ListedLine, type PreludeLine, type Setting } from './labels.ts'
import { readList } from './list.ts'

/** A line of `data/purbayan.csv`, or of the filler beside it. */
export type Line = ListedLine & { readonly amount_to_date?: string }

/**
 * A line of `data/purbayan-filler.csv`: invented, and recorded after a line of the list. The list tells of loans only when they are paid
 * out; rules ask for the group, its application, the appraisal, the committee and the agreement before that.
 */
interface FillerLine extends Omit<Line, 'seq' | 'table_row'> {
  readonly after: string
}

/** The edition that the cycle and the allocation pin, and that of the pool and its loans: repair P5. */
export const edition = { id: 'P2KP3-2006', revision: 1 }
export const loanEdition = { id: 'UPK-2010', revision: 1 }

/** What the labels of the scenario stand for. */
export const setting: Setting = {
  scenario: 'purbayan',
  start: Date.UTC(2008, 0, 1),
  area: { label: 'AREA-PURBAYAN', code: '33.11.10.2014' },
  edition: edition.id,
  prelude: readList<PreludeLine>('purbayan-prelude.csv'),
}
/** Ids and parties of the scenario. */
export const labels: Labels = labelsOf(setting)

/**
 * The list decrees the allocation two days after proposals are handed in under it; a proposal belongs to an allocation from its draft on.
 * The line is invented, and comes before them here.
 */
const moved: Readonly<Record<string, { readonly seq: string; readonly date: string }>> = { 16: { seq: '3.0005', date: '2008-01-15' } }

const told = readList<Line>('purbayan.csv').map((line): Line => {
  const to = moved[line.seq]
  return to === undefined ? line : { ...line, seq: to.seq, date: to.date, recorded_on: to.date }
})

const numbers = new Map<string, number>()
const filler = readList<FillerLine>('purbayan-filler.csv').map(({ after, ...line }): Line => {
  // Thousandths keep the order.
  const nth = (numbers.get(after) ?? 0) + 1
  numbers.set(after, nth)
  return { ...line, seq: String(Number(after) + nth / 1000), table_row: '' }
})

/** The 167 lines of the scenario and the filler, in log order. A line of the filler has the number of the one before it and thousandths. */
export const lines: readonly Line[] = [...told, ...filler].sort((a, b) => Number(a.seq) - Number(b.seq))
