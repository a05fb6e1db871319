import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands, eventTypes, fieldFaults, kernelReasons, type FieldFault } from '@jejak/domain'
import { derivedReasons } from '@jejak/views'
import { problemPages } from '@jejak/api'
import { labelId, party } from '@jejak/demo'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { send, tokenFor } from '../../../test/scenario/http.ts'
import { korkot, lineOf, ppk, system, urlOf } from '../../../test/scenario/play.ts'
import { bodySchema, EditionId, NewId } from '../src/schemas.ts'
import { ask, uuid7 } from './ask.ts'
import { conforms, type JsonSchema } from './conforms.ts'
import type { TestService } from './service.ts'

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly security?: readonly object[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: JsonSchema }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: JsonSchema }> }
  readonly responses: Record<string, { readonly description: string; readonly content?: Record<string, { readonly schema: JsonSchema }> }>
}
interface Document {
  readonly openapi: string
  readonly info: Record<string, unknown>
  readonly tags: readonly { name: string; description: string }[]
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, JsonSchema>; readonly securitySchemes: object }
}

let service: TestService
let document: Document
beforeAll(async () => {
  service = await scenarioAt(192)
  document = (await ask(service, { url: '/openapi.json' })).body as unknown as Document
})
afterAll(() => service.close())

const operations = (): { path: string; method: string; operation: Operation }[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

describe('the OpenAPI document', () => {
  it('is one of 3.1 with unique operations, declared tags and parameters, and no dangling reference', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(ids.filter((id, index) => !id || ids.indexOf(id) !== index)).toEqual([])
    const tags = new Set(document.tags.map(({ name }) => name))
    for (const { path, method, operation } of operations()) {
      const name = `${method} ${path}`
      expect([name, ['get', 'post'].includes(method), path.startsWith('/v1/')]).toEqual([name, true, true])
      expect([name, operation.summary !== undefined && operation.summary !== '']).toEqual([name, true])
      expect([name, operation.security]).toEqual([name, [{ bearer: [] }]])
      for (const tag of operation.tags ?? ['none']) expect([name, tags.has(tag)]).toEqual([name, true])
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, inside = '']) => inside)
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      expect([name, declared.map((parameter) => parameter.name).toSorted()]).toEqual([name, inPath.toSorted()])
      expect(declared.every((parameter) => parameter.required === true)).toBe(true)
      for (const [status, response] of Object.entries(operation.responses)) {
        expect([name, status]).toEqual([name, expect.stringMatching(/^([1-5]\d\d|[1-5]XX|default)$/)])
        expect(typeof response.description).toBe('string')
      }
      const key = (operation.parameters ?? []).filter((parameter) => parameter.name.toLowerCase() === 'idempotency-key')
      expect([name, key.map(({ required }) => required)]).toEqual([name, method === 'post' && path !== '/v1/evidence' ? [true] : []])
      expect([name, Object.keys(operation.responses).some((status) => /^(4XX|default)$/.test(status))]).toEqual([name, true])
    }
    const text = JSON.stringify(document)
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      expect(document.components.schemas).toHaveProperty([name])
    expect(text).not.toContain('#/definitions/')
    expect(text).not.toContain('#/$defs/')
    expect(text).not.toContain('"ref":')
  })

  it('has no component twice', () => {
    const { schemas } = document.components
    const twins = Object.keys(schemas).filter((name) => name.endsWith('Input') && name.slice(0, -5) in schemas)
    for (const name of twins) expect([name, JSON.stringify(schemas[name])]).not.toEqual([name, JSON.stringify(schemas[name.slice(0, -5)])])
    expect(twins.length).toBeLessThanOrEqual(2)
    const used = JSON.stringify(document)
    expect(Object.keys(schemas).filter((name) => !used.includes(`"#/components/schemas/${name}"`))).toEqual([])
  })

  it('has a route for every command but those of persons whose port is their own', () => {
    const ids = new Set(operations().map(({ operation }) => operation.operationId))
    expect([...commands.keys()].filter((name) => !ids.has(name))).toEqual(['person.ChangeRecord'])
  })

  it('gives an example of every body, and it fits its own schema', () => {
    let examples = 0
    for (const { operation } of operations()) {
      const entry = commands.get(operation.operationId)
      if (!entry || entry.slice.kind === 'person') continue
      const schema = operation.requestBody?.content['application/json']?.schema
      const named = schema?.$ref ? document.components.schemas[schema.$ref.slice('#/components/schemas/'.length)] : schema
      const [example] = (named?.['examples'] ?? []) as Record<string, unknown>[]
      expect([operation.operationId, example === undefined]).toEqual([operation.operationId, false])
      const parsed = bodySchema(entry.command, entry.slice.kind === 'edition' ? EditionId : NewId).safeParse(example)
      expect([operation.operationId, parsed.error?.issues ?? []]).toEqual([operation.operationId, []])
      expect([operation.operationId, conforms(document, schema as JsonSchema, example)]).toEqual([operation.operationId, []])
      examples += 1
    }
    expect(examples).toBeGreaterThan(80)
  })

  it('is the same of every service that a process opens', async () => {
    const another = await scenarioAt(192)
    expect((await ask(another, { url: '/openapi.json' })).body).toEqual(document)
    await another.close()
  })

  it('is shown at /docs', async () => {
    const page = await ask(service, { url: '/docs/' })
    expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')])
    expect(page.headers['content-security-policy']).toContain("script-src 'self'")
    const [script = ''] = /\.?\/?[\w./-]*swagger-ui-bundle\.js/.exec(page.text) ?? []
    expect((await ask(service, { url: new URL(script, 'http://x/docs/').pathname })).status).toBe(200)
    expect((await ask(service, { url: '/docs/json' })).status).toBe(200)
  })
})

describe('every answer is as the document says', () => {
  const found = (path: string, method: string): Operation => {
    const operation = document.paths[path]?.[method]
    if (!operation) throw new Error(`no ${method} ${path}`)
    return operation
  }
  const schemaOf = (operation: Operation, status: number): JsonSchema | undefined => {
    const response = operation.responses[String(status)] ?? operation.responses[`${String(status)[0]}XX`]
    return Object.values(response?.content ?? {})[0]?.schema
  }
  const examples: Readonly<Record<string, readonly string[]>> = {
    allocations: [labelId('ALK-2018')],
    tranches: [labelId('ALK-2018-T1'), labelId('ALK-2018-T2')],
    proposals: [labelId('PRO-A')],
    cycles: [labelId('CYC-2018')],
    complaints: [labelId('PGD-2018-001')],
    institutions: [labelId('BKM-SEINGGOK'), labelId('PMU-PUSAT')],
    areas: [labelId('AREA-PASAR2')],
    editions: ['KOTAKU-2018'],
    facilitators: [uuid7(0xfa)],
    partnerships: [uuid7(0xbe)],
    findings: [uuid7(0xf1)],
    'loan-pools': [uuid7(0xd0)],
    loans: [uuid7(0xd1)],
  }
  const queries: Readonly<Record<string, string>> = {
    '/v1/ledger/flow': `?fund=allocation:${labelId('ALK-2018')}`,
    '/v1/ledger/journal': '?format=hledger',
    '/v1/areas': '?search=Pasar',
    '/v1/working-days': '?from=2018-01-01&to=2018-02-01',
    '/v1/stuck': '?at=2018-10-25',
    '/v1/flows/{kind}/waits': '?from=tranche.Requested&to=tranche.Credited&between=firsts',
    '/v1/stuck/summary': '?by=region',
  }
  // A paper of the scenario that nobody has handed in: the answer that is JSON.
  const named = () => lineOf(56).body.evidence[0]?.sha256 ?? ''

  /** What the scenario does not tell of: the least that each of them can be. */
  async function furnish(): Promise<void> {
    const auditor = { person: uuid7(0xa1), role: 'KAP', institution: uuid7(0xa0) }
    const five = { kondisi: 'a', kriteria: 'b', sebab: 'c', akibat: 'd', rekomendasi: 'e' }
    const told = [
      [system, '/v1/institutions', auditor.institution, { institutionKind: 'AUDIT_OFFICE', name: 'KAP Satu' }],
      [
        system,
        `/v1/institutions/${auditor.institution}/assume-office`,
        undefined,
        { holder: auditor.person, role: 'KAP', from: '2018-01-02' },
      ],
      [auditor, '/v1/findings', uuid7(0xf1), { number: 'N-1', allocation: labelId('ALK-2018'), ...five }],
      [korkot, '/v1/facilitators', uuid7(0xfa), { person: uuid7(0xa2) }],
      [ppk, '/v1/partnerships', uuid7(0xbe), { title: 'Kerja sama' }],
    ] as const
    for (const [actor, url, id, data, papers] of [...told.map((each) => [...each, []] as const), ...lending()]) {
      const token = await tokenFor(service, actor)
      const body = { ...(id === undefined ? {} : { id }), effectiveOn: '2018-10-18', actor, evidence: papers ?? [], data }
      const headers = { 'jejak-recorded-at': '2018-10-18T12:00:00+07:00' }
      expect([url, (await ask(service, { url, token, headers, body })).status]).toEqual([url, 201])
    }
  }

  /** A group of the board, a pool, and what the group asks of it. */
  function lending() {
    const chair = { person: uuid7(0xd3), role: 'KSM', institution: uuid7(0xd2) }
    const [board, area, loans] = [labelId('BKM-SEINGGOK'), labelId('AREA-PASAR2'), { id: 'UPK-2010', revision: 1 }]
    const paper = (docType: string) => [{ docType, sha256: 'ab'.repeat(32) }]
    const group = { institutionKind: 'KSM', name: 'KSM Maju', parent: board, members: { total: 6, women: 3, poor: 6 } }
    const asked = { pool: uuid7(0xd0), ksm: chair.institution, number: 'PJ-1', months: 10 }
    const chairman = party('P-BKM-1', 'BKM')
    return [
      [system, '/v1/institutions', chair.institution, group, undefined],
      [
        system,
        `/v1/institutions/${chair.institution}/assume-office`,
        undefined,
        { holder: chair.person, role: 'KSM', from: '2018-01-02' },
        undefined,
      ],
      [chairman, '/v1/loan-pools', uuid7(0xd0), { name: 'UPK', owner: board, area, edition: loans }, paper('ba-bkm')],
      [chair, '/v1/loans', uuid7(0xd1), { ...asked, borrowers: [{ member: uuid7(0xd4), amount: '500000' }] }, paper('permohonan-pinjaman')],
    ] as const
  }

  it('of every read, found or not', async () => {
    await furnish()
    const token = await tokenFor(service, ppk)
    const seen = new Set<string>()
    for (const { path, method, operation } of operations()) {
      if (method !== 'get') continue
      const ids = examples[path.split('/')[2] ?? ''] ?? []
      const urls = path.includes('{id}') ? [...ids, uuid7(9)].map((id) => path.replace('{id}', id)) : [path]
      for (const template of urls) {
        const kind = path.startsWith('/v1/flows/') ? 'tranche' : 'request'
        const url = `${template.replace('{revision}', '1').replace('{kind}', kind).replace('{sha256}', named())}${queries[path] ?? ''}`
        const answer = await ask(service, { url, token })
        expect([url, answer.status < 500]).toEqual([url, true])
        const schema = schemaOf(operation, answer.status)
        expect([url, answer.status, schema === undefined]).toEqual([url, answer.status, false])
        expect([url, conforms(document, schema as JsonSchema, answer.body)]).toEqual([url, []])
        seen.add(`${operation.operationId} ${answer.status}`)
      }
    }
    const missing = operations().filter(({ method, operation }) => method === 'get' && !seen.has(`${operation.operationId} 200`))
    expect(missing.map(({ operation }) => operation.operationId)).toEqual([
      'person.read',
      'evidence.fetch',
      'bankStatement.read',
      'bankStatement.actions',
      'bankStatement.history',
      'bankStatement.clock',
      'case.read',
      'case.actions',
      'case.history',
      'case.clock',
      'bankStatement.reconciliation',
    ])
  })

  it('of commands: recorded, repeated, tried, refused', async () => {
    const command = found('/v1/complaints/{id}/classify', 'post')
    const request = lineOf(192)
    for (const [query, key, status] of [
      ['?dryRun=true', 'a', 200],
      ['', 'b', 201],
      ['', 'c', 200],
    ] as const) {
      const answer = await send(service, request, { query, key })
      expect([answer.status, conforms(document, schemaOf(command, status) as JsonSchema, answer.body)]).toEqual([status, []])
    }
    const refused = await send(service, lineOf(195), { key: 'd' })
    expect([refused.status, conforms(document, schemaOf(command, 409) as JsonSchema, refused.body)]).toEqual([409, []])
    const token = await tokenFor(service, request.recorder)
    const { subject, body } = lineOf(193)
    for (const [query, status] of [
      ['?dryRun=true', 200],
      ['', 201],
    ] as const) {
      const answer = await ask(service, {
        url: `/v1/batches${query}`,
        token,
        headers: { 'jejak-recorded-at': lineOf(193).recordedAt },
        body: { commands: [{ command: 'complaint.Assign', subject, body }] },
      })
      expect([answer.status, conforms(document, schemaOf(found('/v1/batches', 'post'), status) as JsonSchema, answer.body)]).toEqual([
        status,
        [],
      ])
    }
  })

  it('of persons', async () => {
    const token = await tokenFor(service, system)
    const body = { id: uuid7(50), record: { name: 'Budi' } }
    const tried = await ask(service, { url: '/v1/persons?dryRun=true', token, body })
    expect([tried.status, conforms(document, schemaOf(found('/v1/persons', 'post'), 200) as JsonSchema, tried.body)]).toEqual([200, []])
    const done = await ask(service, { url: '/v1/persons', token, body })
    expect([done.status, conforms(document, schemaOf(found('/v1/persons', 'post'), 201) as JsonSchema, done.body)]).toEqual([201, []])
    const read = await ask(service, { url: `/v1/persons/${uuid7(50)}`, token })
    expect([read.status, conforms(document, schemaOf(found('/v1/persons/{id}', 'get'), 200) as JsonSchema, read.body)]).toEqual([200, []])
  })
})

describe('/problems', () => {
  it('has a page for every code, in both languages, as html and as json', async () => {
    const { body } = await ask(service, { url: '/problems' })
    const codes = (body['problems'] as { code: string; status: number }[]).map(({ code }) => code)
    expect(codes).toEqual(problemPages().map(({ code }) => code))
    expect(new Set(codes).size).toBe(codes.length)
    for (const code of codes) {
      const json = await ask(service, { url: `/problems/${code}` })
      expect([code, json.status, json.body['code']]).toEqual([code, 200, code])
      const pages = []
      for (const language of ['id', 'en']) {
        const page = await ask(service, { url: `/problems/${code}`, headers: { accept: 'text/html', 'accept-language': language } })
        expect([code, page.status, page.headers['content-type'], page.text.includes(`lang="${language}"`)]).toEqual([
          code,
          200,
          'text/html; charset=utf-8',
          true,
        ])
        pages.push(page.text)
      }
      expect(pages[0]).not.toBe(pages[1])
    }
  })

  it('knows every mistake that errors[] can name', async () => {
    for (const code of Object.keys(fieldFaults) as FieldFault[]) {
      const { status, body } = await ask(service, { url: `/problems/${code}` })
      expect([code, status, body]).toMatchObject([code, 200, { code, status: 400, why: fieldFaults[code], within: 'errors' }])
    }
  })

  it('knows every reason of the kernel and every rule of the slices', () => {
    const codes = new Set(problemPages().map(({ code }) => code))
    const rules = [...commands.values()].flatMap(({ decider }) => decider.rules.map(({ code }) => code))
    const reasons = Object.values({ ...kernelReasons, ...derivedReasons }).map(({ code }) => code)
    expect([...rules, ...reasons].filter((code) => !codes.has(code))).toEqual([])
    expect(eventTypes.size).toBeGreaterThan(50)
  })

  it('an edition can be checked against its schema', async () => {
    const schema = await ask(service, { url: '/schemas/edition.json' })
    expect([schema.status, schema.body['$schema']]).toEqual([200, 'https://json-schema.org/draft/2020-12/schema'])
    expect(urlOf('tranche', 'ALK-2018-T1')).toContain('/v1/tranches/')
  })
})
