import { addressOf, ask, isKindAndId, routeTo, tokenHere } from './asking.ts'
import type { Register } from './program.ts'
import { tableOf } from './table.ts'

interface Options {
  readonly asOf?: string
  readonly until?: string
  readonly url?: string
  readonly json?: boolean
}

interface HistoryRow {
  readonly position: number
  readonly effectiveOn: string
  readonly recordedAt: string
  readonly type: string
  readonly actor: { readonly role: string }
  readonly moves: readonly { readonly from: string | null; readonly to: string | null; readonly kind: string; readonly id: string }[]
  readonly data: Readonly<Record<string, unknown>>
  readonly deviations?: readonly { readonly rule: string }[]
  readonly struck?: readonly Struck[]
  readonly doubted?: number
}

interface Struck {
  readonly how: 'annul' | 'replace' | 'reverse'
  readonly reason: string | null
  readonly proposed: { readonly by: { readonly role: string } } | null
  readonly confirmed: { readonly position: number; readonly by: { readonly role: string }; readonly on: string }
  readonly replacement?: Readonly<Record<string, unknown>>
}

const struckWords = { annul: 'annulled', replace: 'replaced', reverse: 'reversed' } as const

/** What became of a fact, in words: since which position, why, who said so and who confirmed it, and what counts instead. */
function correctionOf({ data, struck = [], doubted }: HistoryRow): string {
  const told = struck.map(({ how, reason, proposed, confirmed, replacement = {} }) => {
    const changed = Object.entries(replacement).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(data[field]))
    const instead = changed.map(([field, value]) => `${field} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')
    const who = [...(proposed ? [proposed.by.role] : []), confirmed.by.role].join(' and ')
    return `${struckWords[how]} at ${confirmed.position} by ${who}${instead === '' ? '' : `, now ${instead}`}: ${reason ?? '-'}`
  })
  return [...told, ...(doubted === undefined ? [] : [`said to be wrong at ${doubted}, not decided`])].join('; ')
}

const amountOf = (row: HistoryRow): string =>
  typeof row.data['amount'] === 'string' ? row.data['amount'] : typeof row.data['grant'] === 'string' ? row.data['grant'] : ''
const what = (row: HistoryRow): string =>
  [row.type, row.data['step'], row.data['outcome']].filter((part) => typeof part === 'string').join(':')

/** `jejak replay <entity>`: every fact of an entity in order, as it was known and as it was true; struck ones are shown as struck. */
export const registerReplay: Register = (program, terminal) => {
  program
    .command('replay')
    .description('every fact of an entity in order, with its stages, as it was known on any day')
    .argument('<entity>', 'kind:id, e.g. tranche:0b7f…')
    .option('--as-of <moment>', 'what did we know: a date, an instant, or a position of the log')
    .option('--until <date>', 'what was true by then: facts with this date or an earlier one')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async (entity: string, options: Options) => {
      const [kind, id] = isKindAndId(entity)
      const route = routeTo(kind, id)
      const query = new URLSearchParams({
        ...(options.asOf ? { asOf: options.asOf } : {}),
        ...(options.until ? { effectiveUntil: options.until } : {}),
      })
      const suffix = query.size > 0 ? `?${query.toString()}` : ''
      const base = await addressOf(options)
      const token = await tokenHere(options.url !== undefined)
      const state = await ask<{
        stages: Record<string, string>
        holder: string | null
        suspended: boolean
        asOf: { position: number; recordedAt: string }
      }>(base, `${route}${suffix}`, token)
      // As of the same position, whatever is recorded between the two questions.
      query.set('asOf', String(state.asOf.position))
      const history = await ask<{ facts: HistoryRow[] }>(base, `${route}/history?${query.toString()}`, token)
      if (options.json) {
        terminal.out(JSON.stringify({ ...state, facts: history.facts }, null, 2))
        return
      }
      const isCorrected = history.facts.some(({ struck, doubted }) => struck !== undefined || doubted !== undefined)
      const rows = history.facts.map((row) => {
        const moves = row.moves.filter((each) => each.kind === kind && each.id === id)
        return [
          String(row.position),
          row.effectiveOn,
          row.recordedAt.slice(0, 10),
          row.struck ? `x ${what(row)}` : what(row),
          row.actor.role,
          amountOf(row),
          moves.map(({ from, to }) => `${from ?? '-'} > ${to ?? '-'}`).join(', '),
          (row.deviations ?? []).map((deviation) => deviation.rule).join(', '),
          ...(isCorrected ? [correctionOf(row)] : []),
        ]
      })
      const columns = ['position', 'date', 'recorded', 'fact', 'by', 'amount', 'stage', 'deviations', ...(isCorrected ? ['corrected'] : [])]
      terminal.out(tableOf(columns, rows, new Set([0, 5])))
      if (history.facts.some(({ struck }) => struck))
        terminal.out('\nx: the fact was corrected and counts as the last column says, or not at all')
      const stage = Object.values(state.stages).join(' + ') || '-'
      const standing = [stage, ...(state.suspended ? ['suspended'] : []), ...(state.holder ? [`held by ${state.holder}`] : [])].join(', ')
      terminal.out(`\nknown at position ${state.asOf.position} (${state.asOf.recordedAt}): ${standing}`)
    })
}
