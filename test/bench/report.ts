import { prose } from './prose.ts'
import { inOrder, type Results, type Sample } from './samples.ts'
import { median, ratios, type Rounds, spreadOf } from './stats.ts'
import { type Questions, questionsTo, shortShare, type Verdict, verdictsOn } from './targets.ts'

/** How a section is told: what it is about, the store to compare with, and the figures of its tables besides throughput. */
interface Telling {
  readonly title: string
  readonly text: string
  readonly base?: string
  readonly figures?: Readonly<Record<string, string>>
  readonly throughput?: string
}

const latencies = ' (p50 / p99 in ms)'
const tellings: Readonly<Record<string, Telling>> = {
  size: {
    title: 'Size',
    text: prose`
      Bytes an event of the filling, after VACUUM (not FULL), before any window. Jejak stores the whole fact with its
      envelope, its four tags, leaf hash and idempotency key; the others the same 542 + 124 bytes.`,
    figures: {
      bytesEach: 'bytes an event',
      heapEach: 'of which heap',
      toastEach: 'TOAST',
      indexEach: 'indexes',
      indexRelations: 'index relations',
    },
  },
  append: {
    title: 'Append',
    text: 'One event to a random entity that nobody else is writing to, on the condition that nothing came since the writer last looked.',
    base: 'raw',
    throughput: `events/s${latencies}`,
    figures: { walEach: 'write-ahead log, bytes an event', clientCpu: 'CPU of the client process, cores' },
  },
  batch: { title: 'Batches', text: 'Several events of one entity, all or nothing.', base: 'raw', throughput: `events/s${latencies}` },
  load: { title: 'Loads by tag', text: 'All events of an entity, parsed; 8 readers.', base: 'raw', throughput: `entities/s${latencies}` },
  contention: {
    title: 'Contention',
    text: prose`
      Every writer on the same entity, trying again at once, without a pause, when somebody else was first. Latency from the
      first try to success.`,
    base: 'raw',
    throughput: `successes/s${latencies}`,
    figures: { conflictsEach: 'conflicts a success' },
  },
  'catch-up': {
    title: 'Catch-up',
    text: prose`
      A pass over the whole log, in its order, parsed, 1000 events a page, each in a fresh process; at most 15 s. The logs
      hold the 200,000 events and what the windows added.`,
    base: 'raw',
    throughput: 'events/s',
    figures: {
      seconds: 'seconds',
      events: 'events read',
      cpuSeconds: 'CPU of the client, s',
      peakMiB: 'peak memory of the client, MiB',
      firstMs: 'first page, ms',
      lastMs: 'last page, ms',
      lastToFirst: 'last page to first',
    },
  },
  rebuild: {
    title: 'Rebuild of a view',
    text: prose`
      The table of \`entity-list\` made anew from a log of whole facts, ten an entity, beside the COPY of the same events as
      bytes; each in a fresh process.`,
    base: 'COPY',
    throughput: 'events/s',
    figures: { seconds: 'seconds', peakMiB: 'peak memory, MiB', bytesEach: 'bytes an event in the COPY' },
  },
  processes: {
    title: 'Two appending processes',
    text: 'The same number of writers in one process and divided between two on one log.',
    base: 'one process',
    throughput: `events/s${latencies}`,
  },
  rest: {
    title: 'REST',
    text: prose`
      autocannon in a process of its own. \`plain\`: Fastify with a schema, a serialiser and one INSERT of the same body.
      \`jejak\`: the API as it is, with tokens, validation, idempotency, the machine, rules and the views kept beside: the
      life of complaints, one command that opens each and eight decisions on it, every key and body different; any answer but
      201 disqualifies. \`two API processes\`: the connections divided between two.`,
    base: 'plain',
    throughput: `requests/s${latencies}`,
  },
  growth: {
    title: 'Growth',
    text: prose`
      Appends of ordinary facts to a small log and to a large one whose facts have small bodies, four tags and keys: the
      indexes have their full size.`,
    throughput: `events/s${latencies}`,
  },
  order: {
    title: 'Order',
    text: prose`
      Readers in processes of their own follow the log while three writing processes are killed in turn and transactions stay
      open in another session. What they saw must be the log: position by position, and the same facts.`,
    figures: { events: 'events', kills: 'writers killed', skips: 'skips', repeats: 'repeats', gaps: 'positions out of place' },
  },
}

function short(value: number): string {
  if (Number.isNaN(value)) return '-'
  if (value >= 1000 || Number.isInteger(value)) return Math.round(value).toString()
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

const present = (rounds: Rounds): number[] => rounds.filter((value) => value !== undefined)

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** One section: which samples, rows and stores. */
interface Part {
  readonly name: string
  readonly samples: readonly Sample[]
  readonly rows: readonly string[]
  readonly stores: readonly string[]
  readonly ask: Questions
}

/** A table of all rows and stores; empty cells where nothing was measured, rows without any left out. */
function grid(part: Part, cell: (row: string, store: string) => string): string {
  const rows = part.rows.map((row) => [row, ...part.stores.map((store) => cell(row, store))])
  return table(
    ['', ...part.stores],
    rows.filter(([, ...cells]) => cells.some((text) => text !== '')),
  )
}

function throughput({ name, samples, ask, ...part }: Part): string {
  return grid({ name, samples, ask, ...part }, (row, store) => {
    const of = (figure: string): number[] => present(ask.rounds(name, row, store, figure))
    const [perSecond, p50, p99] = [of('perSecond'), of('p50'), of('p99')]
    const failed = samples.some((sample) => sample.row === row && sample.store === store && sample.wrong !== undefined)
    if (perSecond.length === 0) return failed ? 'no number' : ''
    return `${short(median(perSecond))}${p50.length === 0 ? '' : ` (${short(median(p50))} / ${short(median(p99))})`}${failed ? ' *' : ''}`
  })
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return ''
  const { median: middle, least, most } = spreadOf(values)
  return `${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`
}

function figureTables(part: Part, figures: Readonly<Record<string, string>>): string[] {
  const has = (figure: string): boolean => part.samples.some((sample) => sample.figures[figure] !== undefined)
  const [row = ''] = part.rows
  const of = (figure: string, of: string, store: string): string => {
    const values = present(part.ask.rounds(part.name, of, store, figure))
    return values.length === 0 ? '' : short(median(values))
  }
  if (part.rows.length === 1) {
    const rows = Object.entries(figures).map(([figure, label]) => [label, ...part.stores.map((store) => of(figure, row, store))])
    return [table(['', ...part.stores], rows)]
  }
  return Object.entries(figures).flatMap(([figure, label]) =>
    has(figure) ? [`${label}:`, '', grid(part, (one, store) => of(figure, one, store)), ''] : [],
  )
}

/** Why a store earned no number, once for each sentence. */
function failures(samples: readonly Sample[]): string[] {
  const told = samples.flatMap(({ row, store, round, wrong }) =>
    wrong === undefined ? [] : [`- no number for ${store}, ${row}, round ${round}: ${wrong.split('\n')[0] ?? ''}`],
  )
  return told.length === 0 ? [] : [...inOrder(told), '']
}

function section(results: Results, ask: Questions, name: string): string[] {
  const samples = results.samples.filter((sample) => sample.section === name)
  const stores = inOrder(samples.map(({ store }) => store)).toSorted()
  const part: Part = { name, samples, rows: inOrder(samples.map(({ row }) => row)), stores, ask }
  const { title, text, base, figures, throughput: what } = tellings[name] ?? { title: name, text: '' }
  const lines = [`## ${title}`, '', text, '']
  if (what !== undefined) lines.push(`${what}, median of the rounds:`, '', throughput(part), '')
  if (base !== undefined && stores.includes(base)) {
    const cell = (row: string, store: string): string =>
      store === base ? '' : spread(ratios(ask.rounds(name, row, store, 'perSecond'), ask.rounds(name, row, base, 'perSecond')))
    lines.push(`To ${base}, median of the ratios inside the rounds (least to most):`, '', grid(part, cell), '')
  }
  if (what !== undefined && stores.includes('jejak') && stores.includes('dcb-es')) {
    const cell = (row: string, store: string): string => spread(ratios(ask.rounds(name, row, store, 'perSecond'), ask.bestPeer(name, row)))
    lines.push('To the best peer of the row and round (least to most):', '', grid(part, cell), '')
  }
  if (figures !== undefined) lines.push(...figureTables(part, figures), '')
  if (name === 'append') lines.push('32 writers round by round, events/s:', '', roundTable(part, 'c=32'), '')
  return [...lines, ...failures(samples)]
}

function roundTable({ name, stores, ask }: Part, row: string): string {
  const rounds = stores.map((store) => ask.rounds(name, row, store, 'perSecond'))
  const count = Math.max(0, ...rounds.map((one) => one.length))
  const cells = (round: number): string[] => rounds.map((one) => (one[round] === undefined ? '' : short(one[round])))
  return table(
    ['', ...stores],
    Array.from({ length: count }, (_, round) => [`round ${round + 1}`, ...cells(round)]),
  )
}

const verdictOf = ({ met, reached }: Verdict): string => {
  if (met === undefined) return 'not measured'
  if (Number.isNaN(reached)) return '**no number**'
  return met ? 'met' : '**below**'
}

/** P1 to P15 as a table. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => {
    const { target, what, bar, sense, reached } = verdict
    return [target, what, `${sense} ${bar}`, reached === undefined ? '' : short(reached), verdictOf(verdict)]
  })
  return table(['', 'target', 'bar', 'reached', ''], rows)
}

const method = prose`
  Compare columns, not machines: every store ran on the same server with its default durability, each in a process of its own, one window at
  a time, in turn. Ratios are taken inside a round, then the median over the rounds. After each window what was acknowledged is compared
  with what is stored: a store that loses or doubles a write, or breaks the order of an entity, gets no number there.`

/** The report of a run in Markdown; `notes` are written by hand and stand at its end. */
export function report(results: Results, notes = ''): string {
  const ask = questionsTo(results)
  const { environment, about, short: isShort } = results
  const names = inOrder(results.samples.map((sample) => sample.section))
  const lines = [
    '# Performance',
    '',
    `Written by \`npx -y pnpm@12.21.0 bench\` on ${results.at.slice(0, 10)}; do not edit.`,
    `${isShort ? 'A short run. ' : ''}${method}`,
    '',
    '## Targets',
    '',
    isShort ? `In a short run ${shortShare * 100} % of a bar suffice.\n` : '',
    verdictTable(verdictsOn(results)),
    '',
    '## Machine and versions',
    '',
    ...Object.entries(environment).map(([name, value]) => `- ${name}: ${value}`),
    ...Object.entries(results.options).map(([name, value]) => `- ${name}: ${String(value)}`),
    '',
    ...Object.entries(about).map(([name, text]) => `- **${name}**: ${text}`),
    '',
    ...names.flatMap((name) => section(results, ask, name)),
  ]
  return `${[...lines, notes]
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`
}
