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

describe.runIf(hasPaymentLog())('a year and more of payment requests of a university', () => {
  it.each([
    ['case by case', (events: readonly LogEvent[]) => events],
    ['interleaved by time', interleaved],
  ])('recorded %s gives the figures that are expected, before and after a rebuild', { timeout: 120_000 }, async (_, order) => {
    const events = paymentEvents()
    const expected = expectedFigures()
    service = await freshService({ clock: 'real' })
    await recordEvents(service.context.log, order(events))
    const get = await asking()
    const { position } = await service.context.log.head()
    while (!(await service.context.views.reached('flow', position)));
    expect(differencesOf(await flowFigures(get, namesOf(events), expected), expected)).toEqual([])
    await rebuildProjection(service.pool, service.context.log, flow)
    expect(differencesOf(await flowFigures(get, namesOf(events), expected), expected)).toEqual([])
  })
})
