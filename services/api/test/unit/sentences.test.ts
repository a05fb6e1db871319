import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { commands, Edition, misfitsOf, translated } from '@jejak/domain'
import { bodyOf, EditionId, NewId } from '../../src/schemas.ts'
import { faultsOf, type Told } from '../told.ts'

const missing = Symbol('missing')
const bad: readonly unknown[] = [
  missing,
  null,
  true,
  7,
  1.5,
  -1,
  1e12,
  '',
  '?!',
  'x'.repeat(3000),
  '2018-02-30',
  '2018-13',
  '00000000-0000-4000-8000-000000000001',
  [],
  ['?!'],
  Array.from({ length: 2000 }, () => 1),
  {},
  { nonsense: 1 },
  { '?!': 1 },
]

/** A schema and all within it, each with its place. */
function* within(schema: z.ZodType, at: string): Generator<[string, z.ZodType]> {
  yield [at, schema]
  if (schema instanceof z.ZodObject) {
    for (const [name, field] of Object.entries(schema.shape)) yield* within(field as z.ZodType, `${at}/${name}`)
  } else if (schema instanceof z.ZodArray) yield* within(schema.element as z.ZodType, `${at}/0`)
  else if (schema instanceof z.ZodTuple) for (const item of schema.def.items) yield* within(item as z.ZodType, `${at}/0`)
  else if (schema instanceof z.ZodRecord) {
    yield* within(schema.keyType as unknown as z.ZodType, `${at}/key`)
    yield* within(schema.valueType as z.ZodType, `${at}/value`)
  } else if (schema instanceof z.ZodUnion) for (const option of schema.options) yield* within(option as z.ZodType, at)
  else if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    yield* within(schema.unwrap() as z.ZodType, at)
}

function* toldOf(where: string, schema: z.ZodType): Generator<Told> {
  const field = z.strictObject({ field: schema })
  for (const value of bad) {
    const given = value === missing ? {} : { field: value }
    const english = misfitsOf(field, given, 'en')
    for (const [index, { detail }] of misfitsOf(field, given, 'id').entries()) yield { where, id: detail, en: english[index]?.detail ?? '' }
  }
}

/** The sentences that a schema gives itself, which only some bodies would bring up: each member once. */
function* ownOf(where: string, schema: z.ZodType): Generator<Told> {
  for (const check of schema.def.checks ?? []) {
    const told = check._zod.def.error?.({ code: 'custom', input: '-', path: [] } as never)
    const en = typeof told === 'string' ? told : told?.message
    if (en !== undefined) yield { where, id: translated(en, 'id'), en }
  }
}

const bodies = [...commands.values()].map(
  ({ command }) => [command.name, bodyOf(command, command.kind === 'edition' ? EditionId : NewId)] as const,
)

describe('each field broken in each way is told in plain words of both languages', () => {
  it.each([...bodies, ['an edition', Edition] as const])('%s', (_, body) => {
    const nodes = [...within(body, '')]
    const told = nodes.flatMap(([where, schema]) => [...toldOf(where, schema), ...ownOf(where, schema)])
    expect(told.length).toBeGreaterThan(nodes.length)
    const faults = told.flatMap((each) => faultsOf(each).map((fault) => `${each.where}: ${fault}`))
    expect([...new Set(faults)]).toEqual([])
  })

  it.each<readonly [z.ZodType, unknown, string, string]>([
    [z.int().min(1), 0, 'paling kecil 1', 'at least 1'],
    [z.int().max(9), 10, 'paling besar 9', 'at most 9'],
    [z.number().positive(), 0, 'lebih dari 0', 'more than 0'],
    [z.int(), 1.5, 'harus bilangan bulat', 'must be a whole number'],
    [z.int(), '1', 'harus angka, bukan teks', 'must be a number, not text'],
    [z.string(), 1, 'harus teks, bukan angka', 'must be text, not a number'],
    [z.array(z.string()), {}, 'harus daftar, bukan objek', 'must be a list, not an object'],
    [z.string().min(1), '', 'tidak boleh kosong', 'must not be empty'],
    [z.string().max(3), 'long', 'paling banyak 3 karakter', 'at most 3 characters'],
    [z.array(z.int()).min(1), [], 'daftar tidak boleh kosong', 'the list must not be empty'],
    [z.array(z.int()).length(2), [1], 'tepat 2 butir dalam daftar', 'exactly 2 items in the list'],
    [z.number().multipleOf(5), 7, 'harus kelipatan 5', 'must be a multiple of 5'],
    [z.enum(['in', 'out']), 'up', 'harus salah satu dari in, out', 'must be one of in, out'],
    [z.enum(['in', 'out']), undefined, 'wajib ada: salah satu dari in, out', 'required: one of in, out'],
    [z.string(), undefined, 'wajib ada: teks', 'required: text'],
    [z.union([z.string(), z.strictObject({})]), 7, 'harus teks atau objek', 'must be text or an object'],
    [z.union([z.string(), z.strictObject({})]), undefined, 'wajib ada: teks atau objek', 'required: text or an object'],
    [
      z.iso.date(),
      '2018-02-30',
      'tanggal yang ada, ditulis tahun-bulan-hari, misalnya 2018-09-10',
      'a date that exists, written YYYY-MM-DD, e.g. 2018-09-10',
    ],
    [
      z.uuidv7(),
      '00000000-0000-4000-8000-000000000001',
      'UUID versi yang lain: pengenal baru memakai versi 7',
      'a UUID of another version: a new id has version 7',
    ],
  ])('%# %s', (schema, value, id, en) => {
    const field = z.strictObject({ field: schema })
    const given = value === undefined ? {} : { field: value }
    expect([misfitsOf(field, given, 'id')[0]?.detail, misfitsOf(field, given, 'en')[0]?.detail]).toEqual([id, en])
  })
})
