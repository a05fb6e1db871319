import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { domain, type Recorded } from '@jejak/domain'
import { across, places, regionsTogether } from '../../../test/scenario/regions.ts'
import { ask, tokenOf, type Answer } from './ask.ts'
import type { JsonSchema } from './conforms.ts'
import type { TestService } from './service.ts'

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: JsonSchema
}
type Paths = Readonly<Record<string, { readonly get?: { readonly parameters?: readonly Parameter[] } }>>

let service: TestService
let facts: readonly Recorded[]
let paths: Paths
beforeAll(async () => {
  ;({ service, facts } = await regionsTogether())
  paths = (await ask(service, { url: '/openapi.json' })).body['paths'] as Paths
  const { position } = await service.context.log.head()
  for (const view of ['entity-list', 'ledger', 'flow', 'stage-clock', 'deviations'])
    expect(await service.context.views.reached(view, position)).toBe(true)
})
afterAll(() => service.close())

/** Somebody who may do nearly everything, in a region. */
const callerIn = (region: string, more: object = {}): Promise<string> =>
  tokenOf(service, { person: labelId('P-ANYBODY'), roles: ['AUDITOR', 'PMU', 'KORKOT'], region, ...more })

const areasOf = ({ fact }: Recorded): string[] => fact.tags.flatMap((tag) => (tag.startsWith('area:') ? [tag.slice(5)] : []))
/** What tells one thing from another: ids, numbers of papers, names of several letters, amounts that are not round. */
const tellingWords = /^([0-9a-f]{8}-[0-9a-f-]{27}|(?=.*\d)[A-Z][A-Za-z0-9]*[-/. ][A-Za-z0-9/. -]{4,}|[0-9]{2,}(?!00000)[0-9]{5})$/
function wordsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string' && tellingWords.test(value)) found.add(value)
  else if (Array.isArray(value)) for (const each of value) wordsIn(each, found)
  else if (value !== null && typeof value === 'object') for (const each of Object.values(value)) wordsIn(each, found)
  return found
}
const wordsOf = (told: readonly Recorded[]): Set<string> => {
  const words = new Set<string>()
  for (const { fact } of told) {
    wordsIn([fact.id, fact.subject.id, fact.data, fact.actor, fact.evidence.map(({ number }) => number)], words)
    for (const tag of fact.tags) words.add(tag.slice(tag.indexOf(':') + 1))
  }
  return words
}
/**
 * What is told of an area by facts alone that do not concern that of the caller. The lines of a bank belong to no area, and are of all that
 * it holds money for.
 */
function secretsOf(area: string, own: string | undefined): Set<string> {
  const [open, hidden]: [Recorded[], Recorded[]] = [[], []]
  for (const recorded of facts) {
    const areas = areasOf(recorded)
    if (areas.includes(area) && !areas.includes(own ?? '')) hidden.push(recorded)
    else if ((areas.length === 0 || areas.includes(own ?? '')) && recorded.fact.type !== 'bankStatement.Received') open.push(recorded)
  }
  return wordsOf(hidden).difference(wordsOf(open))
}
const separators = /["\\,:/ ?&=\n{}()[\]]+/
/** Whole words are looked for, so that no part of another amount is taken for one; what has several words in it is looked for as it is. */
function holds(text: string, secrets: ReadonlySet<string>): string[] {
  const words = new Set(text.split(separators))
  return [...secrets].filter((secret) => words.has(secret) || (separators.test(secret) && text.includes(secret)))
}

const idsOf = (kind: string, area: string, most = 1): string[] => {
  const inside = facts.filter((recorded) => recorded.fact.subject.kind === kind && areasOf(recorded).includes(area))
  return [...new Set(inside.map(({ fact }) => fact.subject.id))].slice(0, most)
}
const kindOf = (path: string): string | undefined =>
  [...domain.slices.values()].find(({ plural }) => path.startsWith(`/v1/${plural}/`))?.kind

function idsInPath(path: string, area: string): string[] {
  const kind = kindOf(path)
  if (kind === 'edition') return ['KOTAKU-2018']
  return kind === 'bankStatement' ? [across.statement.id] : idsOf(kind ?? 'cycle', area)
}

/** Values of the parameters that a route wants, in the words of a place. */
function valuesFor(name: string, path: string, { region, area }: (typeof places)[keyof typeof places]): string[] {
  const [allocation = ''] = idsOf('allocation', area)
  const proof = facts.find((recorded) => areasOf(recorded).includes(area) && recorded.fact.evidence[0]?.sha256 !== undefined)
  const known: Readonly<Record<string, readonly string[]>> = {
    id: idsInPath(path, area),
    kind: path.includes('{kind}') ? ['tranche', 'partnership'] : [],
    revision: path.includes('{revision}') ? ['1'] : [],
    sha256: [proof?.fact.evidence[0]?.sha256 ?? ''],
    fact: [String(proof?.position)],
    fund: [`allocation:${allocation}`, `partnership:${across.agreement.id}`, ...idsOf('loanPool', area).map((id) => `loanPool:${id}`)],
    format: ['hledger', 'beancount'],
    search: ['Pasar'],
    by: path.startsWith('/v1/ledger/balances') ? ['region,institution', 'account'] : ['region'],
    from: path.includes('/waits') ? ['tranche.Requested'] : ['2018-01-02'],
    to: path.includes('/waits') ? ['tranche.Credited'] : ['2018-12-31'],
    region: [region],
    area: [area],
    allocation: [allocation],
    institution: idsOf('institution', area),
    cycle: idsOf('cycle', area),
    tranche: idsOf('tranche', area),
    proposal: idsOf('proposal', area),
    entity: idsOf('proposal', area),
    role: path === '/v1/waiting' ? ['BKM'] : ['held'],
    plan: ['true'],
    days: ['0'],
  }
  return [...(known[name] ?? [])]
}
/** Addresses of a route: with what it wants, and with each further thing that it may be narrowed by. */
function addressesOf(path: string, place: (typeof places)[keyof typeof places]): string[] {
  const parameters = paths[path]?.get?.parameters ?? []
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const bases = inPath.reduce<string[]>(
    (made, { name }) =>
      made.flatMap((url) => valuesFor(name, path, place).map((value) => url.replace(`{${name}}`, encodeURIComponent(value)))),
    [path],
  )
  const asked = parameters.filter((parameter) => parameter.in === 'query')
  const isWanted = ({ name, required }: Parameter): boolean => required === true || name === 'fact'
  const wanted = asked.filter(isWanted)
  const full = wanted.reduce<string[][]>(
    (made, { name }) =>
      made.flatMap((pairs) => valuesFor(name, path, place).map((value) => [...pairs, `${name}=${encodeURIComponent(value)}`])),
    [[]],
  )
  const narrowed = asked
    .filter((parameter) => !isWanted(parameter))
    .flatMap(({ name }) => valuesFor(name, path, place).map((value) => `${name}=${encodeURIComponent(value)}`))
  return bases.flatMap((base) => full.flatMap((pairs) => ['', ...narrowed].map((one) => `${base}?${[...pairs, one].join('&')}`)))
}
const allPaths = (): string[] => Object.keys(paths).filter((path) => paths[path]?.get !== undefined)

/** What may be said of a request is not told by the answer: the address that was asked for. */
const withoutAddress = ({ text }: Answer, url: string): string => text.replaceAll(/"instance":"[^"]*"/g, '').replaceAll(url, '')

const nobody = '00000000-0000-7000-8000-000000000000'
/** The same address with what nobody has told in the place of the last value. */
const madeUp = (url: string): string => url.replace(/=[0-9]{2}(\.[0-9.]+)?$/, '=99').replace(/[0-9a-f]{8}-[0-9a-f-]{27}$/, nobody)
/** Everything of a refusal but which request it is of. */
const refusal = ({ body }: Answer): object => ({ ...body, requestId: undefined, instance: undefined })

/** Whether a name is refused as one that nobody has told: word for word, so that a refusal tells nothing. */
async function isAsUnknown(url: string, answer: Answer, token: string): Promise<boolean> {
  const other = madeUp(url)
  const unknown = await ask(service, { url: other, token, headers: { 'accept-language': 'en' } })
  return other !== url && JSON.stringify(refusal(answer)) === JSON.stringify(refusal(unknown))
}

/** What is told of secrets, and what is refused that exists; from outside that is refused which nobody has told. */
async function leaks(token: string, place: (typeof places)[keyof typeof places], secrets: ReadonlySet<string>, isOutside = true) {
  const found: string[] = []
  for (const path of allPaths())
    for (const url of addressesOf(path, place)) {
      const answer = await ask(service, { url, token, headers: { 'accept-language': 'en' } })
      const isRefused = answer.status === 400 && !(isOutside && (await isAsUnknown(url, answer, token)))
      if (answer.status >= 500 || isRefused) found.push(`${url}: ${answer.status}`)
      const told = holds(withoutAddress(answer, url), secrets).filter((secret) => !decodeURIComponent(url).includes(secret))
      if (told.length > 0) found.push(`${url}: ${told.slice(0, 5).join(', ')}`)
    }
  return found
}

describe('every route that reads, asked about one region from another', () => {
  it.each([
    ['prabumulih', '33.11', places.purbayan.area],
    ['purbayan', '16.74.05.1002', places.prabumulih.area],
  ] as const)('tells nothing of %s in %s', async (name, region, own) => {
    const place = places[name]
    const secrets = secretsOf(place.area, own)
    expect(secrets.size).toBeGreaterThan(100)
    const found = await leaks(await callerIn(region), place, secrets)
    expect(found).toEqual([])
  })

  it('and from inside it does tell: the walk asks for what is there', async () => {
    const place = places.prabumulih
    const found = await leaks(await callerIn('16.74'), place, secretsOf(place.area, undefined), false)
    expect(found.filter((line) => line.endsWith(': 400'))).toEqual([])
    const told = new Set(found.map((line) => line.slice(0, line.indexOf('?')).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}')))
    for (const part of ['balances', 'statement', 'flow', 'idle', 'plan', 'journal', 'trial-balance'])
      expect(told).toContain(`/v1/ledger/${part}`)
    expect(told.size).toBeGreaterThan(35)
  })
})

interface Side {
  readonly kind: string
  readonly institution: { readonly id: string } | null
}
interface Flow {
  readonly outside: boolean
  readonly usesCount: number
  readonly edges: readonly { readonly from: Side | null; readonly to: Side | null; readonly amount: { readonly amount: string } }[]
}
const flowOf = async (agreement: { readonly id: string }, token: string): Promise<readonly unknown[]> => {
  const { status, body } = await ask(service, { url: `/v1/ledger/flow?fund=partnership:${agreement.id}`, token })
  const { outside, edges } = body as unknown as Flow
  return [status, outside, ...(edges ?? []).map(({ from, to, amount }) => [from?.kind ?? null, to?.kind ?? null, amount.amount])]
}

describe('money of an agreement that spans regions', () => {
  it('is told as far as it touches an account of the region, and that there is more', async () => {
    expect(await flowOf(across.agreement, await callerIn('16.74'))).toEqual([200, true, ['agreement-bank', 'group-bank', '17654321']])
    expect(await flowOf(across.agreement, await callerIn('33.11'))).toEqual([200, true, ['agreement-bank', 'group-bank', '8765432']])
    expect(await flowOf(across.agreement, await callerIn('16.74.05.1001'))).toEqual([404, undefined])
    expect(await flowOf(across.agreement, await callerIn(''))).toEqual([
      200,
      false,
      ['funder', 'agreement-bank', '61000000'],
      ['agreement-bank', 'group-bank', '17654321'],
      ['agreement-bank', 'group-bank', '8765432'],
    ])
  })

  it('from an account of another region it comes from outside, in flows, statements and journals', async () => {
    const token = await callerIn('16.74')
    expect(await flowOf(across.purbayan, token)).toEqual([200, true, [null, 'group-bank', '2345678']])
    const flow = await ask(service, { url: `/v1/ledger/flow?fund=partnership:${across.purbayan.id}`, token })
    expect(flow.body['edges']).toMatchObject([{ statement: null }])
    const { body } = await ask(service, { url: `/v1/ledger/statement?fund=partnership:${across.purbayan.id}`, token })
    expect(body['rows']).toMatchObject([{ counter: null, moved: { amount: '2345678' }, account: { kind: 'group-bank' } }])
    const url = `/v1/ledger/journal?format=hledger&fund=partnership:${across.purbayan.id}`
    const { text } = await ask(service, { url, token })
    expect(text).toContain('account Equity:Outside-region\n')
    expect(text).toContain('    Equity:Outside-region  -2345678.00 IDR\n')
    expect(text).not.toContain('Agreement-bank')
    expect((await ask(service, { url, token: await callerIn('') })).text).not.toContain('Outside-region')
  })
})

describe('a statement of a bank', () => {
  const reconciliation = `/v1/bank-statements/${across.statement.id}/reconciliation`
  it('is seen by the institution and by whom no movement of its account is hidden from', async () => {
    const seen = async (token: string) => (await ask(service, { url: reconciliation, token })).status
    expect(await seen(await callerIn(''))).toBe(200)
    expect(await seen(await callerIn('16.74', { institution: across.ngo.id }))).toBe(200)
    expect(await seen(await callerIn('16.74'))).toBe(404)
    expect(await seen(await callerIn('33.11', { institution: labelId('BKM-SEINGGOK') }))).toBe(404)
  })
})
