import { expect } from 'vitest'
import type { Fact, Recorded } from '@jejak/domain'
import { commandKeyHash, eventId } from '@jejak/event-store'
import { ledger, prepareProjections, runProjections, waitFor, type Projection } from '../../src/index.ts'
import type { TestLog } from '../../../event-store/test/database.ts'
import { moneyFact } from './scenario.ts'

/** Takes everything that the log has into the ledger, and into projections beside it; so many facts a page. */
export async function catchUp(made: TestLog, pageSize?: number, beside: readonly Projection[] = []): Promise<void> {
  const stop = new AbortController()
  const errors: unknown[] = []
  const onError = (error: unknown) => errors.push(error)
  const options = { signal: stop.signal, onError, ...(pageSize === undefined ? {} : { pageSize }) }
  const projections = [ledger, ...beside]
  await prepareProjections(made.servingPool, projections)
  const running = runProjections(made.servingPool, made.log, projections, options)
  const { position } = await made.log.head()
  for (const { name } of projections)
    expect(await waitFor(made.servingPool, { projection: name, position, timeoutMs: 20_000 })).toBe('reached')
  stop.abort()
  await running
  expect(errors).toEqual([])
}

/** A UUID of a test, by a word of up to twelve hexadecimal digits. */
export const uuid = (word: string): string => `0190a5f0-0000-7000-8000-${word.padStart(12, '0')}`

/** A money fact that a log takes; tags as `kind:id`, beside that of its subject. */
export function fact(position: number, type: string, subject: string, on: string, tags: readonly string[], data: Fact['data']): Recorded {
  const made = moneyFact(position, type, subject, on, data)
  const keyHash = commandKeyHash('urn:tests', 'ledger', String(position))
  const all = [...new Set([`${made.fact.subject.kind}:${subject}`, ...tags])].toSorted()
  const ids = { id: eventId(keyHash, 0), commandKeyHash: keyHash, correlation: eventId(keyHash, 0) }
  return { ...made, fact: { ...made.fact, ...ids, recordedBy: { person: uuid('99'), role: 'FASKEL' }, tags: all } }
}

/** The same as a confirmed correction of an earlier fact. */
export function reversal(position: number, of: Recorded, on: string): Recorded {
  const { subject, tags } = of.fact
  const made = fact(position, `${subject.kind}.CorrectionConfirmed`, subject.id, on, tags, { proposed: uuid('98') })
  return { ...made, fact: { ...made.fact, corrects: { position: of.position, id: of.fact.id, how: 'reverse' } } }
}
