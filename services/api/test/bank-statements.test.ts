import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { areaId } from '@jejak/reference'
import type { Fact, Recorded } from '@jejak/domain'
import type { ReconciliationAnswer } from '@jejak/views'
import { bank } from '../../../packages/domain/test/support/bank.ts'
import { given } from '../../../packages/domain/test/support/given.ts'
import { until } from '../../../packages/domain/test/support/places.ts'
import { entity, who } from '../../../packages/domain/test/support/prabumulih.ts'
import { load } from '../../../packages/views/test/support/scenario.ts'
import { ask, type Answer } from './ask.ts'
import { errorsOf } from './refused.ts'
import { freshService, type TestService } from './service.ts'

const pasar = areaId('16.74.05.1002')
/** The same facts in an area that the reference data know. */
const placed = ({ fact, ...recorded }: Recorded): Recorded => ({
  ...recorded,
  fact: JSON.parse(JSON.stringify(fact).replaceAll(entity.area.id, pasar)) as Fact,
})

let service: TestService
let auditor: string
let board: string
let first: number
const deducted = bank.with({ 2: { amount: '349000000' } }, { row: 8, on: '2018-07-30', way: 'in', amount: '12345.67' })

beforeAll(async () => {
  const { facts } = await given(until(88), bank.received(deducted)).state()
  service = await freshService()
  await load(service.context.log, facts.filter(({ fact }) => fact.type !== 'edition.Published').map(placed))
  first = (await service.context.log.head()).position
  auditor = await service.token({ person: '0190a5f0-0000-7000-8000-0000000000aa', roles: ['AUDITOR'], region: '' })
  const { person, institution = '' } = who.bkm
  board = await service.token({ person, roles: ['BKM', 'simulator'], region: '16.74', institution })
})
afterAll(() => service.close())

const route = `/v1/bank-statements/${bank.statement.id}`
const shown = (query = '', token = auditor): Promise<Answer> => ask(service, { url: `${route}/reconciliation${query}`, token })
const answerOf = ({ body }: Answer) => body as unknown as ReconciliationAnswer & { asOf: { position: number } }
const reconcile = (data: object): Promise<Answer> =>
  ask(service, {
    url: `${route}/reconcile`,
    token: board,
    body: {
      effectiveOn: '2018-08-01',
      actor: who.bkm,
      evidence: [{ docType: 'ba-rekonsiliasi', number: 'BA-1', sha256: 'ab'.repeat(32) }],
      data: { number: 'BA-1', windowDays: 3, ...data },
    },
    headers: { 'jejak-recorded-at': '2018-08-06T12:00:00+07:00' },
  })

describe('a bank statement beside the facts', () => {
  it('tells what stands for what, and why the balances differ, to the sen', async () => {
    const answer = answerOf(await shown())
    expect(answer.lines.map(({ row, match }) => [row, match?.how ?? null, match?.facts[0]?.type ?? null])).toEqual([
      [2, 'reference', 'tranche.Credited'],
      [3, 'amount-and-date', 'tranche.BopSpent'],
      [4, 'reference', 'tranche.InstalmentPaid'],
      [5, 'reference', 'tranche.InstalmentPaid'],
      [6, 'reference', 'tranche.InstalmentPaid'],
      [7, 'amount-and-date', 'tranche.BopSpent'],
      [8, null, null],
    ])
    expect(answer.bank).toEqual({ opening: '0', closing: '150012345.67' })
    const behind = answer.lines.flatMap(({ match }) => match?.facts.map(({ position }) => position) ?? [])
    expect(answer.positions).toEqual([first])
    expect(answer.books).toEqual({
      opening: '0',
      closing: '151000000',
      positions: { opening: [], closing: behind.toSorted((a, b) => a - b) },
    })
    expect(answer.bridge).toEqual([
      { what: 'line-without-fact', amount: '12345.67', way: 'in', rows: [8], positions: [first] },
      { what: 'amount-differs', amount: '1000000', way: 'out', rows: [2], positions: [behind[0], first] },
    ])
    expect([answer.windowDays, answer.recorded]).toEqual([3, null])
  })

  it('records what is found: flags are listed with the facts behind them', async () => {
    const recorded = await reconcile({})
    expect([recorded.status, recorded.body['stages'] ?? recorded.body]).toEqual([201, { '': 'Open' }])
    const [fact] = recorded.body['facts'] as Fact[]
    expect((fact?.deviations ?? []).map(({ rule }) => rule)).toEqual(['bank-amount-differs', 'money-without-agreement'])
    const { position } = await service.context.log.head()
    const listed = await ask(service, { url: `/v1/deviations?kind=rule&minPosition=${position}`, token: auditor })
    expect(JSON.stringify(listed.body)).toContain('bank-amount-differs')
    expect(answerOf(await shown()).recorded).toEqual({ position, number: 'BA-1' })
  })

  it('is asked as of any moment, and only within the caller’s region', async () => {
    expect(answerOf(await shown(`?asOf=${first}`)).recorded).toBeNull()
    expect((await shown(`?asOf=${first - 1}`)).code).toBe('not-yet-known')
    const stranger = await service.token({ person: '0190a5f0-0000-7000-8000-0000000000ab', roles: ['KORKOT'], region: '35.73' })
    expect((await shown('', stranger)).status).toBe(404)
    expect((await shown('?windowDays=32')).status).toBe(400)
  })

  it('shows what another window would find', async () => {
    const answer = answerOf(await shown('?windowDays=0'))
    expect(answer.lines.filter(({ match }) => match === null).map(({ row }) => row)).toEqual([3, 7, 8])
    expect(answer.factsAlone.map(({ type, overdue }) => [type, overdue])).toEqual([
      ['tranche.BopSpent', true],
      ['tranche.BopSpent', true],
    ])
  })
})

describe('/v1/bank-statements/lines', () => {
  const mapping = { date: 'Tanggal', dateFormat: 'dd/MM/yyyy', numbers: 'indonesian', delimiter: ';', amounts: { in: 'K', out: 'D' } }
  const read = (body: object): Promise<Answer> =>
    ask(service, { url: '/v1/bank-statements/lines', token: auditor, body, headers: { 'accept-language': 'en' } })

  it('reads a file and stores nothing', async () => {
    const before = await service.context.log.head()
    const answer = await read({ csv: 'Tanggal;K;D\n05/06/2018;1.000,50;\n', mapping })
    expect(answer.body['lines']).toEqual([{ row: 2, on: '2018-06-05', way: 'in', amount: '1000.50' }])
    expect((await service.context.log.head()).position).toBe(before.position)
  })
  it('names every cell that it cannot read', async () => {
    const answer = await read({ csv: 'Tanggal;K;D\n05/13/2018;1;\n06/06/2018;1;1\n', mapping })
    expect([answer.status, answer.code]).toEqual([400, 'invalid-request'])
    expect(errorsOf(answer).map(({ detail }) => detail)).toEqual([
      'row 2, column Tanggal: 05/13/2018 is no date of the calendar of the form dd/MM/yyyy',
      'row 3, column K / D: money came in and went out in one line',
    ])
    const indonesian = await ask(service, {
      url: '/v1/bank-statements/lines',
      token: auditor,
      body: { csv: 'Tanggal;K;D\n05/13/2018;1;\n06/06/2018;;\n', mapping },
      headers: { 'accept-language': 'id' },
    })
    expect(errorsOf(indonesian).map(({ detail }) => detail)).toEqual([
      'baris 2, kolom Tanggal: 05/13/2018 bukan tanggal kalender berbentuk dd/MM/yyyy',
      'baris 3, kolom K / D: tidak ada uang yang berpindah',
    ])
    expect((await read({ csv: 'x', mapping: { date: 'Tanggal' } })).status).toBe(400)
  })
})
