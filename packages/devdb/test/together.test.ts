import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { birthOf, withLock } from '../src/claim.ts'
import { DataFolderBusy } from '../src/index.ts'
import { launchElsewhere, query, start, started, temporaryDataDir } from './support/launcher.ts'

const aDeadPid = 4_194_303

test('of four starts at once on one folder one succeeds, and the others name its process', async () => {
  const dataDir = await temporaryDataDir()
  const launchers = [0, 1, 2, 3].map(() => launchElsewhere({ dataDir, durability: 'tests', auth: 'trust' }))
  const reports = await Promise.all(launchers.map((one) => one.report))
  const winners = launchers.filter((_, index) => reports[index]?.error === undefined)
  expect(winners).toHaveLength(1)
  const refused = reports.filter((report) => report.error !== undefined)
  for (const report of refused) expect(report.error).toContain(`in use by process ${winners[0]?.pid}:`)
  await Promise.all(launchers.map((one) => one.stop()))
})

test('those who share use one server, and the last one stops it', async () => {
  const dataDir = await temporaryDataDir()
  const options = { dataDir, durability: 'tests', auth: 'trust', shared: true } as const
  const launchers = [0, 1, 2].map(() => launchElsewhere(options))
  const reports = await Promise.all(launchers.map((one) => one.report))
  expect(reports.map((report) => report.error)).toEqual([undefined, undefined, undefined])
  expect(new Set(reports.map((report) => report.pid)).size).toBe(1)
  expect(reports.filter((report) => !report.adopted)).toHaveLength(1)

  await launchers[0]?.stop()
  await launchers[1]?.kill()
  expect(await query(reports[0]?.url ?? '', 'select 1 as one')).toEqual([{ one: 1 }])
  await launchers[2]?.stop()
  expect(await birthOf(reports[0]?.pid ?? 0)).toBeUndefined()
})

test('one who shares does not join one who does not', async () => {
  const dataDir = await temporaryDataDir()
  await started({ dataDir, durability: 'tests', auth: 'trust' })
  const attempt = start({ dataDir, durability: 'tests', auth: 'trust', shared: true })
  await expect(attempt).rejects.toThrow(DataFolderBusy)
  await expect(attempt).rejects.toThrow(/this very process/)
})

test('a lock left by a dead process does not hinder', async () => {
  const dataDir = await temporaryDataDir()
  await writeFile(`${dataDir}.lock`, `${aDeadPid} 1 alone left-over`)
  await writeFile(`${dataDir}.users`, `${aDeadPid} 1 alone left-over`)
  expect((await started({ dataDir, durability: 'tests', auth: 'trust' })).fresh).toBe(true)
})

test('a lock whose number now belongs to another, later process does not hinder', async () => {
  const dataDir = await temporaryDataDir()
  await writeFile(`${dataDir}.lock`, `${process.pid} 1 alone left-over`)
  expect(await withLock(dataDir, async () => 'held', 1_000)).toBe('held')
})

test('a lock held by a live process is waited for, then named', async () => {
  const dataDir = await temporaryDataDir()
  await writeFile(`${dataDir}.lock`, `${process.ppid} ${await birthOf(process.ppid)} alone theirs`)
  await expect(withLock(dataDir, async () => 'held', 200)).rejects.toThrow(`being started or stopped by process ${process.ppid}`)
})
