import { codeOf } from './code.ts'
import { matches, placeOf, type Finding, type SourceFile } from './files.ts'

const isTs = (file: SourceFile): boolean => file.path.endsWith('.ts')
const isSource = (file: SourceFile): boolean => isTs(file) && /^(packages|services)\/[^/]+\/src\//.test(file.path)
const isDomain = (file: SourceFile): boolean => isTs(file) && file.path.startsWith('packages/domain/src/')

// Data, texts for people and generated files have lines as long as they are.
const isCode = (file: SourceFile): boolean => /\.(ts|sql|ya?ml)$/.test(file.path) && !file.path.endsWith('pnpm-lock.yaml')

const clocks = String.raw`\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?![\s\w(]))|(?<![.\w]|new\s+)Date\s*\(|\bTemporal\s*\.\s*Now\b`
const worldly = [
  'crypto process fetch setTimeout setInterval setImmediate queueMicrotask performance console globalThis',
  'Bun Deno require WebSocket XMLHttpRequest',
].flatMap((names) => names.split(' '))
// A name after a dot, or before a colon, is a field of that name.
const globals = String.raw`(?<![.\w'"])(?:${worldly.join('|')})\b(?!\s*['"]?\s*\??:)`
const impure = new RegExp(String.raw`${clocks}|\bMath\s*\.\s*random\b|${globals}`, 'g')

/** What the pure core must not touch: clock, randomness, the process, the network, timers, the console. */
export const impurities = (files: readonly SourceFile[]): Finding[] =>
  files.filter(isDomain).flatMap((file) => matches(file, codeOf(file.text).bare, impure, 'purity'))

/** Folders of the domain without the four files of a slice. */
export function slicesIncomplete(files: readonly SourceFile[]): Finding[] {
  const paths = new Set(files.map((file) => file.path))
  const folders = new Set(
    files
      .flatMap((file) => /^packages\/domain\/src\/([^/]+)\//.exec(file.path)?.[1] ?? [])
      .filter((name) => name !== 'kernel' && name !== 'postings'),
  )
  return [...folders].flatMap((folder) =>
    ['events.ts', 'commands.ts', 'machine.ts', 'decider.ts']
      .map((name) => `packages/domain/src/${folder}/${name}`)
      .filter((file) => !paths.has(file))
      .map((file) => ({ place: `packages/domain/src/${folder}`, rule: 'four-files', detail: `${file} is missing` })),
  )
}

/** Lines of code beyond 140 characters. */
export const linesTooLong = (files: readonly SourceFile[]): Finding[] =>
  files.filter(isCode).flatMap((file) =>
    file.text.split('\n').flatMap((line, index) => {
      // In characters, as a reader counts them, not in UTF-16 units.
      const { length } = Array.from(line)
      return length > 140 ? [{ place: `${file.path}:${index + 1}`, rule: 'line-length', detail: `${length} characters` }] : []
    }),
  )

/** Sources of 300 lines or more. */
export const filesTooLong = (files: readonly SourceFile[], allowed: ReadonlySet<string> = new Set()): Finding[] =>
  files
    .filter((file) => isSource(file) && !allowed.has(file.path))
    .map((file) => ({ file, lines: file.text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines >= 300)
    .map(({ file, lines }) => ({ place: file.path, rule: 'file-length', detail: `${lines} lines` }))

// In pieces, lest they be found here.
const unwanted = [
  ['TO', 'DO'],
  ['FIX', 'ME'],
  ['X', 'XX'],
  ['HA', 'CK'],
].map((parts) => parts.join(''))
const unfinished = new RegExp(String.raw`\b(?:${unwanted.join('|')})\b`, 'g')
/** Notes of work left undone. */
export const unfinishedWork = (files: readonly SourceFile[]): Finding[] =>
  files.flatMap((file) => matches(file, file.text, unfinished, 'unfinished'))

// Vitest asks for a default export in these.
const defaults = /(^|\/)[a-z]+\.config\.ts$|^test\/global-setup\.ts$/
/** Default exports outside configuration files. */
export const defaultExports = (files: readonly SourceFile[]): Finding[] =>
  files
    .filter((file) => isTs(file) && !defaults.test(file.path))
    .flatMap((file) => matches(file, codeOf(file.text).bare, /\bexport\s+default\b|\bas\s+default\b(?=[^}]*\})/g, 'default-export'))

/** Writing to the console in sources: services log, the command line has its own terminal. */
export const consoleUses = (files: readonly SourceFile[]): Finding[] =>
  files.filter(isSource).flatMap((file) => matches(file, codeOf(file.text).bare, /(?<![.\w])console\s*\./g, 'console'))

/** Tables made without a comment that says what they hold. */
export function tablesUntold(files: readonly SourceFile[]): Finding[] {
  const sql = files
    .filter((file) => file.path.endsWith('.sql'))
    .map((file) => ({ file, text: file.text.replaceAll(/--[^\n]*/g, (comment) => ' '.repeat(comment.length)) }))
  const told = new Set(
    sql.flatMap(({ text }) =>
      [...text.matchAll(/\bcomment\s+on\s+table\s+([\w."]+)\s+is\s+'(?=[^'])/gi)].map((match) => match[1]?.toLowerCase()),
    ),
  )
  const making = /\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w."]+)/gi
  return sql.flatMap(({ file, text }) =>
    [...text.matchAll(making)]
      .filter((match) => !told.has(match[1]?.toLowerCase()))
      .map((match) => ({ place: placeOf(file, match.index), rule: 'table-comment', detail: match[1] ?? '' })),
  )
}

/** Dependencies that are not pinned to one version. Those inside the workspace are linked. */
export function versionsLoose(files: readonly SourceFile[]): Finding[] {
  const exact = /^(?:workspace:\*|\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/
  return files
    .filter((file) => /(^|\/)package\.json$/.test(file.path))
    .flatMap((file) => {
      const manifest = JSON.parse(file.text) as Record<string, Record<string, string> | undefined>
      return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
        .flatMap((list) => Object.entries(manifest[list] ?? {}))
        .filter(([, version]) => !exact.test(version))
        .map(([name, version]) => ({ place: file.path, rule: 'exact-version', detail: `${name} ${version}` }))
    })
}

const machinePath = /(?<![\w.~}\]-])\/(?:work|root|tmp|home\/[a-z]+|Users\/[A-Za-z]+)(?=$|[/\s'"`),;:\]])/gm
/** Paths that are true on one machine only. */
export const machinePaths = (files: readonly SourceFile[]): Finding[] =>
  files.flatMap((file) => matches(file, file.text, machinePath, 'machine-path'))

const hosts = [
  String.raw`\bregistry\.[a-z0-9-]+\.(?:com|org|net|io|dev|id|cn|local|internal)\b`,
  String.raw`\b(?:www\.)?npmjs\.(?:org|com)\b`,
  String.raw`\b(?:yarnpkg|npmmirror)\.com\b|\bjsr\.io\b|\b\w+\.jfrog\.io\b`,
  String.raw`^\s*_?auth(?:Token)?\s*=`,
]
const registryHost = new RegExp(hosts.join('|'), 'gim')
/** Names of package registries: an install asks the one that the machine is set to. */
export const registryHosts = (files: readonly SourceFile[]): Finding[] => [
  ...files.flatMap((file) => matches(file, file.text, registryHost, 'registry-host')),
  ...files
    .filter((file) => file.path.endsWith('pnpm-lock.yaml'))
    .flatMap((file) => matches(file, file.text, /https?:\/\/[^\s'"]+/g, 'registry-host')),
]

/** Papers that every checkout has. */
export const papersMissing = (files: readonly SourceFile[]): Finding[] =>
  ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE']
    .filter((name) => !files.some((file) => file.path === name && file.text.trim() !== ''))
    .map((name) => ({ place: name, rule: 'papers', detail: 'is missing or empty' }))
