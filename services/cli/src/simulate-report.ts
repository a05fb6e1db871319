import type { Distributions, NationOptions, Spread, Written } from '@jejak/simulation'
import { grouped } from './progress.ts'
import { tableOf } from './table.ts'

/** What became of a simulation. Times in seconds, memory in bytes. */
export interface Outcome extends Written {
  readonly seconds: number
  /** How much of it was telling, before the first fact was written. */
  readonly tellingSeconds: number
  readonly peakBytes: number
  /** SHA-256 over the leaf hashes in log order. */
  readonly digest: string
  readonly distributions: Distributions
  /** A tranche to look at. */
  readonly example: string | undefined
}

const spread = ({ median, p90, cases }: Spread): string => `median ${median}, nine of ten within ${p90} (${grouped(cases)} cases)`

function turnedOut(distributions: Distributions): string[][] {
  return [
    ['facts a kelurahan and year', String(distributions.factsPerKelurahanYear)],
    ['tranches returned by a desk', `${distributions.tranchesReturnedPercent} percent`],
    ['proposals returned by a desk', `${distributions.proposalsReturnedPercent} percent`],
    ['days from request to credit', spread(distributions.daysRequestToCredit)],
    ['days from proposal to contract', spread(distributions.daysProposalToContract)],
    ['days from paper to record', spread(distributions.daysEffectiveToRecorded)],
    ['recorded after 30 days', `${distributions.enteredAfter30DaysPercent} percent`],
    ['works that stood still', `${distributions.worksStoppedPercent} percent`],
    ['complaints closed', `${distributions.complaintsClosedPercent} percent`],
    ['money and works, Nov and Dec', `${distributions.lastTwoMonthsPercent} percent of the year`],
  ]
}

/** What the command prints at its end: what was written, how it turned out, and how to look at it. */
export function reportOf(options: NationOptions, outcome: Outcome, database: { readonly name: string; readonly own: boolean }): string {
  const { facts, seconds, tellingSeconds, distributions, example } = outcome
  const writingSeconds = seconds - tellingSeconds
  const summary = [
    ['kelurahan', grouped(options.kelurahan)],
    ['years', `${options.years}, from ${options.from}`],
    ['facts', grouped(facts)],
    ['commands', grouped(outcome.commands)],
    ['submissions', grouped(outcome.submissions)],
    ['seconds', `${seconds.toFixed(1)} (telling ${tellingSeconds.toFixed(1)}, writing ${writingSeconds.toFixed(1)})`],
    ['facts a second', `${grouped(facts / seconds)} (writing alone ${grouped(facts / writingSeconds)})`],
    ['peak memory', `${grouped(outcome.peakBytes / 2 ** 20)} MiB`],
    ['log digest', outcome.digest],
  ]
  const top = Object.entries(distributions.byType).slice(0, 10)
  const folder = process.env['JEJAK_DATA'] ? 'JEJAK_DATA=… ' : ''
  const start = database.own ? `JEJAK_DEMO=1 DATABASE_URL=…` : `${folder}JEJAK_DATABASE=${database.name}`
  return [
    '',
    tableOf(['written', ''], summary),
    '',
    tableOf(
      ['most frequent', 'facts'],
      top.map(([type, count]) => [type, grouped(count)]),
      new Set([1]),
    ),
    '',
    tableOf(['how it turned out', ''], turnedOut(distributions)),
    '',
    'Try next:',
    `  ${start} npx -y pnpm@12.21.0 start`,
    ...(example === undefined ? [] : [`  npx -y pnpm@12.21.0 jejak replay tranche:${example}   (in another terminal)`]),
  ].join('\n')
}
