import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { flow, rebuildProjection } from '@jejak/views'
import { ask } from '../../services/api/test/ask.ts'
import { freshService, type TestService } from '../../services/api/test/service.ts'
import { differencesOf, flowFigures, type Get } from '../support/flow-figures.ts'
import { importFiles, prepareImporting } from '@jejak/importing'
import { createPool, importedId, openLog } from '@jejak/event-store'
import { folderOf, publish, rfpEdition, rfpMapping } from '../import/support.ts'
import type { FlowNames } from '../support/flow-figures.ts'
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

const name = 'bpi2020_rfp'
const file = (what: string): string => path.join(folderOf(`${name}.events.csv.gz`) ?? '', `${name}.${what}`)

/** Imports the log as `jejak import` does, case by case or interleaved by time. */
async function importLog(order: 'case' | 'time'): Promise<void> {
  const admin = createPool(service.adminUrl, { max: 1 })
  await prepareImporting(admin)
  await admin.end()
  const log = await openLog(service.pool, { ordered: true })
  try {
    await publish(log, rfpEdition)
    const request = { events: file('events.csv.gz'), cases: file('cases.csv.gz'), mapping: rfpMapping, dryRun: false }
    await importFiles(service.pool, log, { ...request, mode: 'historical', order }, { now: () => BigInt(Date.now()) * 1000n })
  } finally {
    await log.drain()
  }
}

/** What the log calls what the answers name by step and outcome. */
function namesOf(events: readonly LogEvent[]): FlowNames {
  const steps = Object.entries(rfpMapping.mapping.activities as Record<string, { step: string; outcome: string }>)
  const activities = new Map(steps.map(([activity, { step, outcome }]) => [`${step}:${outcome}`, activity]))
  const cases = new Map(events.map((event) => [importedId(kind, 'university-rfp', event.case), event.case]))
  return {
    kind,
    activity: (told) => activities.get(told) ?? `unknown ${told}`,
    role: (told) => told.replaceAll('BUDGET_OWNER', 'BUDGET OWNER'),
    caseOf: ({ id }) => cases.get(id) ?? `unknown ${id}`,
  }
}
const kind = 'payment-request'

const isTerminal = (activity: string): boolean => activity === 'Payment Handled' || activity.endsWith('REJECTED by EMPLOYEE')

/** Cases that had ended and whose last step is no end: they are closed for those who count, and go on. */
const goingOn = (events: readonly LogEvent[]): string[] =>
  [...Map.groupBy(events, (event) => event.case)]
    .filter(([, steps]) => steps.some(({ activity }) => isTerminal(activity)) && !isTerminal(steps.at(-1)?.activity ?? ''))
    .map(([name]) => name)
    .toSorted()

/** What went on after its end is told as reopened, by the flow and by the clock of each. */
async function expectReopened(get: Get, events: readonly LogEvent[]): Promise<void> {
  const { caseOf } = namesOf(events)
  const { rows } = (await get(`/v1/flows/${kind}/cases?state=reopened&limit=100`)) as {
    rows: { id: string; title: string; number: string | null }[]
  }
  expect(rows.map(caseOf).toSorted()).toEqual(goingOn(events))
  for (const { id } of rows) {
    const { marks, reopened } = (await get(`/v1/cases/${kind}/${id}/clock`)) as { marks: { mark: string }[]; reopened: unknown[] }
    expect(marks.map(({ mark }) => mark)).toContain('closed-once')
    expect(reopened.length).toBeGreaterThan(0)
  }
}

/** Imports the log in an order and compares what the flow tells of it with what is expected; `again` compares anew. */
async function expectFigures(order: 'case' | 'time'): Promise<{ again: () => Promise<void> }> {
  const events = paymentEvents()
  const expected = expectedFigures()
  service = await freshService({ clock: 'real' })
  await importLog(order)
  const get = await asking()
  const { position } = await service.context.log.head()
  while (!(await service.context.views.reached('flow', position)));
  const again = async () => expect(differencesOf(await flowFigures(get, namesOf(events), expected), expected)).toEqual([])
  await again()
  await expectReopened(get, events)
  return { again }
}

describe.runIf(hasPaymentLog())('a year and more of payment requests of a university', { timeout: 240_000 }, () => {
  it('imported by time gives the figures that are expected', async () => {
    await expectFigures('time')
  })

  it('imported by case gives them too, and after a rebuild', async () => {
    const { again } = await expectFigures('case')
    await rebuildProjection(service.pool, service.context.log, flow)
    await again()
  })
})
