import { afterEach, describe, expect, it } from 'vitest'
import { labelId, type ScenarioRequest } from '@jejak/demo'
import type { TestService } from '../../services/api/test/service.ts'
import { withOneSenMore } from '../scenario/expectations.ts'
import { scenarioAt, type Cut } from '../scenario/forks.ts'
import { read, send, type Answer } from '../scenario/http.ts'
import { ksmA, lineOf, pmu, ppk, rowOf, urlOf } from '../scenario/play.ts'

const opened: TestService[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((service) => service.close()))
})

async function forkAt(cut: Cut): Promise<TestService> {
  const service = await scenarioAt(cut)
  opened.push(service)
  return service
}

const rulesOf = ({ body }: Answer): string[] =>
  (body['facts'] as { deviations?: { rule: string }[] }[]).flatMap(({ deviations }) => (deviations ?? []).map(({ rule }) => rule))
const codeOf = ({ status, body }: Answer): string => `${status} ${String(body['code'])}`
const must = (answer: Answer): Answer => {
  expect([answer.status, answer.status === 201 ? '' : answer.text]).toEqual([201, ''])
  return answer
}
const withData = (request: ScenarioRequest, data: Record<string, unknown>): ScenarioRequest => ({
  ...request,
  body: { ...request.body, data: { ...request.body.data, ...data } },
})

describe('what has happened is recorded, even when it comes too early', () => {
  it.each([
    [64, 11, 'out-of-order', 'Sp2dIssued'],
    [87, 19, 'out-of-order', 'InProgress.stopped'],
    [104, 14, 'exceeds-reported-progress', 'InProgress'],
    [188, 23, 'out-of-order', 'ReturnedForRevision.KORKOT'],
    [205, 25, 'out-of-order', 'Sp2dIssued'],
  ] as const)('before line %i: row %i with %s, then at %s', async (cut, row, rule, stage) => {
    const service = await forkAt(cut)
    const answer = must(await send(service, rowOf(row)))
    expect(rulesOf(answer)).toContain(rule)
    expect(answer.body['stages']).toEqual({ '': stage })
    const again = await send(service, rowOf(row))
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([answer.text, 'true'])
    const { body } = await read(
      service,
      urlOf(rowOf(row).subject.kind, 'ALK-2018').replace(labelId('ALK-2018'), rowOf(row).subject.id),
      pmu,
    )
    expect(body['stages']).toEqual({ '': stage })
  })

  it('with one sen too much, noted and shown in the trail of the money', async () => {
    const service = await forkAt(205)
    must(await send(service, lineOf(205)))
    const sp2d = must(await send(service, withOneSenMore(rowOf(25))))
    expect([rulesOf(sp2d), sp2d.body['stages']]).toEqual([['amount-differs-from-tranche'], { '': 'Sp2dIssued' }])
    const credit = must(await send(service, withData(rowOf(26), { amount: '150000000.02' })))
    expect([rulesOf(credit), credit.body['stages']]).toEqual([['credit-exceeds-sp2d'], { '': 'CreditedToBkm' }])
    const trail = await read(service, `${urlOf('allocation', 'ALK-2018')}/fund-trail`, ppk)
    const told = (trail.body['movements'] as { amount: string; deviations: string[] }[]).filter(({ deviations }) => deviations.length > 0)
    expect(told.map(({ amount, deviations }) => [amount, deviations])).toContainEqual(['150000000.01', ['amount-differs-from-tranche']])
  })
})

describe('a complaint', () => {
  const classified = (severity: number): ScenarioRequest => withData(lineOf(192), { severity })
  const trancheOf = async (service: TestService) => (await read(service, urlOf('tranche', 'ALK-2018-T2'), ppk)).body

  it('of severity 4 suspends the tranche where it stands: observations go on, decisions wait until it resumes', async () => {
    const service = await forkAt(192)
    must(await send(service, classified(4)))
    expect(await trancheOf(service)).toMatchObject({ suspended: true, stages: { '': 'UnderVerification.PPK' } })
    const list = await read(service, '/v1/tranches?suspended=true&minPosition=1', ppk)
    expect(list.status).toBe(200)
    const resume: ScenarioRequest = {
      ...lineOf(204),
      command: 'tranche.Resume',
      recordedAt: lineOf(201).recordedAt,
      body: { ...lineOf(204).body, effectiveOn: '2018-10-29', data: { why: 'Keluhan sudah diselesaikan' } },
    }
    expect(codeOf(await send(service, resume, { key: 'hasty' }))).toBe('409 suspending-complaint-open')
    for (const seq of [193, 194, 195, 199]) must(await send(service, lineOf(seq)))
    const noted = must(await send(service, lineOf(201)))
    expect([noted.body['suspended'], rulesOf(noted)]).toEqual([true, []])
    must(await send(service, lineOf(203)))
    expect(codeOf(await send(service, lineOf(204)))).toBe('409 suspended')
    const resumed = must(
      await send(service, { ...resume, recordedAt: lineOf(204).recordedAt, body: { ...resume.body, effectiveOn: '2018-11-16' } }),
    )
    expect([resumed.body['suspended'], resumed.body['stages']]).toEqual([false, { '': 'UnderVerification.PPK' }])
    must(await send(service, lineOf(204)))
  })
})

describe('the second tranche needs 50 percent, weighted by grant', () => {
  const progress = (percents: readonly number[]): ScenarioRequest[] =>
    [142, 143, 144, 145, 146, 147].map((seq) => {
      const request = lineOf(seq)
      const percent = String(percents[(seq - 142) % 3])
      return {
        ...withData(request, { percent }),
        recordedAt: '2018-09-08T12:00:00+07:00',
        body: { ...request.body, effectiveOn: '2018-09-08', data: { percent } },
      }
    })

  it('49/49/49 is too little, 51/50/48 (50.04) enough', async () => {
    const service = await forkAt(154)
    for (const [index, request] of progress([49, 49, 49]).entries()) must(await send(service, request, { key: `low-${index}` }))
    const refused = await send(service, rowOf(16))
    expect(codeOf(refused)).toBe('409 progress-below-threshold')
    for (const [index, request] of progress([51, 50, 48]).entries())
      must(
        await send(
          service,
          { ...request, body: { ...request.body, effectiveOn: '2018-09-09' }, recordedAt: '2018-09-09T12:00:00+07:00' },
          { key: `more-${index}` },
        ),
      )
    must(await send(service, rowOf(16)))
  })
})

describe('a fact entered late', () => {
  const late: ScenarioRequest = {
    ...lineOf(138),
    recordedAt: '2018-10-05T12:00:00+07:00',
    body: {
      ...lineOf(138).body,
      effectiveOn: '2018-09-06',
      reason: 'Kuitansi ditemukan kemudian',
      data: { ...lineOf(138).body.data, number: 'KW-LATE', amount: '1000000' },
    },
  }
  interface History {
    readonly facts: readonly { data: Record<string, unknown>; recordedAt: string; effectiveOn: string; deviations: { rule: string }[] }[]
  }
  const numbers = async (service: TestService, query: string): Promise<unknown[]> => {
    const { body } = await read(service, `${urlOf('proposal', 'PRO-A')}/history${query}`, ksmA)
    return (body as unknown as History).facts.map(({ data }) => data['number'])
  }

  it('was true on its date and known only later, with a reason: both clocks tell', async () => {
    const service = await forkAt(160)
    const { reason: _, ...silent } = late.body
    const without = await send(service, { ...late, body: silent }, { key: 'silent' })
    expect(codeOf(without)).toBe('409 backdated-reason-missing')
    const answer = must(await send(service, late, { key: 'late' }))
    expect(rulesOf(answer)).toContain('backdated')
    expect(await numbers(service, '')).toContain('KW-LATE')
    expect(await numbers(service, '?effectiveUntil=2018-09-06')).toContain('KW-LATE')
    expect(await numbers(service, '?effectiveUntil=2018-09-05')).not.toContain('KW-LATE')
    expect(await numbers(service, '?asOf=2018-10-04')).not.toContain('KW-LATE')
    expect(await numbers(service, '?asOf=2018-10-04&effectiveUntil=2018-09-30')).not.toContain('KW-LATE')
    expect(await numbers(service, '?asOf=2018-10-05&effectiveUntil=2018-09-06')).toContain('KW-LATE')
    const spent = async (query: string): Promise<bigint> => {
      const { body } = await read(service, `${urlOf('allocation', 'ALK-2018')}/fund-trail${query}`, ppk)
      return BigInt((body as unknown as { totals: { spent: string } }).totals.spent)
    }
    expect((await spent('?effectiveUntil=2018-09-07')) - (await spent('?effectiveUntil=2018-09-07&asOf=2018-10-04'))).toBe(1_000_000n)

    const later = {
      ...late,
      recordedAt: '2018-10-20T12:00:00+07:00',
      body: { ...late.body, data: { ...late.body.data, number: 'KW-LATER' } },
    }
    expect(codeOf(await send(service, later, { key: 'later' }))).toBe('409 late-reason-missing')
    must(await send(service, { ...later, body: { ...later.body, lateReason: 'Sinyal di lapangan' } }, { key: 'later' }))
  })
})
