import type { z } from 'zod'
import { misfitsOf, pointerOf } from '@jejak/domain'
import { problem, type Language, type Problem, type RequestError } from './problem.ts'

/** A value that a schema refused; `at` is where the request holds it. */
export interface Unfit {
  readonly schema: z.ZodType
  readonly value: unknown
  readonly at?: readonly PropertyKey[]
}

/** Schemas refused parts of the request; put into words only when the language is known. */
export class SchemaRefused extends Error {
  override readonly name = 'SchemaRefused'
  readonly part: string
  readonly unfit: readonly Unfit[]
  constructor(part: string, unfit: readonly Unfit[]) {
    super('the request does not match its schema')
    this.part = part
    this.unfit = unfit
  }
}

const errorsOf = ({ schema, value, at = [] }: Unfit, part: string, language: Language): RequestError[] =>
  misfitsOf(schema, value, language).map(({ path, ...told }) =>
    // What is wrong within a parameter, as in a list with commas, is wrong with the parameter.
    part === 'body' ? { pointer: pointerOf([...at, ...path]), ...told } : { parameter: String(path[0] ?? part), ...told },
  )

/** The problem that it is for the client: each mistake with its place. A path that does not fit names nothing that exists. */
export function schemaProblem({ part, unfit }: SchemaRefused, language: Language): Problem {
  if (part === 'params') return problem('not-found')
  return problem('invalid-request', { errors: unfit.flatMap((each) => errorsOf(each, part, language)) })
}
