/** As much of JSON Schema as our own document uses. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly enum?: readonly unknown[]
  readonly pattern?: string
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

const fits = (wanted: string, value: unknown): boolean => (wanted === 'integer' ? Number.isInteger(value) : wanted === typeOf(value))

function insideOf(document: object, schema: JsonSchema, value: object, at: string): string[] {
  if (Array.isArray(value))
    return schema.items ? value.flatMap((item, n) => conforms(document, schema.items as JsonSchema, item, `${at}/${n}`)) : []
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}/${name}: missing`)
  const found = Object.entries(value).flatMap(([name, inner]): string[] => {
    if (inner === undefined) return []
    const known = schema.properties?.[name]
    if (known) return conforms(document, known, inner, `${at}/${name}`)
    if (schema.additionalProperties === false) return [`${at}/${name}: not allowed`]
    return typeof schema.additionalProperties === 'object' ? conforms(document, schema.additionalProperties, inner, `${at}/${name}`) : []
  })
  return [...missing, ...found]
}

/** Where a value does not fit a schema of an OpenAPI document; nothing where it does. */
export function conforms(document: object, schema: JsonSchema, value: unknown, at = ''): string[] {
  if (schema.$ref !== undefined) {
    const target = schema.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], document)
    return conforms(document, target as JsonSchema, value, at)
  }
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) {
    const tried = choices.map((choice) => conforms(document, choice, value, at))
    if (!tried.some((wrong) => wrong.length === 0))
      return [`${at}: fits none of ${choices.length}: ${tried.map((wrong) => wrong[0]).join(' | ')}`]
  }
  const all = (schema.allOf ?? []).flatMap((part) => conforms(document, part, value, at))
  const types = schema.type === undefined ? [] : [schema.type].flat()
  if (types.length > 0 && !types.some((type) => fits(type, value)))
    return [...all, `${at}: ${typeOf(value)} instead of ${types.join(' or ')}`]
  if (schema.enum && !schema.enum.includes(value)) return [...all, `${at}: not one of ${schema.enum.join()}`]
  if ('const' in schema && schema['const'] !== value) return [...all, `${at}: not ${String(schema['const'])}`]
  if (schema.pattern !== undefined && typeof value === 'string' && !new RegExp(schema.pattern, 'u').test(value))
    return [...all, `${at}: does not match ${schema.pattern}`]
  return value !== null && typeof value === 'object' ? [...all, ...insideOf(document, schema, value, at)] : all
}
