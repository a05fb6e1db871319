import { z } from 'zod'
import { nearest } from './nearest.ts'
import type { Language } from './sentence.ts'
import { inWords, mustBe, required, typesInWords } from './sentences.ts'
import { codeOf, fieldFaults, translated, type FieldFault } from './sentences-of-schemas.ts'

/** A place in a value that does not fit its schema, and why. */
export interface Misfit {
  readonly path: readonly PropertyKey[]
  readonly detail: string
  /** What is wrong in one word, where a program may want to know: `amount-too-large`. */
  readonly code?: FieldFault
}

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

interface Asked {
  readonly schema: z.ZodType
  readonly value: unknown
  readonly language: Language
}

/** The schemas that say what may stand somewhere: several where a union leaves the choice. */
function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault || schema instanceof z.ZodLazy)
    return schemasAt(schema.unwrap() as z.ZodType, path)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => schemasAt(option as z.ZodType, path))
  const [step, ...rest] = path
  if (step === undefined) return [schema]
  if (schema instanceof z.ZodArray) return schemasAt(schema.element as z.ZodType, rest)
  if (schema instanceof z.ZodRecord) return schemasAt(schema.valueType as z.ZodType, rest)
  const shape: Readonly<Record<string, z.ZodType>> = schema instanceof z.ZodObject ? schema.shape : {}
  const field = Object.hasOwn(shape, String(step)) ? shape[String(step)] : undefined
  return field === undefined ? [] : schemasAt(field, rest)
}

/** The names of the fields that may stand somewhere. */
const fieldsAt = (schema: z.ZodType, path: Path): string[] => [
  ...new Set(schemasAt(schema, path).flatMap((found) => (found instanceof z.ZodObject ? Object.keys(found.shape) : []))),
]

/** What stands somewhere in a value; undefined where nothing does. */
function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Readonly<Record<PropertyKey, unknown>>)[step]
  }
  return at
}

const meant = (near: string | undefined, language: Language): string =>
  near === undefined ? '' : language === 'id' ? `; maksud Anda ${near}?` : `; did you mean ${near}?`

function unknownField({ schema, language }: Asked, path: Path, key: string): Misfit {
  const known = fieldsAt(schema, path)
  const near = nearest(key, known)
  const listed = near === undefined && known.length > 0
  const those = language === 'id' ? 'yang dikenal' : 'known are'
  return {
    path: [...path, key],
    detail: `${fieldFaults['unknown-field'][language]}${meant(near, language)}${listed ? `; ${those} ${known.join(', ')}` : ''}`,
    code: 'unknown-field',
  }
}

const isMissing = ({ value }: Asked, path: Path, issue: Issue): boolean =>
  issue.code === 'invalid_type' && issue.path.length > 0 && valueAt(value, [...path, ...issue.path]) === undefined

/** What is wrong where any of several shapes would do: told of the one that was most likely meant. */
function unionMisfits(asked: Asked, path: Path, issue: z.core.$ZodIssueInvalidUnion): Misfit[] {
  const { schema, value, language } = asked
  const whole = valueAt(value, path)
  const fitting = issue.errors.filter((option) => !option.some((each) => each.path.length === 0 && each.code === 'invalid_type'))
  const [only] = fitting
  if (only !== undefined && fitting.length === 1) return only.flatMap((each) => misfits(asked, path, each))
  if (fitting.length === 0) {
    const types = issue.errors.flat().flatMap((each) => (each.code === 'invalid_type' && each.path.length === 0 ? [each.expected] : []))
    return [{ path, detail: `${(whole === undefined ? required : mustBe)[language]} ${typesInWords(types, language)}` }]
  }
  if (typeof whole !== 'object' || whole === null) {
    const told = fitting.flatMap((option) => option.slice(0, 1).map(({ message }) => translated(message, language)))
    return [{ path, detail: told.join(language === 'id' ? '; atau ' : '; or ') }]
  }
  const known = fieldsAt(schema, path)
  const unknown = Object.keys(whole).filter((key) => known.length > 0 && !known.includes(key))
  if (unknown.length > 0) return unknown.map((key) => unknownField(asked, path, key))
  if (fitting.every((option) => option.every((each) => isMissing(asked, path, each)))) {
    const wanted = fitting
      .map((option) => option.map((each) => String(each.path[0])).join(' + '))
      .join(language === 'id' ? ' atau ' : ' or ')
    return [{ path, detail: language === 'id' ? `diperlukan ${wanted}` : `needs ${wanted}` }]
  }
  const [likely = []] = fitting.toSorted((a, b) => a.length - b.length)
  return likely.flatMap((each) => misfits(asked, path, each))
}

function misfits(asked: Asked, at: Path, issue: Issue): Misfit[] {
  const { value, language } = asked
  const path = [...at, ...issue.path]
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(asked, path, key))
  if (issue.code === 'invalid_union') return unionMisfits(asked, path, issue)
  if (issue.code === 'invalid_key') return [{ path, detail: translated(issue.issues[0]?.message ?? issue.message, language) }]
  const detail = translated(issue.message, language)
  const code = codeOf(issue.message)
  if (code !== undefined) return [{ path, detail, code }]
  const given = valueAt(value, path)
  if (issue.code !== 'invalid_value' || typeof given !== 'string') return [{ path, detail }]
  return [{ path, detail: `${detail}${meant(nearest(given, issue.values.map(String)), language)}` }]
}

/**
 * Every place of a value that does not fit its schema, in one language: unknown fields with the one that was probably meant, and where
 * several shapes would do, the mistakes of the likeliest. Empty when it fits.
 */
export function misfitsOf(schema: z.ZodType, value: unknown, language: Language): Misfit[] {
  const { error } = schema.safeParse(value, { error: inWords(language) })
  return (error?.issues ?? []).flatMap((issue) => misfits({ schema, value, language }, [], issue))
}
