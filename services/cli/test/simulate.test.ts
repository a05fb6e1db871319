import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { freshDatabase, ownLog } from '../../../packages/event-store/test/database.ts'
import { run } from '../src/program.ts'

vi.setConfig({ testTimeout: 120_000 })

const folder = await mkdtemp(path.join(tmpdir(), 'jejak-simulate-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^(JEJAK|DATABASE)_/.test(name)) vi.stubEnv(name, undefined)
  vi.stubEnv('JEJAK_DATA', folder)
})

async function simulate(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await run(['simulate', ...args], { out: (text) => out.push(text), err: (text) => err.push(text) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

test('a nation is written to an empty database, once; the outcome is for programs or for people', async () => {
  const url = await freshDatabase()
  const small = ['--kelurahan', '2', '--years', '1', '--from', '2018', '--threads', '1', '--database-url', url]
  const first = await simulate(...small, '--json')
  expect(first.code).toBe(0)
  const outcome = JSON.parse(first.out) as Record<string, unknown>
  expect(outcome).toMatchObject({ kelurahan: 2, years: 1, seed: '1', from: 2018, digest: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(outcome['facts']).toBeGreaterThan(300)
  expect(outcome['distributions']).toMatchObject({ daysRequestToCredit: { median: expect.any(Number) } })

  const again = await simulate(...small)
  expect(again).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/has facts already.*name an empty database/) })
})

test('a real log is never written to', async () => {
  const { adminUrl } = await ownLog({ clock: 'real' })
  const refused = await simulate('--kelurahan', '1', '--years', '1', '--database-url', adminUrl)
  expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringContaining('is real for ever') })
})

test.each([
  [['--kelurahan', '0'], 'kelurahan is a whole number above zero'],
  [['--kelurahan', 'many'], 'a whole number'],
  [['--kelurahan', '999999'], 'at most'],
  [['--years', '40'], 'is not within 2006 to 2027'],
  [['--from', '1990'], 'is not within 2006 to 2027'],
  [['--seed', ''], 'seed'],
  [['--edition', 'KOTAKU-1900'], 'there are KOTAKU-2018'],
  [['--threads', '0'], 'threads is a whole number above zero'],
  [['--database-url', 'mysql://x'], 'a postgres:// address'],
  [['--replace', '--database-url', 'postgres://x@127.0.0.1:1/x'], 'empty a database of your own yourself'],
  [['--no-such'], 'unknown option'],
])('wrong use says what is wrong: %j', async (args, message) => {
  const { code, out, err } = await simulate(...args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain(message)
})

test('a database that does not answer is named', async () => {
  const { code, err } = await simulate('--kelurahan', '1', '--years', '1', '--database-url', 'postgres://x@127.0.0.1:9/none')
  expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('127.0.0.1:9/none') })
})
