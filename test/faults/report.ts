import { arch, cpus, platform, totalmem } from 'node:os'
import { percentile, type SectionResult } from './result.ts'

const number = (value: number): string => (Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '-')

/** Times of a section: few are written out, of many the middle, the ninety-ninth of a hundred and the longest. */
function timesOf(times: SectionResult['times']): string[] {
  return Object.entries(times).map(([name, all]) =>
    all.length <= 3
      ? `- ${name}: ${all.map(number).join(', ')} ms`
      : `- ${name}: p50 ${number(percentile(all, 0.5))}, p99 ${number(percentile(all, 0.99))}, longest ${number(percentile(all, 1))} ms`,
  )
}

function sectionText({ name, deed, counts, times, faults, late }: SectionResult): string {
  return [
    `## ${name}`,
    '',
    `${deed.charAt(0).toUpperCase()}${deed.slice(1)}.`,
    '',
    ...Object.entries(counts).map(([what, count]) => `- ${what}: ${number(count)}`),
    ...timesOf(times),
    ...late.map((each) => `- beyond its bound: ${each}`),
    '',
    faults.length === 0
      ? '**No loss, no double, no half batch, no wrong answer.**'
      : `**${faults.length} faults:**\n\n${faults
          .slice(0, 20)
          .map((fault) => `- ${fault}`)
          .join('\n')}`,
    '',
  ].join('\n')
}

/** The figures of a campaign as a page. `madeOn` is a date. */
export function pageOf(
  results: readonly SectionResult[],
  { madeOn, command, seed }: { madeOn: string; command: string; seed: number },
): string {
  const { model = 'unknown' } = cpus()[0] ?? {}
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const machine = `Node ${process.version}, ${platform()} ${arch()}, ${cpus().length} × ${model}, ${memory}`
  return [
    '# Reliability',
    '',
    'Figures of the last fault campaign: real processes, killed, cut off or held up while clients with their own keys go on sending.',
    'After each section the log is compared with what the clients were told, position by position, then backed up and restored, and every',
    'view is compared with one made anew from the restored facts. A loss ends the campaign with 1; what only took longer than it should is',
    'named, since other work may have shared the machine.',
    '',
    `Run on ${madeOn} by \`${command}\` (seed ${seed}), on ${machine}.`,
    '',
    ...results.map(sectionText),
  ].join('\n')
}

/** A line for each section. */
export const lineOf = ({ name, counts, faults }: SectionResult): string =>
  `${faults.length === 0 ? 'ok   ' : 'FAULT'} ${name}: ${Object.entries(counts)
    .map(([what, count]) => `${what} ${number(count)}`)
    .join(', ')}`
