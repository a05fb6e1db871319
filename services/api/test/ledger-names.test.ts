import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { tokenFor } from '../../../test/scenario/http.ts'
import { ppk } from '../../../test/scenario/play.ts'
import { ask } from './ask.ts'
import { errorsOf, refused, type Wrong } from './refused.ts'
import type { TestService } from './service.ts'

/** A slip is not read as no money: names that nothing tells of are refused, and what is known without money answers with nothing. */
let service: TestService
let nation: string
let here: string
let elsewhere: string
beforeAll(async () => {
  // The allocation is decreed and its tranches are planned; no rupiah is held.
  service = await scenarioAt(64)
  nation = await tokenFor(service, ppk)
  here = await tokenFor(service, ppk, '16.74')
  elsewhere = await tokenFor(service, ppk, '35.73')
  const { position } = await service.context.log.head()
  expect(await service.context.views.reached('ledger', position)).toBe(true)
})
afterAll(() => service.close())

const nobody = '00000000-0000-7000-8000-000000000000'
const allocation = `allocation:${labelId('ALK-2018')}`
const errors = async (url: string, token = nation): Promise<Wrong[]> =>
  errorsOf(await refused(service, { url: `/v1/ledger/${url}`, token }, 400, 'invalid-request'))
const outside = 'tidak dikenal, atau di luar wilayah Anda'

describe('a name that nothing tells of', () => {
  it.each([
    ['source=XYZ', 'APBN'],
    ['source=apbn', 'APBN'],
    ['source=', 'swadaya'],
    ['programme=XYZ', 'KOTAKU'],
    ['edition=', 'KOTAKU-2018'],
    ['component=', 'INFRA_NEIGHBOURHOOD'],
    ['fiscalYear=18', '2018'],
    ['field=Lingkungan', 'lingkungan'],
  ])('%s is refused with the names that are known', async (query, known) => {
    const parameter = query.slice(0, query.indexOf('='))
    const parts = parameter === 'field' ? ['balances', 'plan'] : ['balances', 'statement', 'plan', 'year-end', 'journal?format=ledger']
    for (const part of parts) {
      const found = await errors(`${part}${part.includes('?') ? '&' : '?'}${query}`)
      expect(found).toMatchObject([{ parameter, detail: expect.stringMatching(/^harus salah satu dari /) }])
      expect(found[0]?.detail.slice('harus salah satu dari '.length).split(', ')).toContain(known)
    }
  })

  it.each([
    ['region=99'],
    [`area=${nobody}`],
    [`fund=allocation:${nobody}`],
    [`fund=tranche:${labelId('ALK-2018-T1')}`],
    [`tranche=${nobody}`],
    [`tranche=${labelId('PRO-A')}`],
    [`proposal=${nobody}`],
    [`institution=${nobody}`],
    [`account=board-bank/allocation:${nobody}`],
  ])('%s is refused', async (query) => {
    expect(await errors(`balances?${query}`)).toEqual([{ parameter: query.slice(0, query.indexOf('=')), detail: outside }])
  })

  it('all of them at once, also the account that money came from', async () => {
    const found = await errors(`statement?source=XYZ&tranche=${nobody}&region=99&cameFrom=treasury/allocation:${nobody}`)
    expect(new Set(found.map(({ parameter }) => parameter))).toEqual(new Set(['cameFrom', 'region', 'source', 'tranche']))
  })
})

describe('what is known', () => {
  it.each([
    'source=APBN',
    'source=ZAKAT',
    'source=swadaya',
    'source=unknown',
    'programme=P2KP',
    'edition=KOTAKU-2018',
    'component=INFRA_NEIGHBOURHOOD',
    'component=unknown',
    'fiscalYear=2018',
    'field=ekonomi',
    'region=35.73',
    `fund=${allocation}`,
    `tranche=${labelId('ALK-2018-T2')}`,
    `proposal=unknown`,
    `institution=${labelId('BKM-SEINGGOK')}`,
    // Known today, though not at the moment asked for.
    `fund=${allocation}&asOf=1`,
  ])('%s has no money yet', async (query) => {
    for (const part of ['balances', 'trial-balance', 'idle']) {
      const { status, body } = await ask(service, { url: `/v1/ledger/${part}?role=held&${query}`, token: nation })
      expect([query, status, body['rows']]).toEqual([query, 200, []])
    }
  })

  it('is known to whose region it is of; to others it is as if it were not', async () => {
    for (const query of [
      `fund=${allocation}`,
      `tranche=${labelId('ALK-2018-T2')}`,
      'component=INFRA_NEIGHBOURHOOD',
      'fiscalYear=2018',
      'region=16.74',
    ])
      expect([query, (await ask(service, { url: `/v1/ledger/balances?${query}`, token: here })).status]).toEqual([query, 200])
    expect(await errors(`balances?fund=${allocation}`, elsewhere)).toEqual(await errors(`balances?fund=allocation:${nobody}`, elsewhere))
    expect(await errors('balances?region=16.74', elsewhere)).toEqual(await errors('balances?region=99', elsewhere))
    // Not even the names of years and components that only others have.
    for (const query of ['component=INFRA_NEIGHBOURHOOD', 'fiscalYear=2018'])
      expect(await errors(`balances?${query}`, elsewhere)).toEqual([{ parameter: query.split('=')[0], detail: outside }])
    expect((await ask(service, { url: '/v1/ledger/balances?edition=KOTAKU-2018', token: elsewhere })).status).toBe(200)
  })
})
