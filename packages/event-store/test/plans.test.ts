import type { Pool, PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { askText } from '../src/asking.ts'
import { tagHash, typeHash, typesLiteral } from '../src/hashes.ts'
import { createPool, openLog, type OpenLog } from '../src/index.ts'
import { freshLog, type TestLog } from './database.ts'
import { submission } from './facts.ts'

/** How the log's statements enter a million facts and three million tags, as they ran: index, rows, pages. Never how long it took. */
const million = 1_000_000
// Plans that gather and sort were chosen for tables of this size, while they had no statistics.
const thousands = 10_000
const institutions = 5_000
const provinces = 34
const tranches = 100_000

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string | undefined
  readonly 'Index Name'?: string | undefined
  readonly 'Actual Rows'?: number | undefined
  readonly 'Actual Loops'?: number | undefined
  readonly 'Shared Hit Blocks'?: number | undefined
  readonly 'Shared Read Blocks'?: number | undefined
  readonly Plans?: readonly Plan[] | undefined
}
const Count = z.number().optional()
const PlanNode: z.ZodType<Plan> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Actual Rows': Count,
    'Actual Loops': Count,
    'Shared Hit Blocks': Count,
    'Shared Read Blocks': Count,
    Plans: z.array(PlanNode).optional(),
  }),
)
const Explained = z.object({ 'Query Text': z.string(), Plan: PlanNode })
interface Ran {
  readonly text: string
  readonly plan: Plan
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]
const kinds = (plan: Plan): string[] => nodes(plan).map((node) => node['Node Type'])
/** Pages of tables and indexes touched, with everything below the node. */
const pages = (plan: Plan): number => (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0)
const pagesOf = (ran: readonly Ran[]): number => Math.max(...ran.map(({ plan }) => pages(plan)))
const rowsOf = (node: Plan): number => (node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 1)

/** How the tables of the log are entered: node type and index, each once. The log itself is one row. */
function entries(ran: readonly Ran[]): string[] {
  const entered = ran
    .flatMap(({ plan }) => nodes(plan))
    .filter((node) => node['Relation Name'] !== undefined && node['Relation Name'] !== 'log' && node['Node Type'] !== 'ModifyTable')
    .filter((node) => node['Actual Loops'] !== 0)
  return [...new Set(entered.map((node) => `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name']}`))].sort()
}

/** The most rows that a statement sorted. */
const sorted = (ran: readonly Ran[]): number =>
  Math.max(
    0,
    ...ran.flatMap(({ plan }) =>
      nodes(plan)
        .filter((node) => node['Node Type'].includes('Sort'))
        .map(rowsOf),
    ),
  )

/** Also as by default, where a statement may get a generic plan after five custom ones. */
const modes = ['force_custom_plan', 'force_generic_plan', ...Array.from({ length: 6 }, () => 'auto')]

/** A log whose statements tell their plans. Its one connection was there, and had its plans, before the tables were filled. */
interface Told {
  readonly log: OpenLog
  readonly pool: Pool
  /** The plans of what runs meanwhile, those inside functions included, each way in which a prepared statement may be planned. */
  readonly plansOf: (work: () => Promise<unknown>) => Promise<Ran[]>
}

async function telling(adminUrl: string): Promise<Told> {
  const pool = createPool(adminUrl, { max: 1, statementTimeoutMs: 0 })
  // Its one session must outlive the filling, however long that takes.
  pool.options.idleTimeoutMillis = 0
  let ran: Ran[] = []
  const client: PoolClient = await pool.connect()
  client.on('notice', ({ message }) => {
    const json = /plan:\s*(\{[\s\S]*\})\s*$/.exec(message ?? '')?.[1]
    if (json === undefined) return
    const { 'Query Text': text, Plan: plan } = Explained.parse(JSON.parse(json))
    ran.push({ text, plan })
  })
  await client.query(`
    load 'auto_explain';
    set auto_explain.log_min_duration = 0;
    set auto_explain.log_nested_statements = on;
    set auto_explain.log_analyze = on;
    set auto_explain.log_timing = off;
    set auto_explain.log_buffers = on;
    set auto_explain.log_format = json;
    set auto_explain.log_level = notice`)
  client.release()
  return {
    pool,
    log: await openLog(pool),
    async plansOf(work) {
      ran = []
      for (const mode of modes) {
        await pool.query(`set plan_cache_mode = ${mode}`)
        await work()
      }
      return ran.filter(({ text }) => !text.startsWith('set '))
    },
  }
}

/** Without the guard's consent: the tables keep the settings of the migration everywhere but here, where statistics must not appear. */
const withoutAutovacuum = `
alter event trigger jejak_guard_shape disable;
alter table jejak.events set (autovacuum_enabled = false);
alter table jejak.event_tags set (autovacuum_enabled = false);
alter table jejak.commands set (autovacuum_enabled = false)`

const [office, paid] = ['institution.OfficeAssumed', 'tranche.InstalmentPaid'].map(typeHash)
const typeHashOf = `case when i % 40 = 0 then ${office} else ${paid} end`
const typeOf = `case when i % 40 = 0 then 'institution.OfficeAssumed' else 'tranche.InstalmentPaid' end`

const tagOf = (kind: string, of: number): string => `"${kind}:' || i % ${of} || '"`
const tagsOf = [tagOf('institution', institutions), tagOf('province', provinces), tagOf('tranche', tranches)].join()
const bodyOf = `'{"tags":[${tagsOf}],"type":"' || ${typeOf} || '"}'`

/** In the order of the primary keys, from after the facts that are there. */
const fills = (head: number, size: number): readonly string[] => [
  `insert into jejak.events (position, id, type, body, recorded_at, leaf_hash)
   select i, lpad(to_hex(i), 32, '0')::uuid, ${typeOf}, ${bodyOf}, clock_timestamp() - interval '1 day', '\\x00'
   from generate_series(${head + 1}, ${size}) i`,
  `insert into jejak.event_tags (tag_hash, position, type_hash)
   select b.hash, i, ${typeHashOf}
   from (select n, jejak.tag_hash('institution:' || n) as hash from generate_series(0, ${institutions - 1}) n order by 2) b
     cross join lateral generate_series(b.n, ${size}, ${institutions}) i where i > ${head};
   insert into jejak.event_tags (tag_hash, position, type_hash)
   select b.hash, i, ${typeHashOf}
   from (select n, jejak.tag_hash('province:' || n) as hash from generate_series(0, ${provinces - 1}) n order by 2) b
     cross join lateral generate_series(b.n, ${size}, ${provinces}) i where i > ${head}`,
  `insert into jejak.event_tags (tag_hash, position, type_hash)
   select b.hash, i, ${typeHashOf}
   from (select n, jejak.tag_hash('tranche:' || n) as hash from generate_series(0, ${tranches - 1}) n order by 2) b
     cross join lateral generate_series(b.n, ${size}, ${tranches}) i where i > ${head};
   insert into jejak.commands (key_hash, fingerprint, outcome, bound_at)
   select sha256(i::text::bytea), sha256('same'), i || ':1', clock_timestamp()
   from generate_series(${head + 1}, ${size}, 5) i`,
]

/** Adds facts until there are so many. */
async function fill(adminUrl: string, size: number): Promise<void> {
  const pool = createPool(adminUrl, { max: 3, statementTimeoutMs: 0 })
  const { rows } = await pool.query<{ head: bigint }>('select max(position) as head from jejak.events')
  const texts = fills(Number(rows[0]?.head ?? 0n), size)
  await Promise.all(texts.map((text) => pool.query(`begin; set local role jejak_appender; ${text}; commit`)))
  await pool.end()
}

let made: TestLog
let told: Told
let admin: Pool
beforeAll(async () => {
  made = await freshLog()
  admin = made.adminPool
  await admin.query(withoutAutovacuum)
  for (let fact = 0; fact < 20; fact += 1) await made.log.append(submission())
  // Its plans are made now, for tables of a page.
  told = await telling(made.adminUrl)
  await told.plansOf(() => everyStatement(told.log))
}, 120_000)
afterAll(async () => {
  await told.pool.end()
  await made.close()
})

/** What a log can be asked, once each. */
async function everyStatement(log: OpenLog): Promise<void> {
  const { position } = await log.head()
  await log.read([
    { tag: 'tranche:77', types: ['tranche.InstalmentPaid'] },
    { tag: 'institution:77', types: ['institution.OfficeAssumed'] },
  ])
  await log.at([1, position])
  await log.readAll({ after: 0, limit: 500 })
  await log.positionAt(1n)
  await log.outcomeOf('0'.repeat(64))
  await log.append(submission({ conditions: [{ tag: 'institution:77', types: [], after: position }] }))
}

/** The probe of a condition: the other limit of its statement is that of the head. */
const probeOf = (plan: Plan): Plan | undefined =>
  nodes(plan).find((node) => node['Node Type'] === 'Limit' && node.Plans?.[0]?.['Index Name'] === 'event_tags_pkey')

const statement = (ran: readonly Ran[], part: string): Ran[] => ran.filter(({ text }) => text.includes(part))

describe.each([
  [thousands, 'never analysed'],
  [million, 'never analysed'],
  [million, 'analysed'],
] as const)('%i facts, %s', (facts, state) => {
  beforeAll(async () => {
    if (state === 'never analysed') await fill(made.adminUrl, facts)
    else await admin.query('vacuum analyze jejak.events, jejak.event_tags, jejak.commands')
    const found = await admin.query(`select from pg_statistic where starelid = any ('{jejak.events,jejak.event_tags}'::regclass[])`)
    expect((found.rowCount ?? 0) > 0).toBe(state === 'analysed')
    expect((await told.log.head()).position).toBeGreaterThanOrEqual(facts)
  }, 120_000)

  test('the head is found by one index probe', async () => {
    const ran = await told.plansOf(() => told.log.head())
    expect(entries(ran)).toEqual(['Index Scan events_pkey'])
    expect([sorted(ran), pagesOf(ran) < 10]).toEqual([0, true])
  })

  test('a page of the feed is an index scan without a sort, the last as cheap as the first', async () => {
    const { position } = await told.log.head()
    const costs: number[] = []
    for (const [after, upTo] of [
      [0, undefined],
      [facts / 2, position],
      [position - 500, undefined],
      [position - 500, position],
      [position, undefined],
    ] as const) {
      const all = await told.plansOf(() => told.log.readAll({ after, limit: 500, ...(upTo === undefined ? {} : { upTo }) }))
      // Besides those of the function that gives a row's time.
      const ran = statement(all, 'limit $3')
      expect(ran.length).toBe(modes.length)
      for (const { plan } of ran) expect(kinds(plan)).toEqual(['Subquery Scan', 'Limit', 'Index Scan'])
      expect(entries(ran)).toEqual(['Index Scan events_pkey'])
      costs.push(pagesOf(ran))
    }
    // Rows of a page lie side by side: some pages of the table and of the index, never one probe a row.
    expect(Math.max(...costs)).toBeLessThan(60)
  })

  test.each([
    ['a tranche', [{ tag: 'tranche:777' }], 10],
    ['a few types of an institution', [{ tag: 'institution:77' }, { tag: 'institution:80', types: ['institution.OfficeAssumed'] }], 400],
    ['one type of a province, of thousands of facts', [{ tag: 'province:6', types: ['institution.OfficeAssumed'] }], 1_600],
    ['what is not there', [{ tag: 'tranche:none' }, { tag: 'institution:77', types: ['institution.Dissolved'] }], 0],
  ])('a read of %s enters both tables by index and sorts only what it found', async (_, queries, rowsMax) => {
    let found = 0
    const ran = await told.plansOf(async () => {
      found = (await told.log.read(queries)).facts.length
    })
    expect(found).toBeLessThanOrEqual(rowsMax)
    expect(found > 0).toBe(rowsMax > 0)
    // Without statistics the entries of a tag may be gathered by a bitmap, over the same index.
    const ways = [
      'Bitmap Heap Scan event_tags',
      'Bitmap Index Scan event_tags_pkey',
      'Index Only Scan event_tags_pkey',
      'Index Scan events_pkey',
    ]
    expect(entries(ran).filter((entry) => !ways.includes(entry))).toEqual([])
    expect(sorted(ran)).toBeLessThanOrEqual(found)
    // A tag's entries lie side by side in the index (one type in forty is found among them); each fact found is one probe of four pages.
    const visited = state === 'analysed' ? 0 : found * 41
    expect(pagesOf(ran)).toBeLessThan(60 + found * 6 + visited)
  })

  test('facts by position, a position by time, and a key are index probes', async () => {
    const { recordedAt } = await told.log.head()
    const at = await told.plansOf(() => told.log.at([1, facts / 2, facts]))
    expect(entries(at)).toEqual(['Index Scan events_pkey'])
    expect([sorted(at) <= 3, pagesOf(at) < 30]).toEqual([true, true])
    const time = await told.plansOf(() => told.log.positionAt(recordedAt))
    expect(entries(time).every((entry) => /^Index (Only )?Scan events_pkey$/.test(entry))).toBe(true)
    // Twenty-odd halvings of a million.
    expect(pagesOf(time)).toBeLessThan(200)
    const key = await told.plansOf(() => told.log.outcomeOf('0'.repeat(64)))
    expect(entries(key)).toEqual(['Index Scan commands_pkey', 'Index Scan events_pkey'])
    expect(pagesOf(key)).toBeLessThan(16)
  })

  test('the conditions of an append are index probes of a few pages each, however many facts bear the tag', async () => {
    const { position: after } = await told.log.head()
    const conditions = Array.from({ length: 20 }, (_, index) => [
      { tag: `tranche:${index}`, types: ['tranche.InstalmentPaid', 'tranche.Credited'], after },
      { tag: `institution:${index}`, types: ['institution.OfficeAssumed'], after },
      { tag: `province:${index}`, types: [], after },
    ]).flat()
    const ran = await told.plansOf(() =>
      Promise.all([told.log.append(submission({ conditions })), told.log.append(submission({ conditions, facts: [{}, {}, {}] }))]),
    )
    expect(entries(ran)).toEqual(['Index Only Scan event_tags_pkey', 'Index Scan events_pkey'])
    const probes = statement(ran, 'u.after').filter(({ plan }) => kinds(plan).includes('Limit'))
    expect(probes.length).toBeGreaterThanOrEqual(modes.length)
    for (const { plan } of probes) {
      const limit = probeOf(plan)
      expect(limit?.Plans?.map((node) => node['Node Type'])).toEqual(['Index Only Scan'])
      const asked = limit?.['Actual Loops'] ?? 0
      expect([conditions.length, 2 * conditions.length]).toContain(asked)
      // From root to leaf, and on to the next leaf where the end of a tag is the end of one.
      expect(pages(limit ?? plan) / asked).toBeLessThanOrEqual(6)
    }
    expect(sorted(ran)).toBeLessThanOrEqual(2 * conditions.length)
  })

  test('a key that is known is found by one probe', async () => {
    const one = submission()
    await told.log.append(one)
    const ran = await told.plansOf(() => told.log.append(one))
    const keys = statement(ran, 'jejak.commands c where')
    expect(entries(keys)).toEqual(['Index Scan commands_pkey'])
    expect(keys.length).toBeGreaterThanOrEqual(modes.length)
    expect(pagesOf(keys)).toBeLessThanOrEqual(6)
  })

  test('a condition that fails finds the first newer fact without looking at the others', async () => {
    // As if it had been read long ago: tens of thousands of facts of this tag are newer.
    const stale = { tag: 'province:6', types: ['tranche.InstalmentPaid'], after: 100 }
    const ran = await told.plansOf(async () => {
      expect(await told.log.append(submission({ conditions: [stale] }))).toMatchObject({ kind: 'conflict' })
    })
    const [probe] = statement(ran, 'u.after').filter(({ plan }) => kinds(plan).includes('Limit'))
    const limit = probeOf(probe?.plan ?? { 'Node Type': '' })
    expect(rowsOf(limit ?? { 'Node Type': '' })).toBe(1)
    expect(pages(limit ?? { 'Node Type': '' })).toBeLessThanOrEqual(6)
  })
})

test('what many commands ask is planned once for a connection', async () => {
  const tags = ['tranche:1', 'institution:1'].map(tagHash)
  const values = ['{"\\\\x00"}', tags, [typesLiteral(['tranche.InstalmentPaid']), null], [0, 9_000]]
  const client = await made.servingPool.connect()
  try {
    for (let call = 0; call < 8; call += 1) await client.query({ name: 'asked', text: askText, values })
    const plans = await client.query(
      `select custom_plans::int as made, generic_plans > 0 as kept from pg_prepared_statements where name = 'asked'`,
    )
    expect(plans.rows).toEqual([{ made: 5, kept: true }])
  } finally {
    client.release()
  }
})
