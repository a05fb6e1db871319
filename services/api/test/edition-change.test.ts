import { afterAll, beforeAll, expect, it } from 'vitest'
import { labelId, prabumulih } from '@jejak/demo'
import { later } from '../../../packages/domain/test/support/later.ts'
import { pmu } from '../../../test/scenario/play.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { send } from '../../../test/scenario/http.ts'
import { ask, tokenOf, type Answer } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let token: string
beforeAll(async () => {
  // The file of tranche 2 is handed in again, and lies with the city coordinator.
  service = await scenarioAt(188)
  const again = prabumulih().find(({ seq }) => seq === 188)
  if (again) await send(service, again)
  token = await tokenOf(service, { ...pmu, roles: ['PMU', 'simulator'] })
})
afterAll(() => service.close())

const headers = { 'accept-language': 'en', 'jejak-recorded-at': '2018-10-08T12:00:00+07:00' }
const on = '2018-10-08'
const change = (data: object, dryRun = false): Promise<Answer> =>
  ask(service, {
    url: `/v1/allocations/${labelId('ALK-2018')}/change-edition${dryRun ? '?dryRun=true' : ''}`,
    token,
    headers,
    body: {
      effectiveOn: on,
      evidence: [{ docType: 'surat-edaran', number: 'SE-2019', sha256: 'b'.repeat(64) }],
      data: { edition: { id: 'KOTAKU-2019', revision: 1 }, ...data },
    },
  })
const mapped = { stages: { tranche: { 'UnderVerification.KORKOT': 'UnderVerification.CITY' } } }

it('a running allocation is moved to another edition, after a look at what would change', async () => {
  const published = await ask(service, {
    url: '/v1/editions',
    token,
    headers,
    body: {
      id: 'KOTAKU-2019',
      effectiveOn: on,
      evidence: [{ docType: 'naskah-edisi', sha256: 'a'.repeat(64) }],
      data: { revision: 1, content: later },
    },
  })
  expect([published.status, published.code]).toEqual([201, ''])

  const unnamed = await change({}, true)
  expect([unnamed.status, unnamed.code, unnamed.body['errors']]).toEqual([
    422,
    'stage-lost-by-edition',
    [{ pointer: '/data/stages', detail: 'no such stage: tranche UnderVerification.KORKOT' }],
  ])

  const { status, body } = await change(mapped, true)
  expect([status, body['dryRun'], (body['facts'] as unknown[]).length]).toEqual([200, true, 6])
  const previews = body['preview'] as { kind: string; id: string; stages: unknown[]; facts: object[]; values: object[] }[]
  expect(previews.map(({ kind }) => kind)).toEqual(['allocation', 'tranche', 'tranche', 'proposal', 'proposal', 'proposal'])
  const second = previews.find(({ id }) => id === labelId('ALK-2018-T2'))
  expect(second).toMatchObject({
    stages: [{ name: '', from: 'UnderVerification.KORKOT', to: 'UnderVerification.CITY' }],
    holders: [],
    facts: [],
    exits: [],
    limits: [],
    values: [{ name: '/tranches/next/minProgressPercent', from: 50, to: 60 }],
  })
  const before = await ask(service, { url: `/v1/tranches/${labelId('ALK-2018-T2')}`, token })
  expect(before.body).toMatchObject({ stages: { '': 'UnderVerification.KORKOT' }, edition: { id: 'KOTAKU-2018' } })

  const done = await change(mapped)
  expect([done.status, (done.body['facts'] as unknown[]).length]).toEqual([201, 6])
  const after = await ask(service, { url: `/v1/tranches/${labelId('ALK-2018-T2')}`, token })
  expect(after.body).toMatchObject({ stages: { '': 'UnderVerification.CITY' }, edition: { id: 'KOTAKU-2019' } })
  expect((await change(mapped)).status).toBe(200)
})
