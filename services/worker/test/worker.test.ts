import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { checkProjection, prepareProjections, statesOf, viewsDb } from '@jejak/views'
import { start, type Child } from '../../../packages/event-store/test/children/child.ts'
import { freshDatabase, ownLog, type TestLog, until } from '../../../packages/event-store/test/database.ts'
import { submission } from '../../../packages/event-store/test/facts.ts'
import { caughtUp, countsIn, countsOf, everything, fill, tallyOf } from '../../../packages/views/test/support/tally.ts'

const child = (script: string, ...args: readonly string[]): Child => {
  const started = start(new URL(script, import.meta.url).href, ...args)
  onTestFinished(() => void started.process.kill('SIGKILL'))
  return started
}
const tallyWorker = (made: TestLog, ...names: readonly string[]): Child => child('children/tally-worker.ts', made.servingUrl, ...names)

/** What a worker has said that it follows. */
const followed = ({ lines }: Child): string[] =>
  lines.flatMap((line) => {
    const { msg, projection } = JSON.parse(line) as { msg: string; projection?: string }
    return msg === 'follows' && projection !== undefined ? [projection] : []
  })
const follows = (worker: Child): boolean => followed(worker).length > 0

test('killed again and again while facts arrive, another takes over each time, and every fact is taken once', async () => {
  const made = await ownLog()
  const tally = tallyOf('tally')
  await prepareProjections(made.servingPool, [tally])
  const ending = new AbortController()
  const writing = (async () => {
    while (!ending.signal.aborted) await fill(made, 4)
  })()
  let [working, waiting] = [tallyWorker(made), tallyWorker(made)]
  await until(() => follows(working) || follows(waiting), 20_000)
  if (follows(waiting)) [working, waiting] = [waiting, working]
  for (let kills = 0; kills < 6; kills += 1) {
    const before = (await made.log.head()).position
    // After so many facts and not after so long: at a moment of its work that is another each time.
    await until(async () => (await made.log.head()).position >= before + 10 + Math.random() * 60)
    working.process.kill('SIGKILL')
    const next = tallyWorker(made)
    await until(() => follows(waiting) || follows(next), 20_000)
    ;[working, waiting] = follows(waiting) ? [waiting, next] : [next, waiting]
  }
  ending.abort()
  await writing
  expect(await caughtUp(made, 'tally')).toBe('reached')
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
  expect((await checkProjection(made.servingPool, made.log, tally)).difference).toBeUndefined()
}, 90_000)

test('two workers follow two projections, each by one of them; the one that is left follows both', async () => {
  const made = await ownLog()
  const workers = [tallyWorker(made, 'one', 'two'), tallyWorker(made, 'one', 'two')]
  const [first, second] = workers
  if (first === undefined || second === undefined) throw new Error('two')
  await until(() => workers.every(({ lines }) => lines.some((line) => line.includes('started'))), 20_000)
  await until(() => workers.flatMap(followed).length === 2)
  await fill(made, 5)
  for (const name of ['one', 'two']) expect(await caughtUp(made, name)).toBe('reached')
  expect(workers.flatMap(followed).toSorted()).toEqual(['one', 'two'])
  first.process.kill('SIGTERM')
  expect(await first.ended).toMatchObject({ code: 0, errors: '' })
  await until(() => new Set(followed(second)).size === 2, 20_000)
  await fill(made, 5)
  for (const name of ['one', 'two']) expect(await caughtUp(made, name)).toBe('reached')
  const states = await statesOf(made.servingPool, made.log, [])
  expect(states.map(({ followedBy }) => followedBy)).toEqual([0, 1].map(() => expect.stringContaining(`${second.process.pid}`)))
  second.process.kill('SIGTERM')
  expect(await second.ended).toMatchObject({ code: 0, errors: '' })
}, 60_000)

test('a worker that is frozen loses its projections; when it wakes up it has doubled nothing', async () => {
  const made = await ownLog()
  const tally = tallyOf('tally')
  const [frozen, other] = [tallyWorker(made), tallyWorker(made)]
  await until(() => follows(frozen) || follows(other), 20_000)
  const [holder, waiter] = follows(frozen) ? [frozen, other] : [other, frozen]
  await fill(made, 20)
  holder.process.kill('SIGSTOP')
  await fill(made, 20)
  await until(() => follows(waiter), 20_000)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  holder.process.kill('SIGCONT')
  await until(() => holder.lines.some((line) => line.includes('tried again')), 20_000)
  await fill(made, 20)
  expect(await caughtUp(made, 'tally')).toBe('reached')
  expect(await countsIn(viewsDb(made.servingPool))).toEqual(countsOf(await everything(made), tally.types))
}, 60_000)

/** `main.ts` as it is run, with these settings and no others. */
function main(settings: Readonly<Record<string, string>>): { process: ChildProcess; printed: () => string; ended: Promise<number | null> } {
  const file = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const { PATH = '' } = process.env
  const started = spawn(process.execPath, [file], { env: { PATH, ...settings } })
  onTestFinished(() => void started.kill('SIGKILL'))
  let out = ''
  started.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  return { process: started, printed: () => out, ended: new Promise((resolve) => started.once('close', resolve)) }
}

test('a fact that it cannot take is one line of level error with position and reason; it is not gone with it', async () => {
  const made = await ownLog()
  await made.log.append(submission({ facts: [{ type: 'edition.Published', tags: ['edition:X'], data: { content: {} } }] }))
  const worker = main({ DATABASE_URL: made.servingUrl })
  await until(() => /stopped.*entity-list|entity-list.*stopped/.test(worker.printed()), 20_000)
  const lines = worker
    .printed()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const errors = lines.filter(({ level }) => Number(level) >= 50)
  expect(errors).toContainEqual(
    expect.objectContaining({ projection: 'entity-list', position: 1, reason: expect.stringContaining('workflows') }),
  )
  worker.process.kill('SIGTERM')
  expect(await worker.ended).toBe(0)
  expect(worker.printed()).toContain('SIGTERM: finishing what is under way')
})

test.each([
  ['no address is given', () => Promise.resolve({}), 2, 'DATABASE_URL must be a postgres:// address'],
  ['nothing answers', () => Promise.resolve({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/nothing' }), 3, 'ECONNREFUSED'],
  ['there is no log', async () => ({ DATABASE_URL: await freshDatabase() }), 2, 'no log'],
])('where %s it says so in one line and ends', async (_, settings, code, said) => {
  const worker = main(await settings())
  expect(await worker.ended).toBe(code)
  expect(worker.printed()).toContain(said)
  expect(worker.printed().trim().split('\n')).toHaveLength(1)
})
