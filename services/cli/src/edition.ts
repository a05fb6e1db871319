import { shippedEditions } from '@jejak/domain'
import type { Language } from '@jejak/api'
import { diagramOf } from './diagram.ts'
import { givenEdition, type Given, type Remark } from './edition-file.ts'
import { CommandFailed } from './failure.ts'
import { languageHere } from './language.ts'
import type { Register, Terminal } from './program.ts'
import { addressOf, ask, tokenHere } from './asking.ts'
import { tableOf } from './table.ts'

interface Asked {
  readonly json?: boolean
  readonly language?: string
}

interface Published {
  readonly id: string
  readonly programme: string
  readonly name: { readonly id: string; readonly en: string }
  readonly revisions: readonly {
    readonly revision: number
    readonly publishedOn: string
    readonly position: number
    readonly withdrawn: boolean
  }[]
}

const words = {
  id: { error: 'kesalahan', warning: 'peringatan', revision: 'revisi', sound: 'dapat diterbitkan', withdrawn: 'dicabut' },
  en: { error: 'error', warning: 'warning', revision: 'revision', sound: 'can be published', withdrawn: 'withdrawn' },
} as const

const counted = (count: number, level: Remark['level'], language: Language): string =>
  `${count} ${words[language][level]}${language === 'en' && count !== 1 ? 's' : ''}`

/** As compilers say it, so that an editor finds the place. */
const lineOf = (file: string, { line, column, level, pointer, detail }: Remark, language: Language): string =>
  `${[file, line, column].filter(Boolean).join(':')}: ${words[language][level]}: ${detail}${pointer ? ` (${pointer})` : ''}`

function summaryOf({ edition, remarks }: Given, language: Language): string {
  const count = (level: Remark['level']): number => remarks.filter((remark) => remark.level === level).length
  const [errors, warnings] = [count('error'), count('warning')]
  const said = [
    ...(errors > 0 ? [counted(errors, 'error', language)] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning', language)] : []),
  ]
  const { revision, sound } = words[language]
  return errors > 0 ? said.join(', ') : [`${edition?.id} ${revision} ${edition?.revision} ${sound}`, ...said].join(', ')
}

interface CheckOptions extends Asked {
  readonly strict?: boolean
}

async function check(terminal: Terminal, file: string, options: CheckOptions): Promise<number> {
  const language = languageHere(options.language)
  const given = await givenEdition(file, language)
  const remarks = given.remarks.map((remark): Remark => (options.strict ? { ...remark, level: 'error' } : remark))
  const sound = remarks.every(({ level }) => level === 'warning')
  if (options.json) terminal.out(JSON.stringify({ id: given.edition?.id ?? null, sound, places: remarks }))
  else terminal.out([...remarks.map((remark) => lineOf(file, remark, language)), summaryOf({ ...given, remarks }, language)].join('\n'))
  return sound ? 0 : 1
}

interface DiagramOptions extends Asked {
  readonly kind?: string
}

async function diagram(terminal: Terminal, file: string, options: DiagramOptions): Promise<void> {
  const language = languageHere(options.language)
  const { edition, remarks } = await givenEdition(file, language)
  if (!edition)
    throw new CommandFailed([`${file} cannot be drawn:`, ...remarks.map((remark) => lineOf(file, remark, language))].join('\n'), 1)
  const kinds = Object.keys(edition.workflows).filter((kind) => options.kind === undefined || kind === options.kind)
  if (kinds.length === 0)
    throw new CommandFailed(`${edition.id} has no workflow for ${options.kind}; it has ${Object.keys(edition.workflows).join(', ')}`, 2)
  const diagrams = kinds.map((kind) => [kind, diagramOf(edition, kind, language)] as const)
  if (options.json) terminal.out(JSON.stringify({ id: edition.id, diagrams: Object.fromEntries(diagrams) }))
  else if (options.kind !== undefined) terminal.out(diagrams.map(([, text]) => text).join('\n'))
  // A Mermaid text holds one diagram; several stand side by side only in Markdown.
  else terminal.out(diagrams.map(([kind, text]) => `## ${kind}\n\n\`\`\`mermaid\n${text}\n\`\`\``).join('\n\n'))
}

interface ListOptions extends Asked {
  readonly published?: boolean
  readonly url?: string
}

/** Every page of the list of published editions. */
async function publishedEditions(options: ListOptions): Promise<Published[]> {
  const base = await addressOf(options)
  const token = await tokenHere(options.url !== undefined)
  const found: Published[] = []
  for (let query = '?limit=200'; query !== '';) {
    const page = await ask<{ editions: Published[]; next: string | null }>(base, `/v1/editions${query}`, token)
    found.push(...page.editions)
    query = page.next === null ? '' : `?limit=200&cursor=${encodeURIComponent(page.next)}`
  }
  return found
}

async function list(terminal: Terminal, options: ListOptions): Promise<void> {
  const language = languageHere(options.language)
  if (options.published || options.url !== undefined) {
    const editions = await publishedEditions(options)
    const rows = editions.flatMap(({ id, programme, name, revisions }) =>
      revisions.map(({ revision, publishedOn, position, withdrawn }) => [
        id,
        String(revision),
        programme,
        name[language],
        publishedOn,
        String(position),
        withdrawn ? words[language].withdrawn : '',
      ]),
    )
    const heads = ['edition', 'revision', 'programme', 'name', 'published', 'position', 'state']
    terminal.out(options.json ? JSON.stringify(editions) : tableOf(heads, rows, new Set([1, 5])))
    return
  }
  const shipped = shippedEditions.map(({ id, revision, programme, name, workflows }) => ({
    id,
    revision,
    programme,
    name,
    kinds: Object.keys(workflows),
  }))
  const rows = shipped.map(({ id, revision, programme, name, kinds }) => [
    id,
    String(revision),
    programme,
    name[language],
    kinds.join(', '),
  ])
  terminal.out(options.json ? JSON.stringify(shipped) : tableOf(['edition', 'revision', 'programme', 'name', 'kinds'], rows, new Set([1])))
}

interface ShowOptions extends ListOptions {
  readonly revision?: string
}

async function publishedContent(id: string, options: ShowOptions): Promise<unknown> {
  const editions = await publishedEditions(options)
  const revisions = editions.find((edition) => edition.id === id)?.revisions.map(({ revision }) => revision) ?? []
  const revision = options.revision === undefined ? Math.max(...revisions) : Number(options.revision)
  if (!revisions.includes(revision))
    throw new CommandFailed(
      `${id} ${options.revision ?? ''} was not published; edition list --published names what was`.replace('  ', ' '),
      1,
    )
  return ask(await addressOf(options), `/v1/editions/${id}/revisions/${revision}`, await tokenHere(options.url !== undefined))
}

async function show(terminal: Terminal, file: string, options: ShowOptions): Promise<void> {
  const isPublished = options.published || options.url !== undefined || options.revision !== undefined
  const { written, remarks } = isPublished
    ? { written: await publishedContent(file, options), remarks: [] }
    : await givenEdition(file, languageHere(options.language))
  const [first] = remarks
  if (written === undefined && first) throw new CommandFailed(lineOf(file, first, languageHere(options.language)), 1)
  terminal.out(JSON.stringify(written, null, options.json ? undefined : 2))
}

const aFile = 'a JSON file, or the id of a shipped edition'
const inLanguage = ['--language <language>', 'id or en; that of the terminal, else id'] as const
const ofApi = ['--published', 'what was published in the log of the API, not what comes with Jejak'] as const

/** `jejak edition`: editions as files, as they come with Jejak, and as they were published. */
export const registerEdition: Register = (program, terminal, done) => {
  const edition = program.command('edition').description('editions of programmes: rules as data')
  edition
    .command('check')
    .description('whether an edition can be published; names every wrong place, and what is doubtful')
    .argument('<file>', aFile)
    .option('--strict', 'warnings count as errors')
    .option(...inLanguage)
    .option('--json', 'as JSON')
    .action(async (file: string, options: CheckOptions) => done(await check(terminal, file, options)))
  edition
    .command('diagram')
    .description('its workflows as Mermaid state diagrams')
    .argument('<file>', aFile)
    .option('--kind <kind>', 'only this kind, e.g. tranche, as Mermaid alone; without it, all kinds as Markdown')
    .option(...inLanguage)
    .option('--json', 'as JSON')
    .action((file: string, options: DiagramOptions) => diagram(terminal, file, options))
  edition
    .command('list')
    .description('the editions that come with Jejak; with --published or --url, those in the log')
    .option(...ofApi)
    .option('--url <address>', 'address of the API')
    .option(...inLanguage)
    .option('--json', 'as JSON')
    .action((options: ListOptions) => list(terminal, options))
  edition
    .command('show')
    .description('an edition as JSON, as it is published: to copy from, or to send')
    .argument('<edition>', `${aFile}; with --published, --revision or --url, of a published one`)
    .option(...ofApi)
    .option('--revision <number>', 'a published revision; the latest by default')
    .option('--url <address>', 'address of the API')
    .option(...inLanguage)
    .option('--json', 'on one line')
    .action((file: string, options: ShowOptions) => show(terminal, file, options))
}
