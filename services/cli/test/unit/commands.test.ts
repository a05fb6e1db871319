import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { fieldFaults, type FieldFault } from '@jejak/domain'
import { run } from '../../src/program.ts'
import { secretsOf } from '../../src/secrets.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'jejak-commands-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^(JEJAK|DATABASE)_/.test(name)) vi.stubEnv(name, undefined)
  vi.stubEnv('JEJAK_DATA', folder)
})

async function jejak(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
const file = async (name: string, text: string): Promise<string> => {
  await writeFile(path.join(folder, name), text)
  return path.join(folder, name)
}

test('wrong use ends with 2 and says on the error output what is possible', async () => {
  for (const args of [
    [],
    ['nonsense'],
    ['replay'],
    ['token'],
    ['explain', 'a', 'b'],
    ['replay', 'x:1', '--no-such'],
    ['stuck', 'x'],
    ['flow'],
    ['deviations', 'x'],
    ['compliance', 'x', '--programme', 'P2KP'],
    ['loans'],
    ['loans', 'tranche:1'],
    ['swadaya'],
    ['swadaya', 'tranche:1'],
    ['taxes', 'loan:1'],
    ['taxes', 'x'],
    ['ledger'],
    ['ledger', 'plans', 'x'],
    ['reasons'],
  ]) {
    const { code, out, err } = await jejak(...args)
    expect({ args, code, out }).toEqual({ args, code: 2, out: '' })
    expect(err).not.toBe('')
  }
  expect(await jejak('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('replay') })
})

test('where nothing was started, token says so and replay could not connect', async () => {
  expect(await jejak('token', '--role', 'KSM')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('run start first') })
  expect(await jejak('replay', 'tranche:1')).toMatchObject({ code: 3, out: '', err: expect.stringContaining('run start first') })
  expect(await jejak('loans', 'loanPool:1')).toMatchObject({ code: 3, out: '' })
  for (const name of ['swadaya', 'taxes']) expect(await jejak(name, 'proposal:1')).toMatchObject({ code: 3, out: '' })
  expect(await jejak('ledger', 'plans')).toMatchObject({ code: 3, out: '' })
  expect(await jejak('reasons', '1')).toMatchObject({ code: 3, out: '' })
  for (const name of ['deviations', 'compliance']) expect(await jejak(name)).toMatchObject({ code: 3, out: '' })
  expect(await jejak('stuck')).toMatchObject({ code: 3, out: '', err: expect.stringContaining('run start first') })
  expect(await jejak('flow', 'tranche')).toMatchObject({ code: 3, out: '', err: expect.stringContaining('run start first') })
  vi.stubEnv('JEJAK_TOKEN', 'x')
  const asked = await jejak('replay', 'tranche:1', '--url', 'http://127.0.0.1:9/')
  expect(asked).toMatchObject({ code: 3, out: '', err: expect.stringContaining('nothing answers at http://127.0.0.1:9:') })
})

test('money is narrowed on the command line by all that the API narrows it by', async () => {
  const asked = [
    ['export', 'journal'],
    ...['balances', 'statement', 'trial-balance', 'idle', 'plan', 'plans'].map((name) => ['ledger', name]),
  ]
  for (const command of asked) {
    const { out } = await jejak(...command, '--help')
    for (const name of ['source', 'programme', 'edition', 'component', 'fiscal-year', 'fund', 'area', 'region'])
      expect(out).toMatch(new RegExp(`--${name} <`))
  }
})

test('replay wants kind:id', async () => {
  for (const entity of ['tranche', 'tranche:', ':1', 'Tranche:1', 'tranche 1'])
    expect(await jejak('replay', entity)).toMatchObject({ code: 2, err: expect.stringContaining('write kind:id') })
})

test('damaged secrets are named', async () => {
  const elsewhere = path.join(folder, 'damaged')
  await secretsOf(elsewhere)
  vi.stubEnv('JEJAK_DATA', elsewhere)
  for (const text of ['', '{"kty":', '{}']) {
    await writeFile(path.join(elsewhere, 'secrets.json'), text)
    expect(await jejak('token', '--role', 'KSM')).toMatchObject({ code: 2, err: expect.stringMatching(/secrets\.json is damaged/) })
  }
})

test('two starts at the same moment make one set of secrets', async () => {
  const elsewhere = path.join(folder, 'together')
  const made = await Promise.all([secretsOf(elsewhere), secretsOf(elsewhere), secretsOf(elsewhere)])
  expect(new Set(made.map((secrets) => JSON.stringify(secrets)))).toHaveLength(1)
})

test('a token is for a role of any case, or for a person of one’s own', async () => {
  await secretsOf(folder)
  for (const [role, wanted] of [
    ['ksm', 'KSM'],
    ['Auditor', 'AUDITOR'],
    ['SEK_bkm', 'SEK_BKM'],
    ['SYSTEM', 'system'],
  ] as const) {
    const { code, out } = await jejak('token', '--role', role)
    expect(code).toBe(0)
    expect(claimsOf(out)).toMatchObject({ roles: [wanted], person: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  }
  const person = '01900000-0000-7000-8000-000000000001'
  const own = await jejak('token', '--role', 'CAMAT', '--person', person, '--region', '16.74', '--hours', '1', '--simulator', '--json')
  const { token, ...rest } = JSON.parse(own.out) as { token: string }
  expect(rest).toEqual({ role: 'CAMAT', person, institution: null, region: '16.74' })
  const { iat, exp, roles } = claimsOf(token) as { iat: number; exp: number; roles: string[] }
  expect({ hours: (exp - iat) / 3600, roles }).toEqual({ hours: 1, roles: ['CAMAT', 'simulator'] })
})

test('a token is refused for what the API would refuse, in words', async () => {
  const refused: readonly (readonly [RegExp, ...string[]])[] = [
    [/nobody holds NOBODY.*KSM/, '--role', 'nobody'],
    [/--role K S M/, '--role', 'k s m', '--person', '01900000-0000-7000-8000-000000000001'],
    [/--person x/, '--role', 'KSM', '--person', 'x'],
    [/--region 1674/, '--role', 'KSM', '--region', '1674'],
    [/--institution BKM/, '--role', 'KSM', '--institution', 'BKM'],
    [/--hours/, '--role', 'KSM', '--hours', '0'],
    [/--hours/, '--role', 'KSM', '--hours', 'many'],
  ]
  for (const [said, ...args] of refused)
    expect(await jejak('token', ...args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(said) })
  vi.stubEnv('NODE_ENV', 'production')
  expect(await jejak('token', '--role', 'KSM')).toMatchObject({ code: 2, err: expect.stringContaining('production') })
})

test('explain tells a code, all codes, and what is near an unknown one', async () => {
  const known = await jejak('explain', 'progress-below-threshold')
  expect(known).toMatchObject({ code: 0, err: '' })
  for (const part of ['HTTP 409', 'Kemajuan', 'Weighted progress', 'G-03', 'DOMAIN §2.5']) expect(known.out).toContain(part)
  expect(JSON.parse((await jejak('explain', 'progress-below-threshold', '--json')).out)).toMatchObject({
    code: 'progress-below-threshold',
    status: 409,
  })

  const all = JSON.parse((await jejak('explain', '--json')).out) as { code: string }[]
  expect(all.length).toBeGreaterThan(50)
  expect((await jejak('explain')).out.split('\n').map((line) => line.split(' ')[0])).toEqual(all.map(({ code }) => code))
  for (const { code } of all) expect(await jejak('explain', code)).toMatchObject({ code: 0, err: '' })

  // What stands in errors[] as a code of its own is explained as well.
  for (const code of Object.keys(fieldFaults) as FieldFault[]) {
    const { out } = await jejak('explain', code)
    for (const part of [`${code} (in errors[], HTTP 400)`, fieldFaults[code].id, fieldFaults[code].en]) expect(out).toContain(part)
  }

  expect(await jejak('explain', 'progress')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('progress-below-threshold') })
  expect(await jejak('explain', 'zzz')).toMatchObject({ code: 2, err: expect.stringContaining('lists all') })
})

test('settings are all named that cannot be used, before anything is begun', async () => {
  const refused: readonly (readonly [Record<string, string>, ...RegExp[]])[] = [
    [
      { JEJAK_PORT: '70000', JEJAK_DEMO: 'yes', JEJAK_PERSONS_KEY: 'abc', DATABASE_URL: 'mysql://x' },
      /JEJAK_PORT: /,
      /JEJAK_DEMO: /,
      /JEJAK_PERSONS_KEY: must be 32 bytes/,
      /DATABASE_URL: /,
    ],
    [{ DATABASE_ADMIN_URL: 'postgres://a/b' }, /DATABASE_URL: .*needs DATABASE_URL/],
    [{ JEJAK_OIDC_ISSUER: 'https://issuer.example' }, /JEJAK_OIDC_JWKS: .*go together/],
    [{ NODE_ENV: 'production' }, /JEJAK_DEMO: .*simulated/, /JEJAK_OIDC_ISSUER: .*built-in issuer is refused/, /JEJAK_OIDC_JWKS: /],
    [
      { NODE_ENV: 'production', JEJAK_DEMO: '0', JEJAK_PERSONS_KEY: 'abc' },
      /JEJAK_OIDC_ISSUER: /,
      /JEJAK_OIDC_JWKS: /,
      /JEJAK_PERSONS_KEY: /,
    ],
  ]
  for (const [settings, ...said] of refused) {
    vi.unstubAllEnvs()
    vi.stubEnv('JEJAK_DATA', path.join(folder, 'never'))
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
    const { code, out, err } = await jejak('start')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    for (const each of said) expect(err).toMatch(each)
    expect(err.split('\n')).toHaveLength(said.length + 1)
    expect(existsSync(path.join(folder, 'never'))).toBe(false)
  }
  vi.unstubAllEnvs()
})

test('a data folder that cannot be one is named', async () => {
  const taken = await file('taken', '')
  vi.stubEnv('JEJAK_DATA', taken)
  expect(await jejak('start')).toMatchObject({ code: 2, err: expect.stringContaining(`JEJAK_DATA: ${taken} cannot be used`) })
})

test('the roles’ SQL names a role only as an identifier, and is the file that infra holds', async () => {
  const { rolesByHand } = await import('../../src/database.ts')
  const sql = rolesByHand('evil"; drop role x; --', '$&')
  expect(sql).toContain('to "evil""; drop role x; --"')
  expect(sql).toContain('on database "$&"')
  expect(sql).not.toMatch(/:"\w+"/)
  const written = await readFile(path.resolve(import.meta.dirname, '../../../../infra/roles.sql'), 'utf8')
  expect(sql.split('\n')[0]).toBe('do $$')
  expect(written).toContain(sql.slice(0, sql.indexOf('grant')))
})

test('send says what a role or a case of one’s own needs, before it asks anybody', async () => {
  const step = ['--data', '{"step":"survey","outcome":"fit"}']
  const wrong: readonly (readonly [string[], string])[] = [
    [['case.Open', '--role', 'WARGA'], 'nobody holds WARGA in the demonstration: for a role of your own edition'],
    [['case.Open', '--role', 'WARGA', '--by', 'DINAS', '--kind', 'house-repair'], 'nobody holds DINAS in the demonstration: give --person'],
    [['case.Open', '--role', 'KORKOT'], 'case.Open needs the kind of the case'],
    [['case.RecordStep', '--role', 'KORKOT', ...step], 'case.RecordStep needs the case it is about'],
    [['case.RecordStep', '--role', 'DINAS', '--person', 'pak-budi', ...step], '--person pak-budi: give the UUID of a person'],
    [['tranche.ProposeCorrection', 'tranche:1', '--role', 'BKM', '--if-match', 'latest'], '--if-match latest: an ETag, or the position'],
    [['proposal.Draft', '--role', 'KSM', '--if-match', '5'], '--if-match needs the entity that you saw'],
  ]
  for (const [args, reason] of wrong)
    expect(await jejak('send', ...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(reason) })
})
