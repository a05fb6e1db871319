import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { Edition, editionJsonSchema, shippedEditions } from '@jejak/domain'

/** The published schema of editions, `docs/edition.schema.json`. JEJAK_WRITE_SCHEMA=1 writes it anew after a wanted change. */
const file = new URL('../../docs/edition.schema.json', import.meta.url)

interface Node {
  readonly [name: string]: Node
}

/** Fields of objects without a word about them, by their place. What several words explain elsewhere is referred to. */
function untold(node: Node, at = ''): string[] {
  if (typeof node !== 'object' || node === null) return []
  const own = Object.entries(node['properties'] ?? {})
    .filter(([, field]) => !('description' in field) && !('$ref' in field))
    .map(([name]) => `${at}/${name}`)
  return [...own, ...Object.entries(node).flatMap(([name, inner]) => untold(inner, `${at}/${name}`))]
}

it('is the schema that editions are checked with', async () => {
  const text = `${JSON.stringify(editionJsonSchema(), null, 2)}\n`
  if (process.env['JEJAK_WRITE_SCHEMA'] === '1') await writeFile(file, text)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(text))
})

it('tells an editor what each field is, and lets a file name it', async () => {
  const schema = JSON.parse(await readFile(file, 'utf8')) as Node
  expect(untold(schema)).toEqual([])
  expect(schema).toMatchObject({ $id: 'urn:jejak:schema:edition', $defs: { Edition: { properties: { $schema: { type: 'string' } } } } })
})

it('takes every shipped edition, after a round trip through JSON', () => {
  for (const edition of shippedEditions) expect(Edition.parse(JSON.parse(JSON.stringify(edition)))).toEqual(edition)
})
