import { z } from 'zod'
import { Edition } from '../kernel/workflow.ts'

const named = { type: 'string', description: 'Where this schema is, for the editor; no part of the edition' } as const

/** The JSON Schema of an edition in a file, with a description for each field: editors show them. A file may name the schema. */
export function editionJsonSchema(): object {
  const { $schema, $ref, $defs } = z.toJSONSchema(Edition, { io: 'input' })
  const whole = $defs?.['Edition']
  if (whole === undefined) throw new Error('the schema of editions has lost its name')
  const inFile = { ...whole, properties: { $schema: named, ...whole.properties } }
  return { $schema, $id: 'urn:jejak:schema:edition', title: 'Edition of a programme', $ref, $defs: { ...$defs, Edition: inFile } }
}
