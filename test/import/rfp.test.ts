import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fact } from '@jejak/domain'
import { readRecords } from '@jejak/importing'
import type { TestLog } from '../../packages/event-store/test/database.ts'
import { folderOf, importingLog, importInto } from './support.ts'

const name = 'bpi2020_rfp.events.csv.gz'
const folder = folderOf(name)
if (folder === undefined)
  console.warn(`\n  NOT RUN: ${name} is neither in ../shared/data/logs nor in JEJAK_TEST_DATA: a real log is not imported in this run\n`)

describe.skipIf(folder === undefined)('a real log of payment requests', () => {
  const events = path.join(folder ?? '', name)
  const cases = path.join(folder ?? '', 'bpi2020_rfp.cases.csv.gz')
  let test: TestLog
  beforeAll(async () => {
    test = await importingLog()
  })
  afterAll(() => test.close())

  it('is imported as it was', async () => {
    const began = performance.now()
    const summary = await importInto(test, { events, cases })
    console.log(summary, performance.now() - began)
  }, 120_000)
})
