import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { prepareProjections, projections, runProjections, waitFor } from '@jejak/views'
import { ownLog, type TestLog } from '../../../packages/event-store/test/database.ts'
import { submission } from '../../../packages/event-store/test/facts.ts'
import { load, playedScenario } from '../../../packages/views/test/support/scenario.ts'
import type { Recorded } from '@jejak/domain'
import { run } from '../src/program.ts'

// Each command opens the database anew, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

let facts: readonly Recorded[]
beforeAll(async () => {
  facts = await playedScenario()
})
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^(JEJAK|DATABASE)_/.test(name)) vi.stubEnv(name, undefined)
})
afterEach(() => vi.unstubAllEnvs())

async function jejak(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await run(['projections', ...args], { out: (text) => out.push(text), err: (text) => err.push(text) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

/** Follows until everything is taken, or a fact cannot be. */
async function catchUp(made: TestLog): Promise<string> {
  const stop = new AbortController()
  const running = runProjections(made.servingPool, made.log, projections, { signal: stop.signal, retryMs: 20 })
  const { position } = await made.log.head()
  const ends = await Promise.all(
    projections.map(({ name }) => waitFor(made.servingPool, { projection: name, position, timeoutMs: 20_000 })),
  )
  stop.abort()
  await running
  return ends.join()
}

/** The beginning of the demonstration's log, with its lists. */
async function opened(count: number): Promise<TestLog> {
  const made = await ownLog({ clock: 'simulated' })
  await load(made.log, facts.slice(0, count))
  await prepareProjections(made.servingPool, projections)
  vi.stubEnv('DATABASE_URL', made.servingUrl)
  return made
}
const reached = projections.map(() => 'reached').join()

test('list, rebuild and check on the demonstration; a row changed by hand is named and put right', async () => {
  const made = await opened(120)
  expect(await jejak('list')).toMatchObject({ code: 0, out: expect.stringMatching(/entity-list .* not followed: no worker runs/) })
  expect(await catchUp(made)).toBe(reached)
  const listed = JSON.parse((await jejak('list', '--json')).out) as { name: string; events: number; ageSeconds: number; rows: number }[]
  expect(listed.find(({ name }) => name === 'entity-list')).toMatchObject({ events: 0, ageSeconds: 0, rows: expect.any(Number) })
  expect(await jejak('check', 'entity-list')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/entity-list: \d+ rows are what the log says/),
  })

  await made.servingPool.query(`update views.entity_list set stage = 'Lost' where kind = 'allocation'`)
  const found = await jejak('check', 'entity-list')
  expect(found.code).toBe(1)
  expect(found.out).toMatch(/first difference: entity_list, entity allocation:/)
  expect(found.out).toMatch(/stage +Lost +\w+/)
  expect(JSON.parse((await jejak('check', 'entity-list', '--json')).out)).toMatchObject({
    equal: false,
    difference: { kept: { stage: 'Lost' } },
  })
  expect(await jejak('rebuild', 'entity-list')).toMatchObject({
    code: 0,
    out: expect.stringContaining(`rebuilt from ${(await made.log.head()).position} events`),
  })
  expect((await jejak('check', 'entity-list')).code).toBe(0)
})

test('a fact that cannot be taken: named, skipped where it stands and nowhere else, with a reason and a name', async () => {
  const made = await opened(20)
  const appended = await made.log.append(submission({ facts: [{ type: 'edition.Published', tags: ['edition:X'], data: { content: {} } }] }))
  if (appended.kind !== 'accepted') throw new Error(appended.kind)
  const at = String(appended.facts[0]?.position)
  expect(await catchUp(made)).toContain('stopped')
  expect((await jejak('list')).out).toContain(`stopped at ${at}: `)
  expect(await jejak('rebuild', 'entity-list')).toMatchObject({
    code: 1,
    err: expect.stringContaining(`cannot take the fact at position ${at}`),
  })
  expect(await jejak('skip', at)).toMatchObject({ code: 2, err: expect.stringContaining('--reason') })
  expect(await jejak('skip', at, '--reason', ' ')).toMatchObject({ code: 2, err: expect.stringContaining('a reason is wanted') })
  expect(await jejak('skip', '3', '--reason', 'x')).toMatchObject({
    code: 1,
    err: expect.stringContaining(`entity-list is stopped at ${at}`),
  })
  expect(await jejak('skip', '3', 'entity-list', '--reason', 'x')).toMatchObject({
    code: 1,
    err: expect.stringContaining(`stopped at ${at}, not at 3`),
  })
  expect(await jejak('skip', 'three', '--reason', 'x')).toMatchObject({ code: 2 })
  expect(await jejak('skip', at, '--reason', 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('name one: deviations, entity-list, flow, stage-clock'),
  })
  const skipped = await jejak('skip', at, 'entity-list', '--reason', 'published by mistake', '--by', 'Ibu Sari')
  expect(skipped).toMatchObject({ code: 0, out: `entity-list: position ${at} is left out from now on, by Ibu Sari: published by mistake` })
  expect((await jejak('skip', at, 'flow', '--reason', 'published by mistake')).code).toBe(0)
  expect((await jejak('skip', at, 'deviations', '--reason', 'published by mistake')).code).toBe(0)
  expect((await jejak('skip', at, '--reason', 'published by mistake')).out).toContain(`stage-clock: position ${at} is left out`)
  expect(await catchUp(made)).toBe(reached)
  expect((await jejak('check', 'entity-list')).code).toBe(0)
})

test('pause and resume', async () => {
  await opened(0)
  expect(await jejak('pause', 'entity-list')).toMatchObject({ code: 2 })
  expect((await jejak('pause', 'entity-list', '--reason', 'moving house', '--by', 'Ibu Sari')).code).toBe(0)
  expect((await jejak('list')).out).toContain('paused by Ibu Sari: moving house')
  expect(await jejak('pause', 'entity-list', '--reason', 'again')).toMatchObject({
    code: 1,
    err: expect.stringContaining('paused already'),
  })
  expect(await jejak('resume', 'entity-list', '--json')).toMatchObject({ code: 0, out: expect.stringContaining('"resumed": true') })
  expect(await jejak('resume', 'entity-list')).toMatchObject({ code: 1, err: expect.stringContaining('is not paused') })
})

test('wrong use ends with 2, no connection with 3, and help names the codes', async () => {
  vi.stubEnv('DATABASE_URL', 'postgresql://nobody@127.0.0.1:9/nothing')
  expect(await jejak('list')).toMatchObject({ code: 3, err: expect.stringContaining('cannot connect to the database 127.0.0.1:9/nothing') })
  expect(await jejak('rebuild', 'nonsense')).toMatchObject({ code: 2, err: expect.stringContaining('there is: entity-list') })
  expect((await jejak('check', '--help')).out).toContain('Exit codes: 0')
  vi.stubEnv('DATABASE_URL', '')
  vi.stubEnv('JEJAK_DATA', '/nowhere/at/all')
  expect(await jejak('list')).toMatchObject({ code: 3, err: expect.stringContaining('run start first') })
})
