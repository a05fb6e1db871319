import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { run } from '../src/program.ts'
import {
  dataFolder,
  get,
  lives,
  logOf,
  occupiedPort,
  onDatabase,
  readyOf,
  serverOf,
  shell,
  startWith,
  up,
  type Started,
} from './support/started.ts'

// Starts are slow on a busy machine, and nothing here is proven by being quick.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** One data folder through its life, in the order of the tests: a first start costs several seconds. */
const data = await dataFolder()
const here = { JEJAK_DATA: data }
let first: Started
let demo: Awaited<ReturnType<typeof logOf>>

const tokensIn = (printed: string): Map<string, string> =>
  new Map([...printed.matchAll(/^ {2}(\w+) +(ey[\w-]+\.[\w-]+\.[\w-]+)$/gm)].map(([, role = '', token = '']) => [role, token]))
const commandsIn = (printed: string): string[] => (printed.split('Try next')[1] ?? '').split('\n').filter((line) => /^ {2}\S/.test(line))

test('a first start makes everything, shows progress, and prints where it is and who may ask', async () => {
  first = await up(here)
  const printed = first.printed()
  for (const step of [
    'making a PostgreSQL cluster',
    'migrated: 0001_log, 0002_hashed_tags, 0003_projections',
    'reference data: regions',
    'reference data: holidays',
    'demonstration:',
  ])
    expect(printed).toContain(step)
  expect(printed.match(/demonstration: \d+ of \d+/g)?.length).toBeGreaterThan(2)
  // Without the tokens: their letters are random, and one in twenty starts spells a "nan" in them.
  expect(printed.replaceAll(/ey[\w-]+\.[\w-]+\.[\w-]+/g, '')).not.toMatch(/not protected|warn|error|deprecat|undefined|NaN/i)
  for (const [route, status] of [
    ['/livez', 200],
    ['/openapi.json', 200],
  ] as const)
    expect((await get(first.base() + route)).status).toBe(status)
  expect((await fetch(`${first.base()}/docs`)).headers.get('content-type')).toContain('text/html')
  const body = await readyOf(first)
  expect(body).toMatchObject({ status: 'ready', log: { clock: 'simulated' }, missingProtections: [] })
  demo = await logOf((await serverOf(data)).url('jejak_demo'))
  expect(printed).toContain(`the log holds ${demo.head} facts`)
})

test('each printed token works for 12 hours, in its role', async () => {
  const tokens = tokensIn(first.printed())
  expect([...tokens.keys()]).toEqual(expect.arrayContaining(['KSM', 'BKM', 'KORKOT', 'PPK', 'LURAH', 'AUDITOR', 'MANAGER']))
  for (const [role, token] of tokens) {
    const { status, body } = await get(`${first.base()}/v1/me`, token)
    expect({ role: body['role'], status }).toEqual({ role, status: 200 })
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { iat: number; exp: number }
    expect(claims.exp - claims.iat).toBe(12 * 3600)
  }
})

test('the three commands to try next run as they are printed', async () => {
  const [replay = '', curl = '', explain = '', ...more] = commandsIn(first.printed())
  expect(more).toEqual([])
  const replayed = await shell(replay)
  expect(replayed).toMatchObject({ code: 0, err: '' })
  expect(replayed.out).toMatch(/tranche\.Requested .*150000000 .*Planned > UnderVerification\.FASKEL/)
  expect(replayed.out).toMatch(/known at position \d+ \(2018-10-10T16:59:59/)
  // Without curl on the machine: its token, and its address.
  const token = await shell(/\$\((.*?)\)/.exec(curl)?.[1] ?? 'false')
  const trail = await get(/http\S+$/.exec(curl)?.[0] ?? '', token.out.trim())
  expect(trail.status).toBe(200)
  expect(JSON.stringify(trail.body)).toContain('500000000')
  expect(await shell(explain)).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Weighted progress') })
})

test('replay: as of a day, a position and until a date, as a table and as JSON', async () => {
  vi.stubEnv('JEJAK_DATA', data)
  const tranche = /replay (tranche:\S+)/.exec(first.printed())?.[1] ?? ''
  const jejak = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await run(['replay', ...args], { out: (text) => out.push(text), err: (text) => err.push(text) })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  const asOf = JSON.parse((await jejak(tranche, '--as-of', '2018-10-10', '--json')).out) as Replayed
  expect(asOf.stages).toEqual({ '': 'UnderVerification.KORKOT' })
  const positions = asOf.facts.map(({ position }) => position)
  expect(positions).toEqual([...positions].sort((a, b) => a - b))
  const last = positions.at(-1) ?? 0
  expect(last).toBe(asOf.asOf.position)
  const before = JSON.parse((await jejak(tranche, '--as-of', String(last - 1), '--json')).out) as Replayed
  expect(before.facts).toEqual(asOf.facts.slice(0, -1))
  const table = await jejak(tranche)
  expect(table.out.split('\n')[0]).toMatch(/^position +date +recorded +fact +by +amount +stage( +deviations)?$/)
  expect(table.out.split('\n').length).toBeGreaterThan(asOf.facts.length + 4)
  const until = JSON.parse((await jejak(tranche, '--until', '2018-09-12', '--json')).out) as Replayed
  expect(until.facts.map(({ effectiveOn }) => effectiveOn).at(-1)).toBe('2018-09-12')

  expect(await jejak(`tranche:${crypto.randomUUID()}`)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('not-found') })
  expect(await jejak(tranche, '--as-of', '2001-01-01')).toMatchObject({ code: 1, err: expect.stringContaining('not-yet-known') })
  for (const wrong of [
    ['--as-of', '2018-13-01'],
    ['--until', 'yesterday'],
  ])
    expect(await jejak(tranche, ...wrong)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('invalid-request') })
  vi.unstubAllEnvs()
})

test('stuck: what is over its limit on a day and what it waits for, its sums, nothing, and what is refused', async () => {
  vi.stubEnv('JEJAK_DATA', data)
  const jejak = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await run(['stuck', ...args], { out: (text) => out.push(text), err: (text) => err.push(text) })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  const listed = await jejak('--at', '2018-10-25', '--region', '16.74')
  expect(listed).toMatchObject({ code: 0, err: '' })
  expect(listed.out).toMatch(/^state +days +over +clock +what +where +stage +held by +rupiah +waits for\n/)
  expect(listed.out).toMatch(/stuck +45 +0 +requested > credited +tranche 2 +.*UnderVerification\.PPK +PPK +150\.000\.000 +IssueSpp by PPK/)
  expect(listed.out).toMatch(/stuck +35 +7 +progress-reported > progress-reported +proposal PROP-A .*InProgress\.stopped +BKM/)
  expect(listed.out).toMatch(/\nrequested > credited: warn 21, stuck 45 calendar days\nprogress-reported > .*: warn 14, stuck 28 .*\n/)
  expect(listed.out).toMatch(/\non 2018-10-25, known at position \d+$/)
  expect((await jejak('--at', '2018-10-10')).out).toMatch(/warn +30 +9 .*VF-12 by KORKOT/)
  expect((await jejak('--at', '2018-05-28', '--limit', '2')).out).toContain('there is more')
  const sums = await jejak('--at', '2018-10-25', '--by', 'region', '--region', '16')
  expect(sums.out).toMatch(
    /^region +name +entities +warn +stuck +rupiah +oldest days\n.*\n16\.74 +Kota Prabumulih +4 +0 +4 +640\.000\.000 +45\n/,
  )
  expect(JSON.parse((await jejak('--at', '2018-10-25', '--by', 'holder', '--json')).out)).toMatchObject({
    groups: [
      { key: 'BKM', stuck: 3 },
      { key: 'PPK', stuck: 1 },
    ],
  })
  for (const more of [[], ['--by', 'stage']])
    expect(await jejak('--at', '2018-09-30', ...more)).toEqual({ code: 0, err: '', out: 'nothing is over its limit on 2018-09-30' })
  expect(await jejak('--at', '9999-01-01')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('is in the future') })
  expect(await jejak('--at', 'yesterday')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('at ') })
  vi.unstubAllEnvs()
})

test('send corrects what was seen: the position that replay ends with, never the newest unasked', async () => {
  vi.stubEnv('JEJAK_DATA', data)
  const jejak = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text) })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  const entity = /replay (tranche:\S+)/.exec(first.printed())?.[1] ?? ''
  const told = await jejak('replay', entity)
  const known = Number(/known at position (\d+)/.exec(told.out)?.[1])
  const { etag, facts } = JSON.parse((await jejak('replay', entity, '--json')).out) as Replayed & { readonly etag: string }
  const last = facts.find(({ type }) => type === 'tranche.Closed')
  const correction = JSON.stringify({ target: { position: last?.position, id: last?.id }, how: 'annul' })
  const correct = (...more: string[]) =>
    jejak('send', 'tranche.ProposeCorrection', entity, '--role', 'PPK', '--data', correction, '--reason', 'Salah', '--english', ...more)
  const blind = await correct('--dry-run')
  expect(blind).toMatchObject({ code: 1, err: '', out: expect.stringContaining('428 if-match-missing') })
  expect(blind.out).toContain(`look at it first: jejak replay ${entity} ends with the position at which it is known; then --if-match N`)
  const stale = await correct('--dry-run', '--if-match', String((last?.position ?? 0) - 1))
  expect(stale).toMatchObject({ code: 1, out: expect.stringContaining('412 stale-version') })
  expect(stale.out).toContain(`look at it again: jejak replay ${entity}`)
  for (const seen of [String(known), etag]) {
    const answer = await correct('--dry-run', '--if-match', seen)
    expect(answer).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(answer.out)).toMatchObject({ facts: [{ type: 'tranche.CorrectionProposed' }] })
  }
  expect(await correct('--if-match', '99999999')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('not-yet-known') })
  vi.unstubAllEnvs()
})

test('flow: variants and waits of a kind, as of a moment, nothing, and what is refused', async () => {
  vi.stubEnv('JEJAK_DATA', data)
  const jejak = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await run(['flow', ...args], { out: (text) => out.push(text), err: (text) => err.push(text) })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  const told = await jejak('tranche', '--moving', '--limit', '4')
  expect(told).toMatchObject({ code: 0, err: '' })
  expect(told.out).toMatch(/^tranche: \d+ cases, \d+ steps, \d+ variants, \d+ pairs of steps\n/)
  expect(told.out).toMatch(/\n +Planned > Requested > VF-10:recommended > VF-12:returned > Resubmitted > VF-12:recommended/)
  expect(told.out).toMatch(/\n +194 d +█{24} +3 +35 d .* +Planned > Requested\n/)
  expect(told.out).toMatch(/\nknown at position \d+$/)
  expect(told.out.split('\n').filter((line) => line.length > 140)).toEqual([])
  const json = JSON.parse((await jejak('proposal', '--at', '2018-06-01', '--limit', '1', '--json')).out) as Record<string, unknown[]>
  expect([json['kind'], json['topVariants']?.length, json['slowestPairs']?.length]).toEqual(['proposal', 1, 1])
  expect(await jejak('tranche', '--at', '2001-01-01')).toMatchObject({ code: 0, out: expect.stringMatching(/^no tranche took a step: /) })
  expect(await jejak('kwitansi')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('not-found') })
  expect(await jejak('tranche', '--at', 'yesterday')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('invalid-request') })
  vi.unstubAllEnvs()
})

test('ledger plans and statement, swadaya, taxes: tables, JSON, nothing, and what is refused', async () => {
  vi.stubEnv('JEJAK_DATA', data)
  const jejak = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text) })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  const plans = await jejak('ledger', 'plans')
  expect(plans.out).toMatch(
    /^date +position +fact +fund +planned\n.*\n2018-04-23 +\d+ +allocation\.Decreed +allocation:\S+ +500\.000\.000\n/,
  )
  const fund = /allocation:\S+/.exec(plans.out)?.[0] ?? ''
  const tranches = await jejak('ledger', 'plans', '--of', 'tranche', '--fund', fund, '--json')
  expect(JSON.parse(tranches.out)).toMatchObject({ of: 'tranche', rows: [{ amount: '350000000' }, { amount: '150000000' }] })
  expect((await jejak('ledger', 'plans', '--of', 'proposal', '--at', '2010-01-01')).out).toMatch(/^no proposal has a plan there\n/)
  const account = /board-bank\S+/.exec((await jejak('ledger', 'balances', '--kind', 'board-bank')).out)?.[0] ?? ''
  const came = await jejak('ledger', 'statement', '--kind', 'group-bank', '--came-from', account, '--at', '2018-07-20')
  expect(came.out.match(/tranche\.InstalmentPaid/g)?.length).toBe(3)
  expect(came.out).toMatch(/196\.000\.000\n\nknown at position \d+, counting by 2018-07-20$/)
  const { rows } = JSON.parse((await jejak('ledger', 'balances', '--by', 'area', '--json')).out) as { rows: { group: { area: string } }[] }
  const area = rows[0]?.group.area ?? ''
  expect((await jejak('ledger', 'balances', '--area', area)).out).toMatch(/\ntreasury\//)
  expect((await jejak('ledger', 'balances', '--area', crypto.randomUUID())).out).not.toMatch(/treasury/)
  const journal = (...more: string[]) => jejak('export', 'journal', '--format', 'ledger', ...more)
  for (const narrowed of [
    ['--area', area],
    ['--component', 'INFRA_NEIGHBOURHOOD'],
    ['--edition', 'KOTAKU-2018'],
  ])
    expect([narrowed, (await journal(...narrowed)).out.includes('tranche.Credited')]).toEqual([narrowed, true])
  for (const elsewhere of [
    ['--area', crypto.randomUUID()],
    ['--component', 'BOP'],
    ['--edition', 'P2KP3-2006'],
  ])
    expect([elsewhere, (await journal(...elsewhere)).out.includes('tranche.Credited')]).toEqual([elsewhere, false])
  const refused = await journal('--area', 'x')
  expect(refused).toMatchObject({ code: 2, out: '' })
  expect(refused.err).toMatch(/^jejak: invalid-request: .*\n {2}area a UUID, e\.g\. /)
  const trial = await jejak('ledger', 'trial-balance', '--fund', fund, '--from', '2018-09-01')
  expect(trial.out).toMatch(/ facts +facts of the opening\n/)
  expect(trial.out).toMatch(/\nall +0 +([0-9.]+) +\1 +0 +\d+ from \d+ to \d+ +\d+ from \d+ to \d+\n/)
  expect(trial.out).toMatch(/\nspent +250\.000\.000 +247\.250\.000 +0 +497\.250\.000 +26 from \d+ to \d+ +24 from \d+ to \d+\n/)
  const own = await jejak('swadaya', fund)
  expect(own.out).toMatch(/^proposal +grant +planned +given +of grant +of total +in cash +written down\n/)
  expect(own.out).toMatch(/\nall +490\.000\.000 +54\.000\.000 +46\.500\.000 +9\.49 % +8\.67 % +10\.75 % +0\n/)
  expect(own.out).toMatch(/\n2018-07-13 +\d+ +PROP-C +SWR-001 +land +3\.000\.000 /)
  expect((await jejak('swadaya', fund, '--until', '2018-06-01')).out).toMatch(/\nuntil 2018-06-01, known at position \d+$/)
  expect(JSON.parse((await jejak('swadaya', fund, '--json')).out)).toMatchObject({ realised: { amount: '46500000' } })
  expect((await jejak('taxes', fund)).out).toMatch(/^no tax was withheld\n\non \d{4}-\d\d-\d\d, known at position \d+$/)
  for (const [wrong, said] of [
    [['ledger', 'plans', '--of', 'x'], '  of must be one of fund, tranche, proposal'],
    [['ledger', 'balances', '--source', 'apbn'], '  source must be one of APBN, APBD'],
    [['ledger', 'statement', '--idle', 'x'], '  idle a whole number: digits only'],
    [['export', 'journal', '--format', 'ledger', '--source', 'APBM'], '  source must be one of APBN, APBD'],
    [['ledger', 'statement', '--came-from', 'x'], '  cameFrom not the name of an account'],
    [['taxes', fund, '--at', 'yesterday'], '  at a date that exists, written YYYY-MM-DD, e.g. 2018-09-10'],
    [['swadaya', fund, '--as-of', 'x'], '  asOf a position: digits only; or an instant'],
  ] as const)
    expect(await jejak(...wrong)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(said) })
  for (const name of ['swadaya', 'taxes'])
    expect(await jejak(name, `proposal:${crypto.randomUUID()}`)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('not-found'),
    })
  vi.unstubAllEnvs()
})

test('edition list and show tell what is published', async () => {
  vi.stubEnv('JEJAK_DATA', data)
  const jejak = async (...args: string[]) => {
    const out: string[] = []
    const code = await run(['edition', ...args], { out: (text) => out.push(text), err: (text) => out.push(text) })
    return { code, out: out.join('\n') }
  }
  const listed = await jejak('list', '--published', '--language', 'en')
  expect(listed.out).toMatch(/^KOTAKU-2018 +1 +KOTAKU +KOTAKU, BDI grants of 2018 +2005-01-01 +1$/m)
  const shown = JSON.parse((await jejak('show', 'KOTAKU-2018', '--published')).out) as object
  expect(shown).toMatchObject({ id: 'KOTAKU-2018', tranches: { percent: [70, 30] } })
  expect(await jejak('show', 'KOTAKU-2018', '--revision', '2')).toMatchObject({
    code: 1,
    out: expect.stringContaining('was not published'),
  })
  vi.unstubAllEnvs()
})

interface Replayed {
  readonly stages: Readonly<Record<string, string>>
  readonly asOf: { readonly position: number }
  readonly facts: readonly { readonly id: string; readonly position: number; readonly type: string; readonly effectiveOn: string }[]
}

test('a backup of the running start, restored where nothing was started, starts as the same log', async () => {
  const elsewhere = { JEJAK_DATA: await dataFolder() }
  const file = path.join(path.dirname(elsewhere.JEJAK_DATA), 'demo.jejak')
  const jejak = 'npx -y pnpm@12.21.0 jejak'
  expect(await shell(`${jejak} backup ${file}`, here)).toMatchObject({ code: 0, out: expect.stringContaining(`${demo.head} facts`) })
  expect(await shell(`${jejak} restore ${file}`, here)).toMatchObject({ code: 2, err: expect.stringContaining('holds a log already') })
  expect(await shell(`${jejak} restore ${file}`, elsewhere)).toMatchObject({ code: 0 })
  const second = await up(elsewhere)
  expect(second.printed()).not.toMatch(/migrated|demonstration:/)
  expect(await logOf((await serverOf(elsewhere.JEJAK_DATA)).url('jejak_demo'))).toEqual(demo)
  expect(await second.end()).toBe(0)
})

test('secrets are their owner’s alone, and no token reaches the log file', async () => {
  for (const name of ['secrets.json', 'postgres.password']) expect((await stat(path.join(data, name))).mode & 0o777).toBe(0o600)
  const log = await readFile(path.join(data, 'jejak.log'), 'utf8')
  expect(log).toContain('/v1/me')
  for (const token of tokensIn(first.printed()).values()) expect(log).not.toContain(token)
  expect(log).not.toMatch(/ey[\w-]{10,}\.|[Bb]earer|authorization/)
  const secrets = JSON.parse(await readFile(path.join(data, 'secrets.json'), 'utf8')) as { servingPassword: string; personsKey: string }
  for (const secret of [secrets.servingPassword, secrets.personsKey]) {
    expect(log).not.toContain(secret)
    expect(first.printed()).not.toContain(secret)
  }
})

test('a second start on the same folder names the first, even on the same port', async () => {
  const second = startWith({ ...here, JEJAK_PORT: new URL(first.base()).port })
  expect(await second.ended).toBe(2)
  expect(second.printed()).toContain(`in use by process ${first.child.pid}`)
  expect((await get(`${first.base()}/livez`)).status).toBe(200)
})

test('Ctrl-C answers what is under way, ends with 0, and the database is gone', async () => {
  const { pid, url } = await serverOf(data)
  const token = tokensIn(first.printed()).get('KSM') ?? ''
  await onDatabase(url('jejak_demo'), async (client) => {
    // The gate of the log is held: a command waits inside the service for as long as we want.
    await client.query('begin')
    await client.query('lock table jejak.log_gate in exclusive mode')
    const draft = {
      id: '0160af04-9000-7000-8000-00000000abcd',
      effectiveOn: new Date().toISOString().slice(0, 10),
      actor: claimsOf(token),
      evidence: [],
      data: {
        allocation: '0160af04-9000-7fab-be77-342fd73f5ed0',
        ksm: '0160af04-9000-785d-9fae-da92a06bcdfb',
        number: 'PROP-X',
        title: 'Saluran 100 m',
        field: 'lingkungan',
        infrastructure: true,
        location: 'RT 02 RW 04',
        grant: '1000000',
      },
    }
    const answer = fetch(`${first.base()}/v1/proposals`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': '"in-flight"' },
      body: JSON.stringify(draft),
    })
    await expect.poll(() => waiting(client)).toBe(1)
    first.child.kill('SIGINT')
    await first.until('SIGINT: finishing what is under way')
    expect(first.child.exitCode).toBeNull()
    await client.query('rollback')
    const answered = await answer
    expect(await answered.json()).toMatchObject({ repeated: false, position: demo.head + 1 })
    expect(answered.status).toBe(201)
  })
  expect(await first.ended).toBe(0)
  expect(first.printed()).toMatch(/stopped\n$/)
  expect(await lives(pid)).toBe(false)
})

const claimsOf = (token: string): Record<string, unknown> => {
  const { person, roles, institution } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    person: string
    roles: string[]
    institution: string
  }
  return { person, role: roles[0], institution }
}

async function waiting(client: { query: (text: string) => Promise<{ rows: unknown[] }> }): Promise<number> {
  return (await client.query(`select from pg_locks where relation = 'jejak.log_gate'::regclass and not granted`)).rows.length
}

test('a taken port is named, and nothing is left running', async () => {
  const { port, free } = await occupiedPort()
  const started = startWith({ ...here, JEJAK_PORT: String(port) })
  expect(await started.ended).toBe(2)
  expect(started.printed()).toContain(`port ${port} is taken`)
  expect(started.printed()).not.toContain('    at ')
  await free()
  await expect(serverOf(data)).rejects.toThrow('ENOENT')
})

test('a second start keeps the data and makes nothing again; with the real log beside it, in a database of its own', async () => {
  const real = await up({ ...here, JEJAK_DEMO: '0' })
  const body = await readyOf(real)
  expect(body).toMatchObject({ status: 'ready', log: { clock: 'real' }, missingProtections: [] })
  const [me = '', edition = '', explain = ''] = commandsIn(real.printed())
  const token = await shell(/\$\((.*?)\)/.exec(me)?.[1] ?? 'false')
  expect(token.out.trim()).not.toBe('')
  expect(await get(/http\S+$/.exec(me)?.[0] ?? '', token.out.trim())).toMatchObject({ status: 200, body: { role: 'system' } })
  for (const command of [edition, explain]) expect(await shell(command)).toMatchObject({ code: 0, err: '' })
  const registered = await fetch(`${real.base()}/v1/persons`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token.out.trim()}`, 'content-type': 'application/json', 'idempotency-key': '"person"' },
    body: JSON.stringify({ id: '0160af04-9000-7000-8000-00000000beef', record: { name: 'Ani' } }),
  })
  expect(registered.status).toBe(201)
  const { url } = await serverOf(data)
  const [before, kept] = [await logOf(url('jejak')), await logOf(url('jejak_demo'))]
  expect(before.head).toBeLessThan(10)
  expect(kept.head).toBe(demo.head + 1)
  expect(await real.end('SIGTERM')).toBe(0)

  const again = await up(here)
  expect(again.printed()).not.toMatch(/migrated|reference data|demonstration:|making|recovered|taken over/)
  console.info(/Jejak is up after [^;]*/.exec(again.printed())?.[0], '(a second start; target: below 3 s)')
  expect(await logOf((await serverOf(data)).url('jejak_demo'))).toEqual(kept)
  expect(await logOf((await serverOf(data)).url('jejak'))).toEqual(before)
  expect(await again.end()).toBe(0)
})

test('another key than the one that sealed the persons is refused, that one is not', async () => {
  const started = startWith({ ...here, JEJAK_DEMO: '0', JEJAK_PERSONS_KEY: Buffer.alloc(32, 7).toString('base64') })
  expect(await started.ended).toBe(2)
  expect(started.printed()).toMatch(/JEJAK_PERSONS_KEY is not the key that sealed/)
  expect(started.printed()).not.toContain('    at ')

  const { personsKey } = JSON.parse(await readFile(path.join(data, 'secrets.json'), 'utf8')) as { personsKey: string }
  const again = await up({ ...here, JEJAK_DEMO: '0', JEJAK_PERSONS_KEY: personsKey })
  expect(await again.end()).toBe(0)
})
