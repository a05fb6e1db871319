import { readFile } from 'node:fs/promises'
import { checkEdition, domain, Edition, shippedEditions } from '@jejak/domain'
import { diagramOf } from './diagram.ts'
import { CommandFailed } from './failure.ts'
import type { Register } from './program.ts'

interface Found {
  readonly edition?: Edition
  readonly places: readonly { readonly pointer: string; readonly detail: string }[]
}

/** RFC 6901, as the API points. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const counted = (count: number): string => (count === 1 ? '1 mistake' : `${count} mistakes`)

/** Reads an edition from a file, or a shipped one by its id. */
async function load(file: string): Promise<Found> {
  const shipped = shippedEditions.find((edition) => edition.id === file)
  if (shipped) return { edition: shipped, places: checkEdition(shipped, domain) }
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw new CommandFailed(`cannot read ${file}`, 2)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { places: [{ pointer: '', detail: `not JSON: ${error instanceof Error ? error.message : String(error)}` }] }
  }
  const parsed = Edition.safeParse(json)
  if (parsed.success) return { edition: parsed.data, places: checkEdition(parsed.data, domain) }
  return { places: parsed.error.issues.map((issue) => ({ pointer: pointerOf(issue.path), detail: issue.message })) }
}

/** `jejak edition check FILE` and `jejak edition diagram FILE`. */
export const registerEdition: Register = (program, terminal, done) => {
  const edition = program.command('edition').description('editions of programmes: rules as data')
  edition
    .command('check')
    .description('whether an edition can be published; names every wrong place')
    .argument('<file>', 'a JSON file, or the id of a shipped edition')
    .option('--json', 'as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const { edition: found, places } = await load(file)
      if (options.json) terminal.out(JSON.stringify({ id: found?.id ?? null, sound: places.length === 0, places }))
      else if (places.length === 0) terminal.out(`${found?.id ?? file} revision ${found?.revision ?? '?'} can be published`)
      else terminal.out([...places.map(({ pointer, detail }) => `${pointer || '/'}  ${detail}`), counted(places.length)].join('\n'))
      done(places.length === 0 ? 0 : 1)
    })
  edition
    .command('diagram')
    .description('its workflows as Mermaid state diagrams')
    .argument('<file>', 'a JSON file, or the id of a shipped edition')
    .option('--kind <kind>', 'only this kind, e.g. tranche, as Mermaid alone; without it, all kinds as Markdown')
    .option('--json', 'as JSON')
    .action(async (file: string, options: { kind?: string; json?: boolean }) => {
      const { edition: found, places } = await load(file)
      const missing = places.filter(({ detail }) => detail.endsWith('does not exist'))
      if (!found || missing.length > 0) {
        const lines = places.map(({ pointer, detail }) => `${pointer || '/'}  ${detail}`)
        throw new CommandFailed([`${file} cannot be drawn:`, ...lines, counted(places.length)].join('\n'), 1)
      }
      const kinds = Object.keys(found.workflows).filter((kind) => options.kind === undefined || kind === options.kind)
      if (kinds.length === 0)
        throw new CommandFailed(
          `${found.id} has no workflow for ${options.kind ?? ''}; it has ${Object.keys(found.workflows).join(', ')}`,
          2,
        )
      const diagrams = kinds.map((kind) => [kind, diagramOf(found, kind)] as const)
      if (options.json) terminal.out(JSON.stringify({ id: found.id, diagrams: Object.fromEntries(diagrams) }))
      else if (options.kind !== undefined) terminal.out(diagrams.map(([, text]) => text).join('\n'))
      // A Mermaid text holds one diagram; several stand side by side only in Markdown.
      else terminal.out(diagrams.map(([kind, text]) => `## ${kind}\n\n\`\`\`mermaid\n${text}\n\`\`\``).join('\n\n'))
    })
}
