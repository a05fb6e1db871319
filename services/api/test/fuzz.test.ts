import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commands } from '@jejak/domain'
import { labelId } from '@jejak/demo'
import { watch, type Watcher } from '../../../test/scenario/database.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { requests } from '../../../test/scenario/play.ts'
import { ask, tokenOf, uuid7 } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let database: Watcher
beforeAll(async () => {
  service = await scenarioAt(160)
  database = await watch(service)
})
afterAll(async () => {
  await database.close()
  await service.close()
})

const standing: Readonly<Record<string, string>> = {
  allocation: labelId('ALK-2018'),
  tranche: labelId('ALK-2018-T2'),
  proposal: labelId('PRO-A'),
  cycle: labelId('CYC-2018'),
  institution: labelId('BKM-SEINGGOK'),
  area: labelId('AREA-PASAR2'),
  edition: 'KOTAKU-2018',
  complaint: uuid7(1),
}

interface Target {
  readonly name: string
  readonly url: string
  readonly kind: string
  readonly id: string
  readonly body: object
  readonly recorder: { person: string; role: string; institution?: string }
}

/** Every command with a body that is right in form: that of the scenario, else its own example. */
const targets: readonly Target[] = [...commands.values()]
  .filter(({ slice }) => slice.kind !== 'person' && slice.kind !== 'case')
  .map(({ slice, command }) => {
    const played = requests.findLast((request) => request.command === command.name)
    const known = played?.subject.id ?? standing[slice.kind] ?? uuid7(2)
    const id = command.opens ? (slice.kind === 'edition' ? 'UJI-1' : uuid7(3)) : known
    const body = played?.body ?? { effectiveOn: '2018-09-14', evidence: [], data: command.example }
    return {
      name: command.name,
      kind: slice.kind,
      id,
      url: command.opens ? `/v1/${slice.plural}` : `/v1/${slice.plural}/${id}/${command.verb}`,
      body: { ...(command.opens ? { id } : {}), ...body, effectiveOn: '2018-09-14', evidence: body.evidence },
      recorder: played?.recorder ?? { person: labelId('SYSTEM'), role: 'system' },
    }
  })

type Path = readonly (string | number)[]
const pathsOf = (value: unknown, at: Path = []): Path[] =>
  value === null || typeof value !== 'object'
    ? [at]
    : [at, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...at, name]))]

function withValue(value: unknown, [name, ...rest]: Path, replacement: unknown): unknown {
  if (name === undefined || value === null || typeof value !== 'object') return replacement
  if (Array.isArray(value))
    return value.map((inner: unknown, index) => (index === Number(name) ? withValue(inner, rest, replacement) : inner))
  const entries = Object.entries(value).filter(([key]) => key !== name || replacement !== undefined || rest.length > 0)
  return Object.fromEntries(entries.map(([key, inner]) => [key, key === name ? withValue(inner, rest, replacement) : (inner as unknown)]))
}

const ids = [...Object.values(standing), ...[...new Set(requests.map(({ subject }) => subject.id))].slice(0, 20), uuid7(9)]
const interesting = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    '0',
    '1',
    '-1',
    '1000000.01',
    '9999999999999999.99',
    0,
    -1,
    1e21,
    0.1,
    true,
    [],
    {},
    'KSM',
    'system',
    'BKM',
    '2018-09-14',
    '0000-01-01',
    '9999-12-31',
  ),
  fc.constantFrom(...ids),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'a:b',
    'tranche:x',
    '%',
    "'; --",
    '\u0001',
    '🙂',
    'x'.repeat(2000),
    'VF-10',
    'recommended',
    'returned',
    'V2',
    '1.3',
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.integer(),
)
const mutated = (target: Target): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.constantFrom(...pathsOf(target.body)), interesting), { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce<unknown>((body, [path, value]) => (isObject(body) ? withValue(body, path, value) : body), target.body))
const isObject = (value: unknown): boolean => value !== null && typeof value === 'object'

const seed = Number(process.env['JEJAK_FUZZ_SEED'] ?? 20_180_910)
const runs = Number(process.env['JEJAK_FUZZ_RUNS'] ?? 400)

async function check(name: string, asking: Parameters<typeof ask>[1]): Promise<void> {
  const answer = await ask(service, { ...asking, headers: { 'jejak-recorded-at': '2018-09-14T12:00:00+07:00', ...asking.headers } })
  const told = `${name} ${answer.status} ${answer.text.slice(0, 200)}`
  if (answer.status >= 500) throw new Error(told)
  if (answer.status >= 400 && answer.headers['content-type'] !== 'application/problem+json; charset=utf-8') throw new Error(told)
  if (answer.status === 201) throw new Error(`stored: ${told}`)
}

it('no mutated body of any command is answered with 5xx or stored', { timeout: 120_000 }, async () => {
  const before = await database.state()
  const auditor = await tokenOf(service, { person: uuid7(4), roles: ['AUDITOR', 'simulator'] })
  const tried = fc.constantFrom(...targets).chain((target) => mutated(target).map((body) => ({ target, body })))
  await fc.assert(
    fc.asyncProperty(tried, async ({ target, body }) => {
      const token = await tokenOf(service, { ...target.recorder, roles: [target.recorder.role, 'simulator'] })
      const payload = JSON.stringify(body) ?? ''
      await check(target.name, { url: `${target.url}?dryRun=true`, token, body: payload })
      await check(target.name, { url: target.url, token: auditor, body: payload })
      const { id: _, ...rest } = isObject(body) ? (body as { id?: unknown }) : {}
      const commandsOf = [{ command: target.name, subject: { kind: target.kind, id: target.id }, body: rest }]
      await check(`batch ${target.name}`, { url: '/v1/batches?dryRun=true', token, body: JSON.stringify({ commands: commandsOf }) })
    }),
    { seed, numRuns: runs, endOnFailure: false },
  )
  expect(await database.state()).toEqual(before)
})

it('no odd path, query or header is answered with 5xx', { timeout: 60_000 }, async () => {
  const before = await database.state()
  const { recorder } = targets.find(({ name }) => name === 'tranche.Request') ?? { recorder: { person: uuid7(4), role: 'BKM' } }
  const token = await tokenOf(service, { ...recorder, roles: [recorder.role, 'simulator'] })
  const odd = fc.oneof(
    fc.constantFrom('', '%00', '%ff', '..', '*', "'", '0', '-1', '1e3', ...ids),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
  )
  const routes = [
    '/v1/tranches/{}',
    '/v1/tranches/{}/history',
    '/v1/proposals?{}={}',
    '/v1/tranches?stage={}',
    '/v1/tranches?programme={}',
    '/v1/tranches?cursor={}',
    '/v1/waiting?role={}',
    '/v1/areas?search={}',
    `/v1/tranches/${labelId('ALK-2018-T2')}?asOf={}`,
    `/v1/allocations/${labelId('ALK-2018')}/fund-trail?effectiveUntil={}`,
    '/v1/editions/{}/revisions/{}',
    '/v1/cases/{}/{}',
    '/v1/working-days?from={}&to={}',
    '/problems/{}',
    '/{}/{}',
  ]
  const header = fc.string({ unit: fc.constantFrom(...Array.from('abc019"\\,;=:-*/ .+TZé')), maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), odd, odd, header, async (route, one, two, text) => {
      const url = route.replace('{}', () => one).replace('{}', () => two)
      await check(url, { url, token, headers: { 'if-none-match': text, 'accept-language': text, traceparent: text } })
      const { body } = targets[0] as Target
      for (const name of [
        'idempotency-key',
        'if-match',
        'accept',
        'accept-language',
        'traceparent',
        'content-type',
        'authorization',
        'jejak-recorded-at',
      ])
        await check(`${name}: ${text}`, {
          url: `/v1/tranches/${labelId('ALK-2018-T2')}/request?dryRun=true`,
          token,
          body,
          headers: { [name]: text },
        })
    }),
    { seed, numRuns: Math.min(runs, 150), endOnFailure: false },
  )
  expect(await database.state()).toEqual(before)
})
