import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ppk } from '../../../test/scenario/play.ts'
import { ask, uuid7 } from './ask.ts'
import type { JsonSchema } from './conforms.ts'
import { errorsOf, type Wrong } from './refused.ts'
import { freshService, type TestService } from './service.ts'
import { faultsOf } from './told.ts'

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: JsonSchema }> }
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, JsonSchema> }
}

let service: TestService
let document: Document
let token: string
beforeAll(async () => {
  service = await freshService()
  document = (await ask(service, { url: '/openapi.json' })).body as unknown as Document
  token = await service.token({ person: ppk.person ?? uuid7(1), roles: [ppk.role] })
})
afterAll(() => service.close())

interface Route {
  readonly url: string
  readonly name: string
  readonly operation: Operation
}
const routes = (wanted: string): Route[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const url = path
        .replace('{kind}', 'request')
        .replace('{revision}', '1')
        .replace('{sha256}', 'ab'.repeat(32))
        .replace('{id}', path.includes('/editions/') ? 'KOTAKU-2018' : uuid7(9))
      return method === wanted ? [{ url, name: operation.operationId, operation }] : []
    }),
  )

/** What is wrong with a request in both languages, and which of these sentences no person should be told. */
async function faultsAt(name: string, url: string, body?: unknown): Promise<{ count: number; faults: string[] }> {
  const asked = { url, token, ...(body === undefined ? {} : { body }) }
  const [id, en] = await Promise.all(
    ['id', 'en'].map(async (language): Promise<Wrong[]> =>
      errorsOf(await ask(service, { ...asked, headers: { 'accept-language': language } })),
    ),
  )
  const told = (id ?? []).map(({ detail, pointer, parameter }, n) => ({
    where: `${name} ${pointer ?? parameter ?? ''}`,
    id: detail,
    en: en?.[n]?.detail ?? '',
  }))
  return { count: told.length, faults: told.flatMap((each) => faultsOf(each).map((fault) => `${each.where}: ${fault}`)) }
}

const resolved = (schema: JsonSchema | undefined): JsonSchema =>
  typeof schema?.['$ref'] === 'string' ? (document.components.schemas[schema['$ref'].split('/').at(-1) ?? ''] ?? {}) : (schema ?? {})
const fieldsOf = (schema: JsonSchema | undefined): readonly (readonly [string, JsonSchema])[] =>
  Object.entries((resolved(schema)['properties'] ?? {}) as Record<string, JsonSchema>)

/** A body of which every field is wrong in one way; of the data too. */
const broken = (schema: JsonSchema | undefined, value: unknown): Record<string, unknown> =>
  Object.fromEntries(fieldsOf(schema).map(([name, field]) => [name, name === 'data' || name === 'record' ? broken(field, value) : value]))

const values: readonly unknown[] = [undefined, 7, '?!', '2018-02-30', ['?!', 7], { nonsense: 1 }]

describe('every operation of the OpenAPI document tells what is wrong in plain words', () => {
  it('with the fields of a body, each broken in each way', async () => {
    const told = new Set<string>()
    for (const { url, name, operation } of routes('post')) {
      const schema = operation.requestBody?.content['application/json']?.schema
      if (schema === undefined) continue
      let count = 0
      for (const body of [7, ...values.map((value) => broken(schema, value))]) {
        const found = await faultsAt(name, url, typeof body === 'number' ? String(body) : body)
        for (const fault of found.faults) told.add(fault)
        count += found.count
      }
      expect([name, count > 0]).toEqual([name, true])
    }
    expect([...told]).toEqual([])
  })

  it('with the parameters of a query, each broken in each way', async () => {
    const told = new Set<string>()
    let seen = 0
    for (const { url, name, operation } of routes('get')) {
      const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
      for (const value of ['', '?!', '2018-02-30', 'x'.repeat(700)]) {
        const query = [...parameters.map((parameter) => parameter.name), 'nonsense'].map((each) => `${each}=${value}`).join('&')
        const { count, faults } = await faultsAt(name, `${url}?${query}`)
        for (const fault of faults) told.add(fault)
        seen += count
      }
      const { faults } = await faultsAt(name, url)
      for (const fault of faults) told.add(fault)
    }
    expect(seen).toBeGreaterThan(300)
    expect([...told]).toEqual([])
  })
})
