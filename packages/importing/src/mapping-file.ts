import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { commands, domain, type Decider, type Json } from '@jejak/domain'
import { canonicalJson } from '@jejak/event-store'
import { Mapping, type Activity, type Opening } from './mapping.ts'
import { MappingWrong, wordsOf } from './problems.ts'

/** A mapping that was read and found usable. */
export interface ReadMapping {
  readonly mapping: Mapping
  /** SHA-256 of what it says, however it is written. */
  readonly sha256: string
}

type Issue = z.core.$ZodIssue

/** Of the ways in which a value could have been right, the one that got furthest. */
function furthest(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
    const ways = issue.errors.map((way) => furthest(way).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })))
    const depth = (way: readonly Issue[]): number => Math.max(...way.map(({ path }) => path.length))
    // A way that fails at its first step says only that it is not this way.
    return ways.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [issue]
  })
}

/** Line and column of a place in the file, as far as it is there. */
function placeOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) continue
    const { line, col } = lines.linePos(Number(node.range[0]))
    return `line ${line}, column ${col}`
  }
  return 'line 1'
}

/** The decider of a command that a mapping names, if it may: persons have a registry of their own, which is no log (CONTRACTS A8). */
export function deciderOf(command: string): Decider | undefined {
  const entry = commands.get(command)
  return entry && entry.slice.kind !== 'person' ? entry.decider : undefined
}

function wrongCommand(command: string, kind: string): string | undefined {
  const decider = deciderOf(command)
  if (!decider) return `there is no command ${command} to import`
  const own = decider.command.kind
  const fits = own === kind || (own === 'case' && !domain.slices.has(kind))
  return fits ? undefined : `${command} is a command on a ${own}, not on a ${kind}`
}

type Wrong = readonly [path: readonly string[], detail: string]

function wrongActivity(name: string, activity: Activity, { kind, open }: Mapping): Wrong[] {
  const path = ['activities', name]
  if (activity === 'open') return open ? [] : [[path, 'nothing opens a case: say how, in open']]
  if (activity === 'ignore') return []
  if ('step' in activity) return domain.slices.has(kind) ? [[path, `a ${kind} has commands of its own: name one, with its data`]] : []
  const wrong = wrongCommand(activity.command, activity.subject?.kind ?? kind)
  return wrong === undefined ? [] : [[[...path, 'command'], wrong]]
}

function wrongOpening(open: Opening, { kind, edition }: Mapping): Wrong[] {
  const path = ['open']
  if ('title' in open) {
    if (domain.slices.has(kind)) return [[path, `a ${kind} is opened by a command of its own: name it, with its data`]]
    return edition ? [] : [[path, 'a case is opened under an edition: name it at the top']]
  }
  const wrong = wrongCommand(open.command, kind)
  if (wrong !== undefined) return [[[...path, 'command'], wrong]]
  return deciderOf(open.command)?.command.opens ? [] : [[[...path, 'command'], `${open.command} opens nothing`]]
}

/** What no schema can know: commands and kinds, and the time zone. */
function wrongMeanings(mapping: Mapping): Wrong[] {
  const zone = mapping.zone
  const isZone = zone === undefined || Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC'
  return [
    ...(isZone ? [] : [[['zone'], `${zone} is no time zone`] as const]),
    ...(mapping.open ? wrongOpening(mapping.open, mapping) : []),
    ...Object.entries(mapping.activities).flatMap(([name, activity]) => wrongActivity(name, activity, mapping)),
  ]
}

/** Reads a mapping from YAML or JSON text. Throws MappingWrong, which names every wrong place by line and column. */
export function parseMapping(text: string, file: string): ReadMapping {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const fail = (mistakes: readonly string[]): never => {
    throw new MappingWrong([`${file} cannot be used:`, ...mistakes.map((mistake) => `  ${mistake}`)].join('\n'))
  }
  if (document.errors.length > 0)
    return fail(
      document.errors.map(({ pos: [from], message }) => `line ${lines.linePos(from).line}, column ${lines.linePos(from).col}: ${message}`),
    )
  const parsed = Mapping.safeParse(document.toJS({ maxAliasCount: 100 }))
  const told = (path: readonly PropertyKey[], detail: string): string =>
    `${placeOf(document, lines, path)}, ${path.map(String).join(' > ') || 'the whole'}: ${detail}`
  if (!parsed.success) return fail(furthest(parsed.error.issues).map(({ path, message }) => told(path, message)))
  const wrong = wrongMeanings(parsed.data)
  if (wrong.length > 0) return fail(wrong.map(([path, detail]) => told(path, detail)))
  const plain: Json = JSON.parse(JSON.stringify(parsed.data))
  return { mapping: parsed.data, sha256: createHash('sha256').update(canonicalJson(plain)).digest('hex') }
}

/** Reads a mapping file. Throws MappingWrong. */
export async function readMapping(file: string): Promise<ReadMapping> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new MappingWrong(`${file} cannot be read: ${wordsOf(error)}`)
  })
  return parseMapping(text, file)
}
