import { afterAll, beforeAll, expect, it } from 'vitest'
import { labelId } from '@jejak/demo'
import { dateIn } from '@jejak/domain'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { tokenFor } from '../../../test/scenario/http.ts'
import { ppk } from '../../../test/scenario/play.ts'
import { ask } from './ask.ts'
import type { TestService } from './service.ts'

/** One rule for every question that counts to a day: `at`, else the day of the moment looked from, else today. */
let service: TestService
let token: string
beforeAll(async () => {
  service = await scenarioAt(285)
  token = await tokenFor(service, ppk)
  const { position } = await service.context.log.head()
  for (const view of ['entity-list', 'ledger']) expect(await service.context.views.reached(view, position)).toBe(true)
})
afterAll(() => service.close())

const questions = [
  '/v1/ledger/idle',
  '/v1/ledger/cash',
  '/v1/ledger/overdrawn',
  '/v1/ledger/year-end',
  `/v1/allocations/${labelId('ALK-2018')}/taxes`,
  `/v1/allocations/${labelId('ALK-2018')}/clock`,
]
const dayOf = (micros: bigint): string => dateIn('Asia/Jakarta', Number(micros / 1000n))
const told = async (url: string): Promise<unknown> => {
  const { status, body } = await ask(service, { url, token })
  return [url, status, body['at']]
}

it.each(questions)('%s', async (question) => {
  const [fact] = await service.context.log.at([222])
  const recorded = dayOf(fact?.recordedAt ?? 0n)
  const days = [
    ['at=2018-09-01', '2018-09-01'],
    ['at=2018-09-01&asOf=222', '2018-09-01'],
    ['asOf=222', recorded],
    ['asOf=2018-10-31', '2018-10-31'],
    // Still the day before in Jakarta.
    ['asOf=2018-11-01T00:30:00%2B09:00', '2018-10-31'],
    ['asOf=2999-12-31', dayOf(service.context.now())],
    ['', dayOf(service.context.now())],
  ] as const
  for (const [query, day] of days) expect(await told(`${question}?${query}`)).toEqual([`${question}?${query}`, 200, day])
})
