import { afterEach, describe, expect, it } from 'vitest'
import { flow, rebuildProjection } from '@jejak/views'
import { ask } from '../../services/api/test/ask.ts'
import { freshService, type TestService } from '../../services/api/test/service.ts'
import { differencesOf, flowFigures, type Get } from '../support/flow-figures.ts'
import { namesOf, recordEvents } from '../support/payment-facts.ts'
import { expectedFigures, hasPaymentLog, paymentEvents, sayAbsent, type LogEvent } from '../support/payment-log.ts'

if (!hasPaymentLog()) sayAbsent()

let service: TestService
afterEach(() => service.close())

const recorder = { person: '3e8a7f52-6a44-4d27-8a55-0d6e1f6a2b10', roles: ['PMU'] }

/** Asks the API as somebody who may see all. */
async function asking(): Promise<Get> {
  const token = await service.token(recorder)
  return async (url) => {
    const answer = await ask(service, { url, token })
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`)
    return answer.body
  }
}

/** By time, whatever the case; of equal times, and within a case, as the file has them. */
function interleaved(events: readonly LogEvent[]): LogEvent[] {
  return events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

const isTerminal = (activity: string): boolean => activity === 'Payment Handled' || activity.endsWith('REJECTED by EMPLOYEE')

/** Cases that had ended and whose last step is no end: they are closed for those who count, and go on. */
const goingOn = (events: readonly LogEvent[]): string[] =>
  [...Map.groupBy(events, (event) => event.case)]
    .filter(([, steps]) => steps.some(({ activity }) => isTerminal(activity)) && !isTerminal(steps.at(-1)?.activity ?? ''))
    .map(([name]) => name)
    .toSorted()

/** What went on after its end is told as reopened, by the flow and by the clock of each. */
async function expectReopened(get: Get, events: readonly LogEvent[]): Promise<void> {
  const { kind } = namesOf(events)
  const { rows } = (await get(`/v1/flows/${kind}/cases?state=reopened&limit=100`)) as { rows: { id: string; title: string }[] }
  expect(rows.map(({ title }) => title).toSorted()).toEqual(goingOn(events))
  for (const { id } of rows) {
    const { marks, reopened } = (await get(`/v1/cases/${kind}/${id}/clock`)) as { marks: { mark: string }[]; reopened: unknown[] }
    expect(marks.map(({ mark }) => mark)).toContain('closed-once')
    expect(reopened.length).toBeGreaterThan(0)
  }
}

describe.runIf(hasPaymentLog())('a year and more of payment requests of a university', () => {
  it.each([
    ['case by case', (events: readonly LogEvent[]) => events],
    ['interleaved by time', interleaved],
  ])('recorded %s gives the figures that are expected, before and after a rebuild', { timeout: 240_000 }, async (_, order) => {
    const events = paymentEvents()
    const expected = expectedFigures()
    service = await freshService({ clock: 'real' })
    await recordEvents(service.context.log, order(events))
    const get = await asking()
    const { position } = await service.context.log.head()
    while (!(await service.context.views.reached('flow', position)));
    expect(differencesOf(await flowFigures(get, namesOf(events), expected), expected)).toEqual([])
    await expectReopened(get, events)
    await rebuildProjection(service.pool, service.context.log, flow)
    expect(differencesOf(await flowFigures(get, namesOf(events), expected), expected)).toEqual([])
  })
})
