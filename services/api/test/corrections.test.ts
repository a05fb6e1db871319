import type { Party } from '@jejak/demo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { amountFaults } from '@jejak/domain'
import { createPool } from '@jejak/event-store'
import { checkProjection, projections, waitFor } from '@jejak/views'
import { entity, who } from '../../../packages/domain/test/support/prabumulih.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { correcting, told, type Row } from './correcting.ts'
import type { TestService } from './service.ts'

const { t1, a } = entity
let service: TestService
beforeAll(async () => {
  service = await scenarioAt(87)
})
afterAll(() => service.close())

const { get, etagOf, rowsOf, lastOf, state, correct } = correcting(() => service, '2018-07-25')

const proposal = `/v1/proposals/${a.id}`
const tranche = `/v1/tranches/${t1.id}`

describe('an expense entered twice is struck by two persons', () => {
  it('is proposed, confirmed, and counts no more, today and on past dates; what was known then stays known', async () => {
    const expense = await lastOf(proposal, 'proposal.ExpenseRecorded')
    const target = { position: expense.position, id: expense.id }
    const before = await state(tranche)

    expect(told(await correct(proposal, 'propose', who.ksmA, { target, how: 'annul' }, { match: null }))).toEqual([428, 'if-match-missing'])
    expect(told(await correct(proposal, 'propose', who.ksmA, { target, how: 'annul' }, { match: '"1"' }))).toEqual([412, 'stale-version'])
    expect(told(await correct(proposal, 'propose', who.ksmB, { target, how: 'annul' }))).toEqual([403, 'actor-of-other-institution'])
    expect(told(await correct(proposal, 'propose', who.lurah, { target, how: 'annul' }))).toEqual([403, 'role-not-allowed'])
    expect(told(await correct(tranche, 'propose', who.bkm, { target, how: 'annul' }))).toEqual([422, 'correction-target-unknown'])
    expect(told(await correct(proposal, 'propose', who.ksmA, { target, how: 'undo' }))).toEqual([400, 'invalid-request'])
    const tried = await correct(proposal, 'propose', who.ksmA, { target, how: 'annul' }, { dryRun: true })
    expect([tried.status, tried.body['dryRun']]).toEqual([200, true])

    const match = await etagOf(proposal)
    const said = await correct(proposal, 'propose', who.ksmA, { target, how: 'annul' }, { key: 'say', match })
    expect([told(said), (said.body['facts'] as object[]).length]).toEqual([[201, ''], 1])
    const again = await correct(proposal, 'propose', who.ksmA, { target, how: 'annul' }, { key: 'say', match })
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([said.text, 'true'])
    expect((await correct(proposal, 'propose', who.ksmA, { target, how: 'annul' })).body['repeated']).toBe(true)
    expect(await state(tranche)).toEqual(before)

    const proposed = (said.body['facts'] as { id: string }[])[0]?.id
    const actions = async (party: Party): Promise<Record<string, unknown>[]> =>
      ((await get(`${proposal}/actions`, party)).body['actions'] as Record<string, unknown>[]).filter((each) => 'correction' in each)
    expect(await actions(who.korkot)).toMatchObject([
      {
        command: 'proposal.ConfirmCorrection',
        mine: true,
        possible: true,
        correction: { proposed, how: 'annul', target: target.position },
      },
      { command: 'proposal.DeclineCorrection', mine: true, possible: true, href: `${proposal}/decline-correction` },
    ])
    expect(await actions(who.ksmA)).toMatchObject([{ possible: false, unmet: [{ code: 'correction-by-same-person' }] }, { possible: true }])
    expect((await actions(who.lurah))[0]).toMatchObject({ mine: false })

    expect(told(await correct(proposal, 'confirm', who.ksmA, { proposed }))).toEqual([403, 'correction-by-same-person'])
    const done = await correct(proposal, 'confirm', who.korkot, { proposed }, { reason: 'Kuitansi sama' })
    expect(told(done)).toEqual([201, ''])
    expect(told(await correct(proposal, 'decline', who.korkot, { proposed }))).toEqual([409, 'correction-not-open'])

    const sum = (of: Record<string, unknown>): bigint => BigInt(String(of['expenses']))
    const lost = sum(before) - sum(await state(tranche))
    expect(lost).toBe(BigInt(expense.data['amount'] ?? ''))
    const { position } = done.body as unknown as { position: number }
    expect(sum(await state(tranche, `?asOf=${position - 1}`))).toBe(sum(before))
    const onThatDay = `effectiveUntil=${expense.effectiveOn}`
    const [then, now] = [await state(tranche, `?asOf=${position - 1}&${onThatDay}`), await state(tranche, `?${onThatDay}`)]
    expect(sum(then) - sum(now)).toBe(lost)

    const struck = async (query: string) => (await rowsOf(proposal, query)).find(({ id }) => id === expense.id)?.struck
    expect(await struck('')).toMatchObject([{ how: 'annul', reason: 'Dicatat dua kali', confirmed: { reason: 'Kuitansi sama' } }])
    expect(await struck(`?${onThatDay}`)).toHaveLength(1)
    expect(await struck(`?asOf=${position - 1}`)).toBeUndefined()
    expect((await get(`${proposal}/history?asOf=${position - 1}`)).status).toBe(200)
  })
})

describe('a credit of the wrong amount', () => {
  it('is not replaced where the payments after it would break their rule; the fact and the rule are named', async () => {
    const { position, id, data } = await lastOf(tranche, 'tranche.Credited')
    const small = { target: { position, id }, how: 'replace', replacement: { ...data, amount: '1' } }
    const answer = await correct(tranche, 'propose', who.bkm, small)
    expect([told(answer), answer.body['details']]).toMatchObject([[409, 'correction-breaks-later-decision'], {}])
    expect(answer.body['detail']).toContain('exceeds-tranche')
    const other = { ...small, replacement: { ...data, bankReference: 'X' } }
    expect(told(await correct(tranche, 'propose', who.bkm, other))).toEqual([409, 'annul-and-record-anew'])
    const malformed = await correct(tranche, 'propose', who.bkm, { ...small, replacement: { amount: 5 } })
    const pointers = (malformed.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort()
    expect([told(malformed), pointers]).toEqual([
      [422, 'correction-replacement-malformed'],
      ['/data/replacement/amount', '/data/replacement/bankReference'],
    ])
    const sentences = (malformed.body['errors'] as { detail: string }[]).map(({ detail }) => detail)
    expect(sentences).toEqual(expect.arrayContaining([amountFaults['amount-not-rupiah'].en, 'required: text']))
    const finer = await correct(tranche, 'propose', who.bkm, { ...small, replacement: { ...data, amount: '2000000.5', amuont: '1' } })
    expect((finer.body['errors'] as { pointer: string; code?: string }[]).map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/data/replacement/amount', 'amount-sen-digits'],
      ['/data/replacement/amuont', 'unknown-field'],
    ])
    expect(told(await correct(tranche, 'propose', who.bkm, { target: { position, id }, how: 'annul' }))).toEqual([409, 'facts-rest-on-it'])
    const { replacement, ...bare } = small
    for (const [given, code, detail] of [
      [bare, 'correction-replacement-missing', 'required: an object'],
      [{ ...bare, how: 'annul', replacement }, 'correction-replacement-superfluous', 'leave it out'],
    ] as const) {
      const refused = await correct(tranche, 'propose', who.bkm, given)
      expect([told(refused), refused.body['errors']]).toEqual([[422, code], [{ pointer: '/data/replacement', detail }]])
    }
  })
})

describe('the views', () => {
  it('follow, and are what a rebuild makes', async () => {
    const { position, id } = await lastOf(tranche, 'tranche.InstalmentPaid')
    const said = await correct(tranche, 'propose', who.treasurer, { target: { position, id }, how: 'reverse' })
    const [fact] = said.body['facts'] as { id: string }[]
    const done = await correct(tranche, 'confirm', who.korkot, { proposed: fact?.id })
    expect([told(said), told(done)]).toEqual([
      [201, ''],
      [201, ''],
    ])
    const head = Number(done.body['position'])
    for (const { name: projection } of projections)
      expect(await waitFor(service.pool, { projection, position: head, timeoutMs: 20_000 })).toBe('reached')
    const pool = createPool(service.adminUrl, { max: 4 })
    for (const view of projections) {
      const { difference, rows } = await checkProjection(pool, service.context.log, view)
      expect([view.name, difference, rows > 0]).toEqual([view.name, undefined, true])
    }
    await pool.end()
    const trail = await get(`/v1/allocations/${entity.allocation.id}/fund-trail`)
    expect((trail.body['movements'] as Row[]).at(-1)).toMatchObject({ type: 'tranche.CorrectionConfirmed' })
  })
})
