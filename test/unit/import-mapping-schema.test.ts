import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { Mapping, parseMapping } from '@jejak/importing'

/** The published schema of mappings, `docs/import-mapping.schema.json`. JEJAK_WRITE_SCHEMA=1 writes it anew after a wanted change. */
const file = new URL('../../docs/import-mapping.schema.json', import.meta.url)
const text = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

it('is the schema that mappings are checked with', async () => {
  const schema = { ...z.toJSONSchema(Mapping, { io: 'input' }), title: 'How files of an older system are read as facts' }
  const written = `${JSON.stringify(schema, null, 2)}\n`
  if (process.env['JEJAK_WRITE_SCHEMA'] === '1') await writeFile(file, written)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(written))
})

describe('what is shown works', () => {
  it('every mapping of docs/import.md', async () => {
    const blocks = [...(await text('docs/import.md')).matchAll(/```yaml\n# mapping[^\n]*\n([\s\S]*?)```/g)].map(([, block]) => block ?? '')
    expect(blocks.length).toBeGreaterThanOrEqual(2)
    for (const block of blocks) expect(parseMapping(block, 'docs/import.md').mapping.source).not.toBe('')
  })
  it('the mapping of the tests', async () => {
    const { mapping } = parseMapping(await text('test/import/rfp.mapping.yml'), 'rfp.mapping.yml')
    // The same as JSON is the same.
    const again = parseMapping(JSON.stringify(mapping), 'rfp.mapping.json')
    expect(again.mapping).toEqual(mapping)
  })
})
