import { expect, test, vi } from 'vitest'
import { dataFolder, readyOf, lives, logOf, onDatabase, serverOf, startWith, up, type Started } from './support/started.ts'

// Starts are slow on a busy machine, and nothing here is proven by being quick.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** One data folder whose starts are killed one after the other, each at another moment. */
const data = await dataFolder()
const here = { JEJAK_DATA: data }
const log = async () => logOf((await serverOf(data)).url('jejak_demo'))
let completed: Started

test('a start that is killed leaves its server to the next, which goes on where it was', async () => {
  const migrating = startWith(here)
  await migrating.until('migrated:')
  expect(await migrating.end('SIGKILL')).toBeNull()
  const { pid } = await serverOf(data)
  expect(await lives(pid)).toBe(true)

  const loading = startWith(here)
  await loading.until('demonstration: 100 of')
  expect(await loading.end('SIGKILL')).toBeNull()
  expect(loading.printed()).toContain(`process ${pid}) runs on`)
  expect((await log()).head).toBeGreaterThan(100)
})

test('Ctrl-C during the load ends it, the service that never was, and the database', async () => {
  const { pid } = await serverOf(data)
  const brokenOff = startWith(here)
  await brokenOff.until('demonstration: 200 of')
  expect(await brokenOff.end('SIGINT')).toBe(0)
  expect(brokenOff.printed()).toMatch(/SIGINT: finishing what is under way\nstopped\n$/)
  expect(brokenOff.printed()).not.toContain('Jejak is up')
  expect(await lives(pid)).toBe(false)
})

test('the load is completed, fact for fact as an undisturbed one', async () => {
  completed = await up(here)
  expect(completed.printed()).not.toMatch(/migrated|reference data/)
  // In the same server, an undisturbed load into a database of its own.
  const { url } = await serverOf(data)
  await onDatabase(url('postgres'), (client) => client.query('create database undisturbed'))
  const undisturbed = await up({ JEJAK_DATA: await dataFolder(), DATABASE_URL: url('undisturbed') })
  const whole = await logOf(url('undisturbed'))
  expect(whole.head).toBeGreaterThan(300)
  expect(await log()).toEqual(whole)
  expect(await readyOf(completed)).toMatchObject({ status: 'ready', log: { position: whole.head } })
  expect(await undisturbed.end()).toBe(0)
})

test('after a death of service and server together the log is whole', async () => {
  const server = await serverOf(data)
  const before = await log()
  process.kill(server.pid, 'SIGKILL')
  expect(await completed.end('SIGKILL')).toBeNull()

  const again = await up(here)
  expect(again.printed()).toContain('recovered what was committed')
  expect(again.printed()).not.toMatch(/migrated|reference data|demonstration:/)
  expect(await log()).toEqual(before)
  expect(await readyOf(again)).toMatchObject({ status: 'ready' })
  expect(await again.end('SIGTERM')).toBe(0)
})
