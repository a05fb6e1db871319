import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { canonicalBody } from '@jejak/event-store'
import { listRuns } from '@jejak/importing'
import { importingLog, importInto } from '../../../test/import/support.ts'
import type { TestLog } from '../../event-store/test/database.ts'
import { fileOf } from './support/files.ts'
import { mappingOf } from './support/mapping.ts'
import { csvOf, wholeCase, type Row } from './support/small.ts'

/** Cases whose rows stand far apart, some out of order. */
const cases = Array.from({ length: 150 }, (_, index) => wholeCase(`C${index}`, 1 + (index % 20)))
const rows: Row[] = [0, 1, 2, 3, 4].flatMap((step) =>
  cases.map((own, index) => (index % 50 === 7 ? own.toReversed() : own)[step] ?? ['C0', 99, 'seen', 1]),
)

const facts = rows.length + cases.length

let events: string
const children = new Set<ChildProcess>()
beforeAll(async () => {
  events = await fileOf('events.csv', csvOf(rows))
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** Imports in a process of its own and kills it, without a word, where it has come to something in a phase. */
async function killedIn(test: TestLog, source: string, order: string, phase: 'reading' | 'importing'): Promise<void> {
  const child = spawn(process.execPath, [
    path.join(import.meta.dirname, 'children/importing.ts'),
    test.servingUrl,
    events,
    source,
    order,
    phase,
  ])
  children.add(child)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`it ended with ${code} before it could be killed: ${errors}`)))
  })
  child.kill('SIGKILL')
  await ended
  // The server learns of it when it next speaks to the dead: until then the lock is held.
  const held = `select from pg_locks l join pg_database d on d.oid = l.database
                 where l.locktype = 'advisory' and d.datname = current_database()`
  await vi.waitUntil(async () => (await test.servingPool.query(held)).rowCount === 0, { timeout: 30_000 })
}

/** What a log holds, in its order, but for the edition that was published first. */
async function contentOf({ log }: TestLog): Promise<string[]> {
  const bodies: string[] = []
  for await (const page of log.pages({ after: 1, limit: 500 })) bodies.push(...page.map(({ fact }) => canonicalBody(fact)))
  return bodies
}

describe.each(['case', 'time'] as const)('killed while it imports by %s', (order) => {
  it('it goes on, and the log holds what it would have held', async () => {
    const source = `killed-${order}`
    const mapping = mappingOf(source)
    const [killed, whole] = [await importingLog(), await importingLog()]
    onTestFinished(async () => {
      await Promise.all([killed.close(), whole.close()])
    })
    await killedIn(killed, source, order, 'reading')
    await killedIn(killed, source, order, 'importing')
    const half = (await killed.log.head()).position
    expect(half).toBeGreaterThan(1)
    expect(half).toBeLessThan(1 + facts)
    expect(await listRuns(killed.servingPool)).toMatchObject([{ source, spooled: true }])

    const summary = await importInto(killed, { events, mapping, order })
    // The account is of all of it, before and after.
    expect(summary.rows.recorded + summary.rows.same).toBe(rows.length)
    expect(await listRuns(killed.servingPool)).toEqual([])
    expect((await killed.log.head()).position).toBe(1 + facts)
    await importInto(whole, { events, mapping, order })
    expect((await contentOf(killed)).toSorted()).toEqual((await contentOf(whole)).toSorted())
  }, 120_000)
})

describe('two at a time', () => {
  it('one works, the other is told', async () => {
    const mapping = mappingOf('two')
    const test = await importingLog()
    onTestFinished(() => test.close())
    const both = await Promise.allSettled([importInto(test, { events, mapping }), importInto(test, { events, mapping })])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refused = both.find((each) => each.status === 'rejected')
    expect(String(refused?.reason)).toMatch(/is being worked on by another process/)
  })
})
