import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Party } from '@jejak/demo'
import { entity, who } from '../../../packages/domain/test/support/prabumulih.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { lineOf } from '../../../test/scenario/play.ts'
import { send } from '../../../test/scenario/http.ts'
import { correcting, recordedBy, told, type Row, type Saying } from './correcting.ts'
import type { TestService } from './service.ts'

const { t1, a, b, c, allocation } = entity
let service: TestService
const on = '2018-07-25'
const { get, correct, state, rowsOf, lastOf } = correcting(() => service, on)
const pathOf = ({ id }: { id: string }): string => `/v1/proposals/${id}`
const about = ({ position, id }: Row, how: string) => ({ target: { position, id }, how })

/** Said by one and confirmed by another; gives the position of the confirmation. */
async function corrected(path: string, says: Party, confirms: Party, data: object, more: Saying = {}): Promise<number> {
  const { id } = recordedBy(await correct(path, 'propose', says, data, { reason: 'Salah catat', ...more }))
  const done = recordedBy(await correct(path, 'confirm', confirms, { proposed: id }, { reason: 'Sesuai kuitansi', ...more }))
  return done.position
}

describe('money, before and after a correction, on both clocks', () => {
  beforeAll(async () => {
    service = await scenarioAt(87)
  })
  afterAll(() => service.close())

  interface Balances {
    readonly rows: readonly { readonly group: { readonly kind: string }; readonly balance: { readonly amount: string } }[]
  }
  /** What a group has in the bank and what it has spent, in the books at a date as they were known at a position. */
  async function booked(proposal: { id: string }, at: string, asOf?: number): Promise<(string | undefined)[]> {
    const { position } = await service.context.log.head()
    const moment = asOf === undefined ? '' : `&asOf=${asOf}`
    const { body } = await get(`/v1/ledger/balances?by=kind&proposal=${proposal.id}&at=${at}${moment}&minPosition=${position}`)
    const { rows } = body as unknown as Balances
    return ['group-bank', 'suppliers'].map((kind) => rows.find(({ group }) => group.kind === kind)?.balance.amount)
  }
  interface Movement {
    readonly position: number
    readonly positions: readonly number[]
    readonly type: string
    readonly amount: string
    readonly effectiveOn: string
    readonly from: { readonly kind: string }
    readonly to: { readonly kind: string }
  }
  /** The same of the fund trail, and its movements. */
  async function trail(proposal: { id: string }, query = ''): Promise<{ sums: string[]; movements: readonly Movement[] }> {
    const { body } = await get(`/v1/allocations/${allocation.id}/fund-trail${query}`)
    const groups = body['proposals'] as readonly { proposal: string; held: string; spent: string }[]
    const own = groups.find((each) => each.proposal === proposal.id)
    return { sums: [own?.held ?? '', own?.spent ?? ''], movements: body['movements'] as readonly Movement[] }
  }
  /** Amounts of the expenses in the state of a proposal, by number. */
  async function expenses(proposal: { id: string }, query = ''): Promise<Record<string, string>> {
    const rows = (await state(pathOf(proposal), query))['expenses'] as readonly { number: string; amount: string }[]
    return Object.fromEntries(rows.map(({ number, amount }) => [number, amount]))
  }
  const shown = async (proposal: { id: string }, { id }: Row, query = ''): Promise<Row | undefined> =>
    (await rowsOf(pathOf(proposal), query)).find((row) => row.id === id)

  it('an annulled expense never was, on any date, since it is known', async () => {
    const wrong = await lastOf(pathOf(c), 'proposal.ExpenseRecorded', 'KW-006')
    const confirmed = await corrected(pathOf(c), who.ksmC, who.korkot, about(wrong, 'annul'))
    const before = confirmed - 1

    expect(await booked(c, '2018-07-18')).toEqual(['34000000', '6000000'])
    expect(await booked(c, '2018-07-19')).toEqual(['34000000', '6000000'])
    expect(await booked(c, on)).toEqual(['34000000', '6000000'])
    expect(await booked(c, '2018-07-18', before)).toEqual(['34000000', '6000000'])
    expect(await booked(c, '2018-07-19', before)).toEqual(['29000000', '11000000'])
    expect(await booked(c, on, before)).toEqual(['29000000', '11000000'])

    expect(await expenses(c)).toEqual({ 'KW-003': '6000000' })
    expect(await expenses(c, `?asOf=${before}`)).toEqual({ 'KW-003': '6000000', 'KW-006': '5000000' })
    expect(await expenses(c, '?effectiveUntil=2018-07-19')).toEqual({ 'KW-003': '6000000' })

    const now = await trail(c)
    expect([now.sums, now.movements.some(({ position }) => position === wrong.position)]).toEqual([['34000000', '6000000'], false])
    const then = await trail(c, `?asOf=${before}`)
    expect([then.sums, then.movements.some(({ position }) => position === wrong.position)]).toEqual([['29000000', '11000000'], true])

    expect(await shown(c, wrong)).toMatchObject({
      data: { amount: '5000000' },
      struck: [
        {
          how: 'annul',
          reason: 'Salah catat',
          proposed: { position: before, by: { person: who.ksmC.person, role: 'KSM' } },
          confirmed: { position: confirmed, by: { person: who.korkot.person, role: 'KORKOT' }, on, reason: 'Sesuai kuitansi' },
        },
      ],
    })
    expect(await shown(c, wrong, `?asOf=${before}`)).not.toHaveProperty('struck')
  })

  it('a replaced expense counts with its new amount at its old place', async () => {
    const wrong = await lastOf(pathOf(a), 'proposal.ExpenseRecorded', 'KW-004')
    const replacement = { ...wrong.data, amount: '10500000' }
    const confirmed = await corrected(pathOf(a), who.ksmA, who.korkot, { ...about(wrong, 'replace'), replacement })
    const before = confirmed - 1

    expect(await booked(a, '2018-07-18')).toEqual(['74000000', '14000000'])
    expect(await booked(a, '2018-07-19')).toEqual(['63500000', '24500000'])
    expect(await booked(a, on)).toEqual(['63500000', '24500000'])
    expect(await booked(a, '2018-07-18', before)).toEqual(['74000000', '14000000'])
    expect(await booked(a, '2018-07-19', before)).toEqual(['63000000', '25000000'])
    expect(await booked(a, on, before)).toEqual(['63000000', '25000000'])

    expect(await expenses(a)).toEqual({ 'KW-001': '14000000', 'KW-004': '10500000' })
    expect(await expenses(a, `?asOf=${before}`)).toEqual({ 'KW-001': '14000000', 'KW-004': '11000000' })
    expect(await expenses(a, '?effectiveUntil=2018-07-18')).toEqual({ 'KW-001': '14000000' })

    const moved = ({ movements }: { movements: readonly Movement[] }) => movements.find(({ position }) => position === wrong.position)
    const [now, then] = [await trail(a), await trail(a, `?asOf=${before}`)]
    expect([now.sums, then.sums]).toEqual([
      ['63500000', '24500000'],
      ['63000000', '25000000'],
    ])
    expect(moved(now)).toMatchObject({ amount: '10500000', effectiveOn: '2018-07-19', positions: [wrong.position, confirmed] })
    expect(moved(then)).toMatchObject({ amount: '11000000', effectiveOn: '2018-07-19', positions: [wrong.position] })

    expect(await shown(a, wrong)).toMatchObject({
      data: { amount: '11000000' },
      struck: [
        {
          how: 'replace',
          reason: 'Salah catat',
          replacement,
          proposed: { position: before, by: { person: who.ksmA.person } },
          confirmed: { position: confirmed, by: { person: who.korkot.person }, on, reason: 'Sesuai kuitansi' },
        },
      ],
    })
  })

  it('a reversed expense counts until the day its money came back', async () => {
    const wrong = await lastOf(pathOf(b), 'proposal.ExpenseRecorded', 'KW-002')
    const confirmed = await corrected(pathOf(b), who.ksmB, who.korkot, about(wrong, 'reverse'))
    const before = confirmed - 1

    expect(await booked(b, '2018-07-12')).toEqual(['58000000', '10000000'])
    expect(await booked(b, '2018-07-24')).toEqual(['49000000', '19000000'])
    expect(await booked(b, on)).toEqual(['59000000', '9000000'])
    expect(await booked(b, '2018-07-24', before)).toEqual(['49000000', '19000000'])
    expect(await booked(b, on, before)).toEqual(['49000000', '19000000'])

    expect(await expenses(b)).toEqual({ 'KW-005': '9000000' })
    expect(await expenses(b, '?effectiveUntil=2018-07-24')).toEqual({ 'KW-002': '10000000', 'KW-005': '9000000' })
    expect(await expenses(b, `?asOf=${before}`)).toEqual({ 'KW-002': '10000000', 'KW-005': '9000000' })

    const [now, dayBefore, then] = [await trail(b), await trail(b, '?effectiveUntil=2018-07-24'), await trail(b, `?asOf=${before}`)]
    expect([now.sums, dayBefore.sums, then.sums]).toEqual([
      ['59000000', '9000000'],
      ['49000000', '19000000'],
      ['49000000', '19000000'],
    ])
    expect(now.movements.find(({ position }) => position === wrong.position)).toMatchObject({ amount: '10000000' })
    expect(now.movements.find(({ position }) => position === confirmed)).toMatchObject({
      type: 'proposal.CorrectionConfirmed',
      effectiveOn: on,
      amount: '10000000',
      from: { kind: 'suppliers' },
      to: { kind: 'group-bank' },
    })
    expect(await shown(b, wrong)).toMatchObject({ struck: [{ how: 'reverse', confirmed: { position: confirmed, on } }] })

    interface Side {
      readonly amount: string
      readonly side: string
    }
    interface Use {
      readonly position: number
      readonly positions: readonly number[]
      readonly amount: Side
      readonly paidBy: readonly { readonly release: number; readonly amount: Side }[]
    }
    const { uses } = (await get(`/v1/ledger/flow?fund=allocation:${allocation.id}&limit=500`)).body as unknown as { uses: readonly Use[] }
    const [debit, credit] = ['debit', 'credit'].map((side) => ({ amount: '10000000', side }))
    expect(uses.filter(({ position }) => position === wrong.position)).toMatchObject([
      { positions: [wrong.position], amount: debit, paidBy: [{ amount: debit }] },
      { positions: [wrong.position, confirmed], amount: credit, paidBy: [{ amount: credit }] },
    ])
    const sumOf = (amounts: readonly Side[]): number =>
      amounts.reduce((sum, { amount, side }) => sum + (side === 'credit' ? -Number(amount) : Number(amount)), 0)
    // What a release paid is added up part by part; nothing was paid by another.
    expect(sumOf(uses.flatMap(({ paidBy }) => paidBy.map(({ amount }) => amount)))).toBe(sumOf(uses.map(({ amount }) => amount)))
    expect(new Set(uses.flatMap(({ paidBy }) => paidBy.map(({ release }) => release))).size).toBe(1)
  })

  it('a declined proposal changes nothing, is seen in the history with its reason, and may be made again', async () => {
    const right = await lastOf(pathOf(a), 'proposal.ExpenseRecorded', 'KW-001')
    const before = [await booked(a, on), await expenses(a), (await trail(a)).sums]
    const said = recordedBy(await correct(pathOf(a), 'propose', who.ksmA, about(right, 'annul'), { reason: 'Salah catat' }))
    const waiting = async (): Promise<unknown[]> =>
      ((await get(`${pathOf(a)}/actions`)).body['actions'] as { correction?: object }[]).flatMap(({ correction }) => correction ?? [])
    expect(await waiting()).toMatchObject([{ proposed: said.id }, { proposed: said.id }])
    const declined = recordedBy(await correct(pathOf(a), 'decline', who.korkot, { proposed: said.id }, { reason: 'Kuitansi benar' }))
    expect([await booked(a, on), await expenses(a), (await trail(a)).sums]).toEqual(before)
    expect(before).toEqual([['63500000', '24500000'], { 'KW-001': '14000000', 'KW-004': '10500000' }, ['63500000', '24500000']])
    expect(await shown(a, right)).not.toHaveProperty('struck')
    expect((await rowsOf(pathOf(a))).slice(-2)).toMatchObject([
      { id: said.id, type: 'proposal.CorrectionProposed', reason: 'Salah catat', actor: { person: who.ksmA.person } },
      {
        position: declined.position,
        type: 'proposal.CorrectionDeclined',
        reason: 'Kuitansi benar',
        actor: { person: who.korkot.person },
        data: { proposed: said.id },
      },
    ])
    expect(await waiting()).toEqual([])
    expect(told(await correct(pathOf(a), 'confirm', who.korkot, { proposed: said.id }))).toEqual([409, 'correction-not-open'])
    recordedBy(await correct(pathOf(a), 'propose', who.ksmA, about(right, 'annul'), { reason: 'Salah catat', on: '2018-07-26' }))
    expect(await waiting()).toHaveLength(2)
  })
})

describe('a stage, where the fact is annulled that led to it', () => {
  beforeAll(async () => {
    service = await scenarioAt(64)
  })
  afterAll(() => service.close())

  const path = `/v1/tranches/${t1.id}`
  const day = '2018-06-04'
  interface Waiting {
    readonly stage: string
    readonly entered: string
    readonly holders: readonly string[]
    readonly clock: { readonly name: string; readonly began: string; readonly days: number; readonly byHolder: Record<string, number> }
    readonly waitsFor: readonly { readonly command: string; readonly roles: readonly string[] }[]
  }
  /** The clock of the request on a later day, at whose desk the tranche is, and what comes first of what it waits for. */
  async function stands(): Promise<object> {
    const { position } = await service.context.log.head()
    const rows = (await get(`/v1/stuck?at=2018-07-30&kind=tranche&minPosition=${position}`)).body['rows'] as readonly Waiting[]
    const row = rows.find(({ clock }) => clock.name === 'requested > credited')
    if (row === undefined) throw new Error('not stuck')
    const { stage, entered, holders, waitsFor } = row
    const { began, days, byHolder } = row.clock
    return { stage, entered, holders, began, days, byHolder, next: waitsFor[0]?.command }
  }
  const stageOf = async (query = ''): Promise<unknown> => (await get(`${path}${query}`)).body['stages']
  const listed = async (stage: string, position: number): Promise<number> =>
    ((await get(`/v1/tranches?stage=${stage}&minPosition=${position}`)).body['entities'] as readonly { id: string }[]).filter(
      ({ id }) => id === t1.id,
    ).length
  const since = { began: '2018-05-28', days: 63 }

  it('goes back; the clock counts at the desk before, and what it waits for is what that desk does', async () => {
    expect(await stands()).toEqual({
      ...since,
      stage: 'SppIssued',
      entered: '2018-05-31',
      holders: ['PPSPM'],
      byHolder: { FASKEL: 2, KORKOT: 1, PPSPM: 60 },
      next: 'tranche.IssueSpm',
    })
    const spp = await lastOf(path, 'tranche.SppIssued')
    const first = await corrected(path, who.ppk, who.korkot, about(spp, 'annul'), { on: day })
    expect(await stands()).toEqual({
      ...since,
      stage: 'UnderVerification.PPK',
      entered: '2018-05-31',
      holders: ['PPK'],
      byHolder: { FASKEL: 2, KORKOT: 1, PPK: 60 },
      next: 'tranche.IssueSpp',
    })
    expect([await listed('SppIssued', first), await listed('UnderVerification.PPK', first)]).toEqual([0, 1])
    expect([await stageOf(), await stageOf(`?asOf=${first - 1}`), await stageOf('?effectiveUntil=2018-05-31')]).toEqual([
      { '': 'UnderVerification.PPK' },
      { '': 'SppIssued' },
      { '': 'UnderVerification.PPK' },
    ])

    const step = await lastOf(path, 'tranche.StepRecorded')
    const second = await corrected(path, who.korkot, who.pmu, about(step, 'annul'), { on: day })
    expect(await stands()).toEqual({
      ...since,
      stage: 'UnderVerification.KORKOT',
      entered: '2018-05-30',
      holders: ['KORKOT'],
      byHolder: { FASKEL: 2, KORKOT: 61 },
      next: 'tranche.RecordStep',
    })
    expect([await stageOf(), await stageOf(`?asOf=${second - 1}`), await stageOf(`?asOf=${first - 1}`)]).toEqual([
      { '': 'UnderVerification.KORKOT' },
      { '': 'UnderVerification.PPK' },
      { '': 'SppIssued' },
    ])
    const struck = (await rowsOf(path)).filter((row) => row.struck)
    expect(struck.map(({ type }) => type)).toEqual(['tranche.StepRecorded', 'tranche.SppIssued'])
    expect(struck).toMatchObject([
      { struck: [{ how: 'annul', reason: 'Salah catat', confirmed: { by: { person: who.pmu.person }, on: day } }] },
      { struck: [{ how: 'annul', reason: 'Salah catat', confirmed: { by: { person: who.korkot.person }, on: day } }] },
    ])
  })

  it('and from there the work goes on: the same step and order are recorded anew, on the day on which they are done', async () => {
    for (const seq of [62, 63]) {
      const line = lineOf(seq)
      const request = { ...line, recordedAt: '2018-06-06T12:00:00+07:00', body: { ...line.body, effectiveOn: '2018-06-06' } }
      expect((await send(service, request, { key: `again-${seq}` })).status).toBe(201)
    }
    expect(await stands()).toEqual({
      ...since,
      stage: 'SppIssued',
      entered: '2018-06-06',
      holders: ['PPSPM'],
      byHolder: { FASKEL: 2, KORKOT: 7, PPSPM: 54 },
      next: 'tranche.IssueSpm',
    })
  })
})
