import { z } from 'zod'
import { problem } from './problem.ts'

/** An opaque cursor: where the next page begins, and the list it belongs to. */
export const cursorOf = (list: string, key: object | string): string => Buffer.from(JSON.stringify({ list, key })).toString('base64url')

const refused = () =>
  problem('invalid-request', {
    errors: [{ parameter: 'cursor', detail: { id: 'bukan penanda halaman daftar ini', en: 'not a cursor of this list' } }],
  })

/** The key of a cursor; a cursor of another list, or none of ours, is refused. */
export function keyOf<K>(cursor: string | undefined, list: string, schema: z.ZodType<K>): K | undefined {
  if (cursor === undefined) return undefined
  let given: unknown
  try {
    given = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw refused()
  }
  const parsed = z.strictObject({ list: z.literal(list), key: schema }).safeParse(given)
  if (!parsed.success) throw refused()
  return parsed.data.key
}
