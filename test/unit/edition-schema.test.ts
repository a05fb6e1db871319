import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { expect, it } from 'vitest'
import { Edition, shippedEditions } from '@jejak/domain'

/** The published schema of editions, `docs/edition.schema.json`. JEJAK_WRITE_SCHEMA=1 writes it anew after a wanted change. */
const file = new URL('../../docs/edition.schema.json', import.meta.url)

it('is the schema that editions are checked with', async () => {
  const schema = { ...z.toJSONSchema(Edition, { io: 'input' }), title: 'Edition of a programme' }
  const text = `${JSON.stringify(schema, null, 2)}\n`
  if (process.env['JEJAK_WRITE_SCHEMA'] === '1') await writeFile(file, text)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(text))
})

it('takes every shipped edition, after a round trip through JSON', () => {
  for (const edition of shippedEditions) expect(Edition.parse(JSON.parse(JSON.stringify(edition)))).toEqual(edition)
})
