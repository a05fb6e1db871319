import type { Register } from './program.ts'
import { addressOf, ask, tokenHere } from './asking.ts'
import { tableOf } from './table.ts'

interface Row {
  readonly position: number
  readonly kind: string
  readonly sentence: string
  readonly entity: { readonly kind: string; readonly id: string }
  readonly area: { readonly name: string } | null
  readonly programme: string | null
  readonly stage: string | null
  readonly facts: readonly number[]
  readonly effectiveOn: string
  readonly actor: { readonly role: string } | null
}

interface Page {
  readonly at: string
  readonly position: number
  readonly rows: readonly Row[]
  readonly next: string | null
}

interface Options {
  readonly area?: string
  readonly cycle?: string
  readonly region?: string
  readonly programme?: string
  readonly edition?: string
  readonly kind?: string
  readonly stage?: string
  readonly from?: string
  readonly to?: string
  readonly limit?: string
  readonly url?: string
  readonly json?: boolean
}

const lineOf = (row: Row): string[] => [
  row.effectiveOn,
  row.area?.name ?? '',
  row.programme ?? '',
  `${row.entity.kind}:${row.entity.id}`,
  row.stage ?? '',
  row.actor?.role ?? '',
  row.sentence,
  row.facts.join(', '),
]
const heads = ['date', 'where', 'programme', 'what', 'stage', 'by', 'what deviates', 'facts']

/** The rows of a page, those of each kind together; the kind with the most first. */
function pageText({ at, position, rows, next }: Page): string {
  if (rows.length === 0) return 'nothing deviates'
  const kinds = [...Map.groupBy(rows, ({ kind }) => kind)].toSorted(([, a], [, b]) => b.length - a.length)
  const tables = kinds.flatMap(([kind, inside]) => [`${kind}: ${inside.length}`, tableOf(heads, inside.map(lineOf)), ''])
  const more =
    next === null
      ? []
      : ['these are the first of the log, there are later ones: --limit shows up to 200, --kind, --cycle, --from and --to narrow']
  return [...tables, ...more, `on ${at}, known at position ${position}`].join('\n')
}

const isId = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(text)

/** `jejak deviations`: what was not as the edition says it should be, by kind. */
export const registerDeviations: Register = (program, terminal) => {
  program
    .command('deviations')
    .description('what was not as the edition says it should be, by kind: forced and skipped stages, open criteria, papers, absent actors')
    .option('--area <code or id>', 'of an area and those below it by code, e.g. 16.74.05.1002, or of one by its id')
    .option('--region <code>', 'the same as --area with a code')
    .option('--cycle <id>', 'of a run of the cycle and all that belongs to it')
    .option('--programme <name>', 'of a programme, e.g. P2KP')
    .option('--edition <id>', 'of an edition, e.g. P2KP3-2006')
    .option('--kind <kinds>', 'of a kind, or several with commas, e.g. forced,skipped')
    .option('--stage <stage>', 'at a stage or inside it')
    .option('--from <date>', 'happened on that date or later')
    .option('--to <date>', 'happened on that date or before')
    .option('--limit <n>', 'how many rows at most; 50 by default')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async ({ url, json, area, ...asked }: Options) => {
      const where = area === undefined ? {} : isId(area) ? { area } : { region: area }
      const query = new URLSearchParams(
        Object.entries({ ...asked, ...where }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      )
      const base = await addressOf(url === undefined ? {} : { url })
      const page = await ask<Page>(base, `/v1/deviations?${query.toString()}`, await tokenHere(url !== undefined))
      terminal.out(json ? JSON.stringify(page, null, 2) : pageText(page))
    })
}
