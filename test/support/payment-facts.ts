import { Edition, shippedEditions, type Fact, type Move } from '@jejak/domain'
import { commandKeyHash, eventId, fingerprint, uuidV8, type Log } from '@jejak/event-store'
import { hash } from 'node:crypto'
import type { FlowNames } from './flow-figures.ts'
import type { LogEvent } from './payment-log.ts'

/** The kind of the cases, which only the edition below knows. */
const kind = 'payment-request'
const slugOf = (activity: string): string => activity.toLowerCase().replaceAll(/[^a-z]+/g, '-')
const roleOf = (role: string): string => role.replaceAll(' ', '_')

/** What ends a case for those who counted: it may go on after a rejection by the employee, but not after the payment. */
const finalStage = slugOf('Payment Handled')
const closedOnce = (stage: string): boolean => stage.endsWith('rejected-by-employee')

/** An edition in which every step may follow every other: a stage for each activity. */
function editionOf(activities: readonly string[]): Edition {
  const on = Object.fromEntries(activities.map((activity) => [`case.StepRecorded:${slugOf(activity)}`, slugOf(activity)]))
  const stages = activities.map(slugOf).map((stage) => [
    stage,
    {
      ...(stage === finalStage ? { final: true } : { on }),
      ...(closedOnce(stage) ? { marks: ['closed-once'] } : {}),
    },
  ])
  const workflow = { initial: 'opened', opens: { 'case.Opened': {} }, stages: { opened: { on }, ...Object.fromEntries(stages) } }
  return Edition.parse({ ...shippedEditions[0], id: 'PAYMENT-REQUESTS', revision: 1, workflows: { [kind]: workflow } })
}

/** What the facts of a log are called in the answers. */
export function namesOf(events: readonly LogEvent[]): FlowNames {
  const names = new Map(events.flatMap(({ activity, role }) => [[slugOf(activity), activity] as const, [roleOf(role), role] as const]))
  const nameOf = (name: string): string => names.get(name) ?? `unknown ${name}`
  return { kind, activity: nameOf, role: nameOf, caseOf: ({ title }) => title ?? '' }
}

const recorder = { person: '3e8a7f52-6a44-4d27-8a55-0d6e1f6a2b10', role: 'system' }
const idOf = (name: string): string => uuidV8(Buffer.from(hash('sha256', name, 'hex'), 'hex'))

type Sketch = Pick<Fact, 'type' | 'subject' | 'effectiveOn' | 'actor' | 'moves' | 'data' | 'tags'> & Partial<Fact>

async function append(log: Log, key: string, sketches: readonly Sketch[]): Promise<void> {
  const keyHash = commandKeyHash('urn:tests', 'loader', key)
  const facts = sketches.map((sketch, index): Fact => ({
    id: eventId(keyHash, index),
    schemaVersion: 1,
    recordedBy: recorder,
    evidence: [],
    correlation: keyHash.slice(0, 16),
    commandKeyHash: keyHash,
    ...sketch,
  }))
  const appended = await log.append({
    keyHash,
    fingerprint: fingerprint({ method: 'POST', route: '/v1/tests', ids: [], body: key }),
    conditions: [],
    commands: [{ facts }],
  })
  if (appended.kind !== 'accepted') throw new Error(`${key} was not accepted: ${appended.kind}`)
}

/** The facts of an event: the step, and before the first of its case the opening. */
function factsOf(event: LogEvent, stage: string | undefined): Sketch[] {
  const subject = { kind, id: idOf(event.case) }
  const shared = {
    subject,
    effectiveOn: event.at.slice(0, 10),
    effectiveAt: event.at,
    actor: { role: roleOf(event.role) },
    edition: { id: 'PAYMENT-REQUESTS', revision: 1 },
    tags: ['edition:PAYMENT-REQUESTS', `${kind}:${subject.id}`],
  }
  const move = (from: string | null, to: string): Move => ({ ...subject, region: '', from, to })
  const to = slugOf(event.activity)
  const step = { ...shared, type: 'case.StepRecorded', moves: stage === to ? [] : [move(stage ?? 'opened', to)], data: { step: to } }
  if (stage !== undefined) return [step]
  const data = { edition: shared.edition, title: event.case }
  return [{ ...shared, type: 'case.Opened', moves: [move(null, 'opened')], data }, step]
}

/** Records events as they are, in this order, so many facts at a time: what an import would store of them. */
export async function recordEvents(log: Log, events: readonly LogEvent[]): Promise<void> {
  const content = editionOf([...new Set(events.map(({ activity }) => activity))])
  await append(log, 'edition', [
    {
      type: 'edition.Published',
      subject: { kind: 'edition', id: content.id },
      effectiveOn: '2017-01-01',
      actor: { role: 'system' },
      moves: [],
      data: { revision: 1, content: JSON.parse(JSON.stringify(content)) as Fact['data'] },
      tags: [`edition:${content.id}`],
    },
  ])
  const stages = new Map<string, string>()
  const facts = events.flatMap((event) => {
    const made = factsOf(event, stages.get(event.case))
    stages.set(event.case, slugOf(event.activity))
    return made
  })
  const atOnce = 1_000
  for (let from = 0; from < facts.length; from += atOnce) await append(log, `from ${from}`, facts.slice(from, from + atOnce))
}
