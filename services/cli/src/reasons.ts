import type { Register } from './program.ts'
import { addressOf, ask, tokenHere } from './asking.ts'
import { tableOf } from './table.ts'

interface Reasons {
  readonly asOf: { readonly position: number }
  readonly total: number
  readonly reasons: readonly {
    readonly reason: string
    readonly count: number
    readonly percent: string
    readonly cumulativePercent: string
    readonly facts: readonly number[]
  }[]
}

interface Options {
  readonly asOf?: string
  readonly effectiveUntil?: string
  readonly url?: string
  readonly json?: boolean
}

const barWidth = 20

function reasonsText({ asOf, total, reasons }: Reasons): string {
  if (total === 0) return `no reason of delay was given, known at position ${asOf.position}`
  const most = reasons[0]?.count ?? 1
  const rows = reasons.map((each) => [
    each.reason,
    String(each.count),
    '█'.repeat(Math.max(1, Math.round((each.count / most) * barWidth))),
    `${each.percent} %`,
    `${each.cumulativePercent} %`,
    each.facts.join(', '),
  ])
  const table = tableOf(['reason', 'times', '', 'share', 'together', 'facts'], rows, new Set([1, 3, 4]))
  return [table, '', `known at position ${asOf.position}`].join('\n')
}

/** `jejak reasons`: why a run of the cycle stood still, most frequent first. */
export const registerReasons: Register = (program, terminal) => {
  program
    .command('reasons')
    .description('why a run of the cycle and what lies in it stood still: reasons of delay, most frequent first')
    .argument('<cycle>', 'id of a run of the cycle')
    .option('--effective-until <date>', 'of facts with that date or an earlier one')
    .option('--as-of <when>', 'as it was known then: a position, an instant or a date')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async (cycle: string, { asOf, effectiveUntil, url, json }: Options) => {
      const given = Object.entries({ asOf, effectiveUntil }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
      const query = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
      const base = await addressOf(url === undefined ? {} : { url })
      const told = await ask<Reasons>(
        base,
        `/v1/cycles/${encodeURIComponent(cycle)}/stuck-reasons${query}`,
        await tokenHere(url !== undefined),
      )
      terminal.out(json ? JSON.stringify(told, null, 2) : reasonsText(told))
    })
}
