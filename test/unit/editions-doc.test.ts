import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { checkEdition, domain, Edition, editionDoubts, editionJsonSchema, shippedAsWritten } from '@jejak/domain'

/** What docs/editions.md says is so: each piece of JSON fits, and every field of the format is told. */
const docs = new URL('../../docs/', import.meta.url)
const text = await readFile(new URL('editions.md', docs), 'utf8')
const { $schema: _, ...example } = JSON.parse(await readFile(new URL('examples/house-repairs.json', docs), 'utf8')) as Tree

interface Tree {
  readonly [name: string]: Tree | string
}

/** A piece laid over a whole, as RFC 7396 has it: lists are replaced, objects joined. */
const isTree = (value: Tree | string | undefined): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)
const laidOver = (whole: Tree, piece: Tree): Tree => ({
  ...whole,
  ...Object.fromEntries(
    Object.entries(piece).map(([name, value]) => {
      const before = whole[name]
      return [name, isTree(value) && isTree(before) ? laidOver(before, value) : value]
    }),
  ),
})

const pieces = [...text.matchAll(/^```json ?(\S*)\n([\s\S]*?)^```/gm)].map(([, base = '', piece = '']) => ({
  base,
  piece: JSON.parse(piece) as Tree,
}))

const remarks = (value: unknown) => {
  const edition = Edition.parse(value)
  return [...checkEdition(edition, domain), ...editionDoubts(edition, domain)]
}

describe('docs/editions.md', () => {
  it('has an example without a fault', () => expect(remarks(example)).toEqual([]))

  it.each(pieces.map(({ base, piece }, index) => [index + 1, base, piece] as const))('piece %i %s fits', (_index, base, piece) => {
    const whole = base === '' ? example : (shippedAsWritten.get(base) as Tree | undefined)
    if (whole === undefined) throw new Error(`no edition ${base}`)
    expect(remarks(laidOver(whole, piece))).toEqual([])
  })

  it('tells every field of the format', () => {
    const { $defs } = editionJsonSchema() as { $defs: object }
    const fields = new Set<string>()
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return
      if ('properties' in node) for (const name of Object.keys(node.properties as object)) fields.add(name)
      for (const inner of Object.values(node)) visit(inner)
    }
    visit($defs)
    expect([...fields].filter((name) => !new RegExp(`[\`"]${name.replace('$', '\\$')}[\`"]`).test(text))).toEqual([])
    expect(fields.size).toBeGreaterThan(60)
  })
})
