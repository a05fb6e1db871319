import { z } from 'zod'
import type { Json } from './event.ts'

/** A calendar date, `YYYY-MM-DD`. */
export const PlainDate = z.iso
  .date()
  .meta({ id: 'PlainDate', description: 'A date in the time zone of the area', examples: ['2018-09-10'] })

/** The number of a paper as printed on it; it identifies the fact (CONTRACTS E2). */
export const PaperNumber = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .meta({ id: 'PaperNumber', examples: ['SP2D-180331-0021'] })

/** A short text for people. No personal data: names and phone numbers belong in the persons registry (CONTRACTS A8). */
export const Note = z.string().trim().min(1).max(2000)

/** A percentage with at most two decimals, as a decimal string: `"62"`, `"49.9"`. */
export const Percent = z
  .string()
  .regex(/^(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)$/, { error: 'percent in quotes: 0 to 100, at most two decimals' })
  .meta({ id: 'Percent', examples: ['62'] })

/** Hundredths of a percent of a wire percentage: `"62.5"` is 6250. */
export const hundredths = (percent: string): number => Math.round(Number(percent) * 100)

/** A role code of DOMAIN §6.1, e.g. `KORKOT`. */
export const RoleCode = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{1,30}$/, { error: 'a role: letters, digits and underscores' })
  .meta({ id: 'RoleCode', examples: ['KORKOT'] })

/** A pin of an edition, as a command names it. */
export const EditionPin = z
  .strictObject({
    id: z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,60}$/, { error: 'an id: capital letters, digits and hyphens, 2 to 61 of them' }),
    revision: z.int().min(1),
  })
  .meta({ id: 'EditionPin', examples: [{ id: 'KOTAKU-2018', revision: 1 }] })

/** A slug: `ba-rkm`, `rw-covered`. */
export const Code = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'a slug: small letters, digits and hyphens' })

/** A plain decimal of at most four places, as a string. */
export const Figure = z
  .string()
  .regex(/^[0-9]{1,12}(\.[0-9]{1,4})?$/, { error: 'a number in quotes: digits, at most 12 before the point and 4 after it, e.g. 41' })
  .meta({ id: 'Figure', examples: ['41'] })

const head = z.int().min(0).max(10_000)

/** Who came to a meeting: heads in all, women and members of poor households among them, and heads by role. No names. */
export const Attendance = z
  .strictObject({ present: head, women: head, poor: head, byRole: z.record(RoleCode, head).optional() })
  .refine(({ present, women, poor }) => women <= present && poor <= present, { error: 'no more women or poor than present' })
  .refine(({ present, byRole = {} }) => Object.values(byRole).every((heads) => heads <= present), {
    error: 'no more of a role than present',
  })
  .meta({ id: 'Attendance', examples: [{ present: 86, women: 39, poor: 41, byRole: { LURAH: 1 } }] })

/** What was counted, by name: `{"rw-covered": "2", "rw-total": "10"}`. Criteria of the edition look at it. */
export const Measures = z.record(Code, Figure).meta({ id: 'Measures', examples: [{ 'rw-covered': '2', 'rw-total': '10' }] })

/**
 * The id of another entity. It becomes a tag of the fact (CONTRACTS A6), found by {@link refsOf}; there is one way to write it, in lower
 * case.
 */
export const ref = (kind: string) =>
  z
    .uuid()
    .toLowerCase()
    .meta({ ref: kind, description: `id of a ${kind}` })

/** The fields of an object schema. */
export type Fields = Record<string, z.ZodType>

/** No fields: what a decision that computes nothing adds. */
export type NoFields = Record<never, z.ZodType>

/** The parsed value of a set of fields. */
export type Values<F extends Fields> = z.infer<z.ZodObject<F>>

/** What an event type is: its schema, whether it is an observation, and what makes it the same fact again. */
export interface EventSpec<D extends Fields = Fields, C extends Fields = Fields> {
  readonly type: string
  readonly kind: string
  /** An observation has happened: a broken rule is stored as a deviation instead of refusing it (DESIGN §4). */
  readonly observation: boolean
  /** Fields that make it the same fact again; `effectiveOn`, `round`, `evidence` and any field of the data (CONTRACTS E2). */
  readonly identity: readonly string[]
  /** Fields that the command gives. */
  readonly data: z.ZodObject<D>
  /** Fields that the decision computes and stores beside them. */
  readonly computed: z.ZodObject<C>
  /** The stored data: both. */
  readonly schema: z.ZodObject<D & C>
  /** What it means in the programme, one sentence. */
  readonly means: string
  /** What it did outside the log cannot be undone, or others hold it for unchangeable: it is never corrected. */
  readonly final?: true
}

/** Describes an event type. The type is `kind.PastParticiple` (CONTRACTS A3); its shape is stored for ever. */
export function event<D extends Fields, C extends Fields = NoFields>(
  type: string,
  spec: { means: string; observation?: boolean; identity: readonly string[]; data: D; computed?: C; final?: true },
): EventSpec<D, C> {
  const data = z.strictObject(spec.data)
  const computed = z.strictObject((spec.computed ?? {}) as C)
  return {
    type,
    kind: type.slice(0, type.indexOf('.')),
    observation: spec.observation ?? false,
    identity: spec.identity,
    data,
    computed,
    schema: z.strictObject({ ...spec.data, ...((spec.computed ?? {}) as C) }),
    means: spec.means,
    ...(spec.final ? { final: spec.final } : {}),
  }
}

/** The data of a stored fact of this type. */
export type DataOf<E> = E extends EventSpec<infer D, infer C> ? Values<D & C> : never

/** The data a command gives for this type. */
export type GivenOf<E> = E extends EventSpec<infer D, infer _C> ? Values<D> : never

type Finder = (value: Json, found: string[]) => void

const finders = new WeakMap<z.ZodType, { readonly find: Finder | undefined }>()

/** Finds ids in values of a schema, by the `ref` marks in it; undefined where it has none. Made once for each schema. */
function finderOf(schema: z.ZodType): Finder | undefined {
  const known = finders.get(schema)
  if (known) return known.find
  const find = madeFinder(schema)
  finders.set(schema, { find })
  return find
}

function madeFinder(schema: z.ZodType): Finder | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return finderOf(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodArray) {
    const find = finderOf(schema.element as z.ZodType)
    return find && ((items, found) => (items as Json[]).forEach((item) => find(item, found)))
  }
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).flatMap(([name, field]) => {
      const find = finderOf(field as z.ZodType)
      return find ? [{ name, find }] : []
    })
    if (fields.length === 0) return undefined
    return (value, found) => {
      for (const { name, find } of fields) {
        const inner = (value as { [key: string]: Json })[name]
        if (inner !== undefined && inner !== null) find(inner, found)
      }
    }
  }
  const kind = schema.meta()?.['ref']
  return typeof kind === 'string' ? (value, found) => void found.push(`${kind}:${value as string}`) : undefined
}

/** The kind of entity that a schema holds the id of; undefined where it is no single id. */
export function refKind(schema: z.ZodType | undefined): string | undefined {
  const inner = schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? (schema.unwrap() as z.ZodType) : schema
  const kind = inner?.meta()?.['ref']
  return typeof kind === 'string' ? kind : undefined
}

/** Tags `kind:id` of every entity id in a value, by the `ref` marks of its schema. */
export function refsOf(schema: z.ZodType, value: Json | undefined): string[] {
  const found: string[] = []
  if (value !== undefined && value !== null) finderOf(schema)?.(value, found)
  return found
}
