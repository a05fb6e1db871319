import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fact, Recorded } from '@jejak/domain'
import { importedId } from '@jejak/event-store'
import { readRecords, type Summary } from '@jejak/importing'
import type { TestLog } from '../../packages/event-store/test/database.ts'
import { folderOf, importingLog, importInto, rfpMapping } from './support.ts'

/** A real log of another house, if it is here: it is not committed (its terms). */
const name = 'bpi2020_rfp'
const folder = folderOf(`${name}.events.csv.gz`)
if (folder === undefined)
  console.warn(`\n  NOT RUN: ${name} is neither in ../shared/data/logs nor in JEJAK_TEST_DATA: no real log is imported in this run\n`)

interface Expected {
  readonly cases: number
  readonly events: number
  readonly activity_counts: Readonly<Record<string, number>>
  readonly audit: { readonly cases_never_closed_by_terminal_rule: number }
  readonly role_counts: Readonly<Record<string, number>>
}

describe.skipIf(folder === undefined)('the real log of a university', () => {
  const file = (what: string): string => path.join(folder ?? '', `${name}.${what}`)
  const events = file('events.csv.gz')
  const cases = file('cases.csv.gz')
  let test: TestLog
  let summary: Summary
  const facts: Recorded[] = []
  let expected: Expected
  beforeAll(async () => {
    expected = JSON.parse(readFileSync(file('expected.json'), 'utf8')) as Expected
    test = await importingLog()
    summary = await importInto(test, { events, cases })
    for await (const page of test.log.pages({ after: 0, limit: 500 }))
      facts.push(...page.filter(({ fact }) => fact.subject.kind === 'payment-request'))
  }, 180_000)
  afterAll(() => test?.close())

  const steps = (): Fact[] => facts.flatMap(({ fact }) => (fact.type === 'case.StepRecorded' ? [fact] : []))

  it('is imported whole, and says so', () => {
    expect(summary).toMatchObject({
      rows: { total: expected.events, recorded: expected.events, same: 0, ignored: 0, refused: 0 },
      cases: { total: expected.cases, opened: expected.cases, refused: 0 },
      facts: expected.events + expected.cases,
    })
    expect(steps().length).toBe(expected.events)
    expect(facts.filter(({ fact }) => fact.type === 'case.Opened').length).toBe(expected.cases)
  })

  it('each row is a fact of its activity, role and time, and names its row', async () => {
    const byRow = new Map(steps().map((fact) => [fact.source?.row, fact]))
    const counts: Record<string, number> = {}
    const astray: string[] = []
    for await (const { row, values } of readRecords(events)) {
      const text = (column: string): string => values.get(column) as string
      const activity = rfpMapping.mapping.activities[text('activity')] as { step: string; outcome: string }
      const fact = byRow.get(row)
      const told = [fact?.data['step'], fact?.data['outcome'], fact?.actor.role, fact?.effectiveAt, fact?.subject.id]
      const wanted = [
        activity.step,
        activity.outcome,
        text('org:role').replace(' ', '_'),
        text('timestamp'),
        importedId('payment-request', 'university-rfp', text('case_id')),
      ]
      if (JSON.stringify(told) !== JSON.stringify(wanted)) astray.push(`${row}: ${JSON.stringify(told)} is not ${JSON.stringify(wanted)}`)
      counts[text('activity')] = (counts[text('activity')] ?? 0) + 1
    }
    expect(astray).toEqual([])
    expect(counts).toEqual(expected.activity_counts)
    expect(steps()[0]?.source).toMatchObject({
      file: `${name}.events.csv.gz`,
      sha256: summary.files.events.sha256,
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('within a case the facts stand in the order of the file', () => {
    const rows = Map.groupBy(steps(), ({ subject }) => subject.id)
    const turned = [...rows.values()].filter((own) => own.some(({ source }, at) => (own[at - 1]?.source?.row ?? 0) > (source?.row ?? 0)))
    expect(turned).toEqual([])
  })

  it('what its workflow would have refused is a deviation, and nothing else is', () => {
    const deviations = steps().flatMap((fact) =>
      (fact.deviations ?? []).map(({ rule, stage, key }) => [rule, stage, key].map((part) => part as string).join(' ')),
    )
    const step = 'case.StepRecorded'
    expect(deviations.toSorted()).toEqual([
      `out-of-order Approved ${step}:payment:handled`,
      `out-of-order Approved ${step}:supervisor:approved`,
      `out-of-order BudgetApproved ${step}:administration:approved`,
      `out-of-order BudgetApproved ${step}:budget-owner:approved`,
      `out-of-order BudgetApproved ${step}:request:submitted`,
      `out-of-order PaymentRequested ${step}:missing:rejected`,
      `out-of-order PreApproved ${step}:director:final-approved`,
    ])
  })

  it('as many cases never came to an end as the reading of others says', () => {
    const ended = steps().filter(({ moves }) => moves.some(({ to }) => to === 'Paid' || to === 'TakenBack'))
    const open = expected.cases - new Set(ended.map(({ subject }) => subject.id)).size
    expect(open).toBe(expected.audit.cases_never_closed_by_terminal_rule)
  })

  it('imported again, nothing is recorded', async () => {
    const { position } = await test.log.head()
    const again = await importInto(test, { events, cases })
    expect(again).toMatchObject({ facts: 0, rows: { recorded: 0, same: expected.events, refused: 0 }, cases: { opened: 0 } })
    expect((await test.log.head()).position).toBe(position)
  }, 120_000)
})
