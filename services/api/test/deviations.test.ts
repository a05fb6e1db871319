import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { areaId } from '@jejak/reference'
import type { Fact, Recorded } from '@jejak/domain'
import { given } from '../../../packages/domain/test/support/given.ts'
import { housed, olds } from '../../../packages/domain/test/support/p2kp.ts'
import { forced, withoutLurah } from '../../../packages/views/test/support/community.ts'
import { load } from '../../../packages/views/test/support/scenario.ts'
import { ask, type Answer } from './ask.ts'
import { errorsOf, refused } from './refused.ts'
import { freshService, type TestService } from './service.ts'

const kedungkandang = areaId('35.73.03.1006')
const cycle = olds.cycle.id
/** The same facts in an area that the reference data know. */
const placed = ({ fact, ...recorded }: Recorded): Recorded => ({
  ...recorded,
  fact: JSON.parse(JSON.stringify(fact).replaceAll(olds.area.id, kedungkandang)) as Fact,
})

let service: TestService
const tokens: Record<string, string> = {}
const token = async (region: string): Promise<string> =>
  (tokens[region] ??= await service.token({ person: '0190a5f0-0000-7000-8000-0000000000aa', roles: ['PMU'], region }))
beforeAll(async () => {
  const { facts } = await given(housed, withoutLurah, forced('9')).state()
  service = await freshService()
  // The shipped editions are in the log of every service.
  await load(service.context.log, facts.filter(({ fact }) => fact.type !== 'edition.Published').map(placed))
  const { position } = await service.context.log.head()
  expect((await get(`/v1/deviations?limit=1&minPosition=${position}`)).status).toBe(200)
})
afterAll(() => service.close())

interface Row {
  readonly kind: string
  readonly stage: string | null
  readonly sentence: string
  readonly position: number
  readonly facts: readonly number[]
}
const get = async (url: string, region = '', language = 'en'): Promise<Answer> =>
  ask(service, { url, token: await token(region), headers: { 'accept-language': language } })
const rowsOf = ({ body }: Answer): Row[] => body['rows'] as Row[]
const named = (answer: Answer): string[] => rowsOf(answer).map(({ kind, stage }) => `${kind} ${stage}`)
const all = '/v1/deviations?kind=forced,skipped,open-criterion,absent-actor'

describe('/v1/deviations', () => {
  it('lists what deviates in log order, each with its sentence and the facts behind it', async () => {
    const answer = await get(all)
    expect([answer.status, answer.headers['jejak-position']]).toEqual([200, String(answer.body['position'])])
    expect(named(answer)).toEqual([
      'absent-actor 1',
      'absent-actor 2',
      'open-criterion 3',
      'open-criterion 4',
      'absent-actor 5',
      'absent-actor 6',
      'forced readiness.pendayaan',
      'forced 9',
      'skipped 8',
    ])
    const [first] = rowsOf(answer)
    expect(first).toMatchObject({
      sentence: 'LURAH is expected in stage 1, but neither signed nor attended.',
      role: 'LURAH',
      entity: { kind: 'cycle', id: cycle },
      area: { id: kedungkandang, code: '35.73.03.1006', name: 'Kedungkandang' },
      cycle,
      programme: 'P2KP',
      edition: { id: 'P2KP3-2006', revision: 1 },
      factType: 'cycle.StepRecorded',
      actor: { role: 'FASKEL' },
      recordedAt: expect.stringMatching(/^2006-.*Z$/),
    })
    expect(first?.facts).toEqual([(first?.position ?? 0) - 1, first?.position])
    expect(rowsOf(await get(all, '', 'id'))[2]?.sentence).toBe(
      'Kriteria keluar tahap 3 belum terpenuhi: Refleksi menjangkau sedikitnya separuh RW.',
    )
    // The rows of Kedungkandang that DOMAIN 12.2 lists: RK, PS and forced readiness.
    expect(named(await get(`/v1/deviations?cycle=${cycle}&kind=open-criterion,forced&stage=readiness`))).toEqual([
      'forced readiness.pendayaan',
    ])
  })

  it('tells late steps of a day, and gives pages that fit together', async () => {
    const late = await get('/v1/deviations?kind=late-step&effectiveUntil=2008-12-31')
    expect(rowsOf(late).length).toBeGreaterThan(0)
    const sentences = rowsOf(late).map(({ sentence }) => sentence)
    expect(sentences[0]).toMatch(/^The limit of .* calendar days\) ran out on /)
    for (const sentence of sentences) expect(sentence).toMatch(/; it began on [\d-]{10} and (ended on [\d-]{10}|is still open)\.$/)
    const open = await get('/v1/deviations?kind=late-step')
    expect(rowsOf(open).some(({ sentence }) => sentence.endsWith(' and is still open.'))).toBe(true)
    const whole = named(await get('/v1/deviations?effectiveUntil=2008-12-31'))
    const pages: string[] = []
    let url: string | undefined = '/v1/deviations?effectiveUntil=2008-12-31&limit=4'
    while (url !== undefined) {
      const page: Answer = await get(url)
      pages.push(...named(page))
      url = /<([^>]+)>; rel="next"/.exec(page.headers['link'] ?? '')?.[1]
    }
    expect(pages).toEqual(whole)
    expect(named(await get('/v1/deviations?effectiveUntil=2005-12-31'))).toEqual([])
  })

  it('shows a caller his own region, and narrows within it', async () => {
    const count = rowsOf(await get(all)).length
    for (const [region, query, rows] of [
      ['35.73', '', count],
      ['35.73.03.1006', '', count],
      ['16', '', 0],
      ['', '&region=35.73', count],
      ['', '&region=16', 0],
      ['', `&area=${kedungkandang}`, count],
      ['16', `&area=${kedungkandang}`, 0],
      ['', '&programme=KOTAKU', 0],
      ['', '&edition=P2KP3-2006', count],
    ] as const)
      expect([region, query, rowsOf(await get(`${all}${query}`, region)).length]).toEqual([region, query, rows])
  })

  it('refuses what it does not offer or does not know', async () => {
    const asked = async (url: string) => ({ url, token: await token('') })
    const { list, key } = JSON.parse(Buffer.from(String((await get('/v1/deviations?limit=1')).body['next']), 'base64url').toString()) as {
      list: string
      key: object
    }
    const cursorWith = (part: object): string => Buffer.from(JSON.stringify({ list, key: { ...key, ...part } })).toString('base64url')
    await refused(service, await asked('/v1/deviations?asOf=3'), 400, 'as-of-not-offered')
    const future = await refused(service, await asked('/v1/deviations?effectiveUntil=2999-01-01'), 422, 'future-date')
    expect(errorsOf(future)).toMatchObject([{ parameter: 'effectiveUntil' }])
    for (const [query, parameter] of [
      ['kind=forced,nonsense', 'kind'],
      ['from=yesterday', 'from'],
      ['cursor=x', 'cursor'],
      [`cursor=${cursorWith({ entity: '\0' })}`, 'cursor'],
      [`cursor=${cursorWith({ region: '\0' })}`, 'cursor'],
      [`cursor=${cursorWith({ nth: 2 ** 31 })}`, 'cursor'],
      ['cycle=1', 'cycle'],
    ] as const) {
      const answer = await refused(service, await asked(`/v1/deviations?${query}`), 400, 'invalid-request')
      expect([query, errorsOf(answer).map((error) => error.parameter)]).toEqual([query, [parameter]])
    }
  })
})

describe('compliance', () => {
  it('of a run: stages in order, what makes them so, the score, and who was expected', async () => {
    const { status, body } = await get(`/v1/cycles/${cycle}/compliance`)
    expect(status).toBe(200)
    const stages = body['stages'] as { stage: string; state: string; because: { kind: string; sentence: string }[] }[]
    expect(stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
      '1 done',
      '2 done',
      '3 done-with-missing-evidence',
      '4 done-with-missing-evidence',
      '5 done',
      '6 done',
      '7 forced',
      '8 skipped',
      '9 forced',
      'Reviewed not-reached',
      'readiness.penyadaran done',
      'readiness.pengkapasitasan forced',
      'readiness.pendayaan forced',
    ])
    // (4 x 1 + 2 x 0.5 + 2 x 0.25 + 0 + 1 + 2 x 0.25) / 12
    expect(body['score']).toBe(0.5833)
    expect(body['weights']).toEqual({ done: 1, 'done-late': 0.75, 'done-with-missing-evidence': 0.5, forced: 0.25, skipped: 0 })
    expect(body['deviations']).toMatchObject({ forced: 2, skipped: 1, 'open-criterion': 2, 'absent-actor': 4 })
    expect(body['expectedActors']).toMatchObject([{ role: 'LURAH', expectedStages: 5, reachedStages: 4, presentStages: 0, events: 0 }])
    expect(stages[2]?.because).toMatchObject([{ kind: 'open-criterion', sentence: expect.stringContaining('at least half') }])
  })

  it('of an area, a programme or the nation as sums; of elsewhere nothing', async () => {
    const { body } = await get(`/v1/compliance?region=35.73&programme=P2KP`)
    expect(body).toMatchObject({ runs: 1, score: 0.5833, expectedActors: [{ role: 'LURAH', events: 0 }] })
    expect((body['stages'] as unknown[])[2]).toEqual({
      edition: 'P2KP3-2006',
      stage: '3',
      region: '',
      states: { 'done-with-missing-evidence': 1 },
      score: 0.5,
    })
    expect((await get('/v1/compliance', '16')).body).toMatchObject({ runs: 0, score: null })
    await refused(service, { url: `/v1/cycles/${cycle}/compliance`, token: await token('16') }, 404, 'not-found')
    await refused(service, { url: `/v1/cycles/${kedungkandang}/compliance`, token: await token('') }, 404, 'not-found')
    await refused(service, { url: `/v1/cycles/${cycle}/compliance?asOf=5`, token: await token('') }, 400, 'as-of-not-offered')
  })

  it('the list of cycles shows where readiness stands', async () => {
    const [run] = (await get('/v1/cycles')).body['entities'] as { stages: unknown }[]
    expect(run?.stages).toEqual({ '': '9', readiness: 'readiness.pendayaan' })
  })
})
