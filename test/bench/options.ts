import { parseArgs } from 'node:util'

/** What a run does. Times in milliseconds. */
export interface Options {
  readonly sections: readonly string[]
  readonly stores: readonly string[]
  readonly rounds: number
  readonly windowMs: number
  readonly warmMs: number
  /** Two rounds of 400 ms and smaller rebuild and growth; --check then holds 70 % of the bars. */
  readonly short: boolean
  /** Events that every store holds before anything is measured. */
  readonly events: number
  readonly rebuildEvents: number
  readonly growthEvents: number
  readonly json: string | undefined
  readonly out: string | undefined
  readonly check: boolean
  /** Judge an earlier run instead of running. */
  readonly checkFile: string | undefined
  readonly keep: boolean
}

/** The command line, as `--help` tells it. */
export const usage = `bench: Jejak beside other event stores on one PostgreSQL, default durability

  --section NAME   only this section (may be given again): append, batch, load, contention, catch-up, rebuild, processes,
                   rest, size, growth, order
  --stores A,B     only these stores: jejak, raw, emmett, message-db, castore, dcb-es
  --rounds N       rounds of every window (4)
  --window MS      length of a window (1000)
  --short          2 rounds of 400 ms, smaller rebuild and growth; --check holds 70 % of the bars
  --events N       events present before measuring (200000)
  --rebuild N      events of the rebuild (1000000)
  --growth N       events at the end of the growth (10000000)
  --json FILE      all samples
  --out FILE       the report in Markdown (else to standard output)
  --check [FILE]   exit 1 below a bar of P1 to P15; with a FILE of --json judge that run and run nothing
  --keep           leave the data folder
`

/** Wrong use: the message says what. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse'
}

function count(text: string, name: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new WrongUse(`--${name} is a whole number from 1, not ${text}`)
  return value
}

/** Logs that are filled past append hold ten facts an entity. */
function tens(text: string, name: string): number {
  const value = count(text, name)
  if (value % 10 !== 0) throw new WrongUse(`--${name} is a multiple of ten, not ${text}`)
  return value
}

/** Reads the command line; undefined when help is asked. Throws WrongUse. */
export function readOptions(
  argv: readonly string[],
  known: { sections: readonly string[]; stores: readonly string[] },
): Options | undefined {
  // `--check` may be followed by a file or by nothing, which parseArgs does not know.
  const args = argv.flatMap((arg, index) => (arg === '--check' && /^[^-]/.test(argv[index + 1] ?? '') ? ['--check-file'] : [arg]))
  const parsed = (() => {
    try {
      return parseArgs({
        args,
        options: {
          help: { type: 'boolean', short: 'h' },
          section: { type: 'string', multiple: true },
          stores: { type: 'string' },
          rounds: { type: 'string' },
          window: { type: 'string' },
          short: { type: 'boolean', default: false },
          events: { type: 'string', default: '200000' },
          rebuild: { type: 'string' },
          growth: { type: 'string' },
          json: { type: 'string' },
          out: { type: 'string' },
          check: { type: 'boolean', default: false },
          'check-file': { type: 'string' },
          keep: { type: 'boolean', default: false },
        },
      })
    } catch (error) {
      throw new WrongUse(error instanceof Error ? error.message : String(error))
    }
  })()
  const { values } = parsed
  if (values.help) return undefined
  const { short } = values
  const sections = values.section ?? known.sections
  const stores = values.stores?.split(',') ?? known.stores
  for (const section of sections)
    if (!known.sections.includes(section)) throw new WrongUse(`no section ${section}: ${known.sections.join(', ')}`)
  for (const store of stores) if (!known.stores.includes(store)) throw new WrongUse(`no store ${store}: ${known.stores.join(', ')}`)
  return {
    sections: known.sections.filter((section) => sections.includes(section)),
    stores: known.stores.filter((store) => stores.includes(store)),
    rounds: count(values.rounds ?? (short ? '2' : '4'), 'rounds'),
    windowMs: count(values.window ?? (short ? '400' : '1000'), 'window'),
    warmMs: 150,
    short,
    events: count(values.events, 'events'),
    rebuildEvents: tens(values.rebuild ?? (short ? '50000' : '1000000'), 'rebuild'),
    growthEvents: tens(values.growth ?? (short ? '200000' : '10000000'), 'growth'),
    json: values.json,
    out: values.out,
    check: values.check || values['check-file'] !== undefined,
    checkFile: values['check-file'],
    keep: values.keep,
  }
}
