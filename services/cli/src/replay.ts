import { readFile } from 'node:fs/promises'
import { domain } from '@jejak/domain'
import { issueToken } from '@jejak/api'
import { settingsHere } from './checkout.ts'
import { CommandFailed, NotConnected } from './failure.ts'
import { demoHolders } from './people.ts'
import type { Register } from './program.ts'
import { haveSecrets, readSecrets } from './secrets.ts'
import { addressFile } from './start.ts'
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
}

/** The address to ask: as said, else of the last start, else the default. */
export async function addressOf(options: { readonly url?: string }): Promise<string> {
  const { dataDir, JEJAK_PORT } = settingsHere()
  if (options.url) return options.url.replace(/\/$/, '')
  const file = addressFile(dataDir)
  return file ? (await readFile(file, 'utf8')).trim() : `http://127.0.0.1:${JEJAK_PORT}`
}

/** A token: as said, else one of the auditor of the demonstration. */
export async function tokenHere(elsewhere: boolean): Promise<string> {
  const given = process.env['JEJAK_TOKEN']
  if (given) return given
  const { dataDir } = settingsHere()
  if (!elsewhere && !haveSecrets(dataDir)) throw new NotConnected(`nothing was ever started in ${dataDir}: run start first`)
  const { issuerKey } = await readSecrets(dataDir)
  const auditor = demoHolders().find((holder) => holder.role === 'AUDITOR')
  if (!auditor) throw new CommandFailed('set JEJAK_TOKEN', 2)
  return issueToken(issuerKey, auditor)
}

interface Refused {
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: readonly { readonly parameter?: string; readonly detail: string }[]
}

function sentenceOf(status: number, { code, title, detail, errors = [] }: Partial<Refused>): string {
  const said = [title, detail].filter((part) => part !== undefined && part !== '').map((part) => part?.replace(/\.$/, ''))
  return [`${code ?? status}: ${said.join('. ')}`, ...errors.map((each) => `  ${each.parameter ?? ''} ${each.detail}`)].join('\n')
}

/** Asks the API; a problem becomes the command's failure, in its own words. */
export async function ask<T>(base: string, route: string, token: string): Promise<T> {
  const response = await fetch(`${base}${route}`, { headers: { authorization: `Bearer ${token}`, 'accept-language': 'en' } }).catch(() => {
    throw new NotConnected(`nothing answers at ${base}: is Jejak started? (--url names another address)`)
  })
  const body = (await response.json().catch(() => {
    throw new NotConnected(`what answers at ${base} is not Jejak (--url names another address)`)
  })) as T & Partial<Refused>
  if (!response.ok) throw new CommandFailed(sentenceOf(response.status, body), response.status === 400 ? 2 : 1)
  return body
}

/** The two parts of `kind:id`. */
export const isKindAndId = (text: string): readonly [string, string] => {
  const found = /^([a-z][a-z-]*)[:/](\S+)$/.exec(text)
  if (!found?.[1] || !found[2]) throw new CommandFailed(`${text} is no entity: write kind:id, e.g. tranche:0b7f…`, 2)
  return [found[1], found[2]]
}

const amountOf = (row: HistoryRow): string =>
  typeof row.data['amount'] === 'string' ? row.data['amount'] : typeof row.data['grant'] === 'string' ? row.data['grant'] : ''
const what = (row: HistoryRow): string =>
  [row.type, row.data['step'], row.data['outcome']].filter((part) => typeof part === 'string').join(':')

/** `jejak replay <entity>`: every fact of an entity in order, as it was known and as it was true. */
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
      const plural = domain.slices.get(kind)?.plural ?? `cases/${kind}`
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
      }>(base, `/v1/${plural}/${id}${suffix}`, token)
      // As of the same position, whatever is recorded between the two questions.
      query.set('asOf', String(state.asOf.position))
      const history = await ask<{ facts: HistoryRow[] }>(base, `/v1/${plural}/${id}/history?${query.toString()}`, token)
      if (options.json) {
        terminal.out(JSON.stringify({ ...state, facts: history.facts }, null, 2))
        return
      }
      const rows = history.facts.map((row) => {
        const moves = row.moves.filter((each) => each.kind === kind && each.id === id)
        return [
          String(row.position),
          row.effectiveOn,
          row.recordedAt.slice(0, 10),
          what(row),
          row.actor.role,
          amountOf(row),
          moves.map(({ from, to }) => `${from ?? '-'} > ${to ?? '-'}`).join(', '),
          (row.deviations ?? []).map((deviation) => deviation.rule).join(', '),
        ]
      })
      terminal.out(tableOf(['position', 'date', 'recorded', 'fact', 'by', 'amount', 'stage', 'deviations'], rows, new Set([0, 5])))
      const stage = Object.values(state.stages).join(' + ') || '-'
      const standing = [stage, ...(state.suspended ? ['suspended'] : []), ...(state.holder ? [`held by ${state.holder}`] : [])].join(', ')
      terminal.out(`\nknown at position ${state.asOf.position} (${state.asOf.recordedAt}): ${standing}`)
    })
}
