import type { Refused, Summary } from '@jejak/importing'
import { grouped, spoken } from './progress.ts'
import { tableOf } from './table.ts'

/** A cell that no spreadsheet takes for a formula. */
function cell(value: string | number | null): string {
  const text = String(value ?? '')
  const safe = /^[=+\-@\t\r]/.test(text) && typeof value !== 'number' ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** First line of the report of refused rows. */
export const refusedHead = 'file,row,case,column,code,sentence_id,sentence_en\n'

/** A row of the report. */
export const refusedLine = ({ file, row, case: caseId, column, code, sentence }: Refused): string =>
  `${[file, row, caseId, column, code, sentence.id, sentence.en].map(cell).join(',')}\n`

const shownMax = 10
const right = new Set([1])

const countsOf = (title: string, counts: Readonly<Record<string, number>>): string[] =>
  Object.keys(counts).length === 0
    ? []
    : [
        '',
        tableOf(
          [title, ''],
          Object.entries(counts).map(([code, count]) => [code, grouped(count)]),
          right,
        ),
      ]

/** What the command prints at its end. */
export function reportOf(summary: Summary, refused: readonly Refused[], report: string | undefined, peakBytes: number): string {
  const { rows, cases, facts, deviating, dryRun, seconds } = summary
  const account = [
    ['rows', grouped(rows.total)],
    [dryRun ? 'would be recorded' : 'recorded now', grouped(rows.recorded)],
    ['recorded before', grouped(rows.same)],
    ['ignored, as the mapping says', grouped(rows.ignored)],
    ['refused', grouped(rows.refused)],
    ['cases', grouped(cases.total)],
    [dryRun ? 'cases that would be opened' : 'cases opened', grouped(cases.opened)],
    ['cases with a refused row', grouped(cases.refused)],
    [dryRun ? 'facts that would be recorded' : 'facts recorded', grouped(facts)],
    ['facts with deviations', grouped(deviating)],
  ]
  const shown = refused.slice(0, shownMax).map(({ row, case: caseId, code, sentence }) => [String(row), caseId, code, sentence.en])
  return [
    `${summary.files.events.name}: ${summary.mode}, by ${summary.order}${dryRun ? ', a dry run: nothing was recorded' : ''}`,
    '',
    tableOf(['', ''], account, right).split('\n').slice(2).join('\n'),
    ...countsOf('deviations', summary.deviations),
    ...countsOf('refused', summary.refusals),
    ...(shown.length > 0 ? ['', tableOf(['row', 'case', 'code', ''], shown, new Set([0]))] : []),
    ...(report === undefined ? [] : ['', `all ${grouped(rows.refused)} refused rows: ${report}`]),
    '',
    [
      spoken(seconds),
      `${grouped(facts / Math.max(seconds, 0.001))} facts a second`,
      `at most ${grouped(peakBytes / 2 ** 20)} MiB of memory`,
    ].join(', '),
  ].join('\n')
}
