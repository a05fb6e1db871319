import { inOrder, type Results, roundsOf, type Sample } from './samples.ts'
import { median, ratios, spreadOf } from './stats.ts'

const short = (value: number): string => {
  if (Number.isNaN(value)) return '-'
  if (value >= 1000) return Math.round(value).toString()
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

const present = (rounds: readonly (number | undefined)[]): number[] => rounds.filter((value) => value !== undefined)

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const wrongOf = (samples: readonly Sample[], row: string, store: string): string | undefined =>
  samples.find((sample) => sample.row === row && sample.store === store && sample.wrong !== undefined)?.wrong

function absolute(samples: readonly Sample[], section: string, rows: readonly string[], stores: readonly string[]): string {
  return table(
    ['', ...stores],
    rows.map((row) => [
      row,
      ...stores.map((store) => {
        const of = (figure: string): number[] => present(roundsOf(samples, section, row, store, figure))
        const wrong = wrongOf(samples, row, store)
        if (of('perSecond').length === 0) return wrong === undefined ? '' : `no number: ${wrong}`
        return `${short(median(of('perSecond')))} (${short(median(of('p50')))} / ${short(median(of('p99')))})`
      }),
    ]),
  )
}

function relative(samples: readonly Sample[], section: string, rows: readonly string[], stores: readonly string[], base: string): string {
  return table(
    ['', ...stores],
    rows.map((row) => [
      row,
      ...stores.map((store) => {
        const values = ratios(roundsOf(samples, section, row, store, 'perSecond'), roundsOf(samples, section, row, base, 'perSecond'))
        if (values.length === 0) return ''
        const { median: middle, least, most } = spreadOf(values)
        return `${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`
      }),
    ]),
  )
}

/** The report of a run in Markdown. */
export function report(results: Results): string {
  const parts = ['# Performance', '']
  for (const section of inOrder(results.samples.map((sample) => sample.section))) {
    const samples = results.samples.filter((sample) => sample.section === section)
    const rows = inOrder(samples.map(({ row }) => row))
    const stores = inOrder(samples.map(({ store }) => store)).toSorted()
    parts.push(`## ${section}`, '', 'events/s (p50 / p99 ms)', '', absolute(samples, section, rows, stores), '')
    parts.push('to raw', '', relative(samples, section, rows, stores, 'raw'), '')
  }
  return `${parts.join('\n')}\n`
}
