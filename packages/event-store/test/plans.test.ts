import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { callText, callValues, encode } from '../src/encoding.ts'
import { tagHash, typesLiteral } from '../src/hashes.ts'
import { pageText, readText } from '../src/reading.ts'
import { freshLog, type TestLog } from './database.ts'
import { submission } from './facts.ts'

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string | undefined
  readonly 'Index Name'?: string | undefined
  readonly Plans?: readonly Plan[] | undefined
}
const PlanNode: z.ZodType<Plan> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    Plans: z.array(PlanNode).optional(),
  }),
)
const Explained = z.object({ 'Query Text': z.string().optional(), Plan: PlanNode })

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)]
}

/** How the tables of the log are entered: node type and index, each once. */
function entries(plan: Plan): string[] {
  return [
    ...new Set(
      nodes(plan).flatMap((node) =>
        node['Relation Name'] === undefined || node['Node Type'] === 'ModifyTable'
          ? []
          : [`${node['Node Type']} ${node['Index Name'] ?? node['Relation Name']}`],
      ),
    ),
  ].sort()
}

let made: TestLog
beforeAll(async () => {
  made = await freshLog()
  const bkms = Array.from({ length: 20 }, (_, index) => `institution:${index}`)
  // Some ten thousand facts, three tags each, written while the tables grow from nothing: no statistics but what autovacuum made.
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        made.log.append(
          submission({
            facts: Array.from({ length: 5 }, (_, fact) => ({
              type: fact === 0 ? 'institution.OfficeAssumed' : 'tranche.InstalmentPaid',
              tags: [`tranche:${(round * 100 + index) % 500}`, bkms[index % 20] ?? '', `proposal:${index}-${fact}`],
            })),
          }),
        ),
      ),
    )
  }
})
afterAll(() => made.close())

/** The plans of the statements inside jejak.append, as they ran. */
async function plansOfAppend(): Promise<{ text: string; plan: Plan }[]> {
  const client = new Client({ connectionString: made.adminUrl })
  await client.connect()
  const plans: { text: string; plan: Plan }[] = []
  client.on('notice', (notice) => {
    const json = /plan:\s*(\{[\s\S]*\})\s*$/.exec(notice.message ?? '')?.[1]
    if (json === undefined) return
    const explained = Explained.parse(JSON.parse(json))
    plans.push({ text: explained['Query Text'] ?? '', plan: explained.Plan })
  })
  try {
    await client.query(`
      load 'auto_explain';
      set auto_explain.log_min_duration = 0;
      set auto_explain.log_nested_statements = on;
      set auto_explain.log_format = json;
      set auto_explain.log_level = notice`)
    const { position: after } = await made.log.head()
    const batch = [
      submission({ conditions: [{ tag: 'tranche:1', types: ['tranche.InstalmentPaid'], after }] }),
      submission({ conditions: [{ tag: 'institution:1', types: [], after }] }),
    ]
    await client.query('begin')
    await client.query(callText, callValues(batch.map(encode), true))
    await client.query('rollback')
  } finally {
    await client.end()
  }
  return plans
}

describe.each(['never analysed', 'analysed'])('with tables %s', (state) => {
  beforeAll(async () => {
    if (state === 'analysed') await made.adminPool.query('vacuum analyze jejak.events, jejak.event_tags, jejak.commands')
  })

  test('append enters every table by index, and sorts nothing but its own few rows', async () => {
    const plans = await plansOfAppend()
    const entered = [...new Set(plans.flatMap(({ plan }) => entries(plan)))].sort()
    expect(entered).toEqual(['Index Only Scan event_tags_pkey', 'Index Scan commands_pkey', 'Index Scan events_pkey', 'Seq Scan log'])
    const probe = plans.find(({ text }) => text.includes('u.after'))
    expect(probe && nodes(probe.plan).map((node) => node['Node Type'])).toContain('Limit')
    const limited = nodes(probe?.plan ?? { 'Node Type': '' }).filter((node) => node['Node Type'] === 'Limit')
    expect(limited.flatMap((node) => node.Plans?.map((under) => under['Node Type']))).toEqual(['Index Scan', 'Index Only Scan'])
  })

  test('a page of the feed is an index scan without a sort, first or last', async () => {
    const client = await made.servingPool.connect()
    try {
      await client.query(`prepare page as ${pageText}`)
      for (const mode of ['force_custom_plan', 'force_generic_plan']) {
        await client.query(`set plan_cache_mode = ${mode}`)
        for (const after of [0, 9_900]) {
          const found = await client.query<{ 'QUERY PLAN': unknown }>(`explain (format json) execute page(${after}, 10000, 500)`)
          const [explained] = z.array(Explained).parse(found.rows[0]?.['QUERY PLAN'])
          const kinds = nodes(explained?.Plan ?? { 'Node Type': '' }).map((node) => node['Node Type'])
          expect(kinds).toEqual(['Subquery Scan', 'Limit', 'Index Scan'])
        }
      }
    } finally {
      await client.query('deallocate page; reset plan_cache_mode')
      client.release()
    }
  })

  test('a read by tags enters both tables by index', async () => {
    const tags = ['tranche:1', 'institution:1'].map(tagHash)
    const values = [tags, [typesLiteral(['tranche.InstalmentPaid']), null], 1_000_000]
    const found = await made.servingPool.query<{ 'QUERY PLAN': unknown }>({ text: `explain (format json) ${readText}`, values })
    const [explained] = z.array(Explained).parse(found.rows[0]?.['QUERY PLAN'])
    const entered = entries(explained?.Plan ?? { 'Node Type': '' })
    expect(entered.filter((entry) => entry.startsWith('Seq Scan') && !entry.endsWith(' log'))).toEqual([])
  })
})

test('a read gives each fact once, in order, of the types asked for, up to where asked', async () => {
  const both = await made.log.read([{ tag: 'tranche:7' }, { tag: 'institution:7', types: ['institution.OfficeAssumed'] }])
  const positions = both.facts.map((fact) => fact.position)
  expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b))
  const expected = (await made.log.readAll({ after: 0, limit: 20_000 })).filter(
    ({ fact }) => fact.tags.includes('tranche:7') || (fact.tags.includes('institution:7') && fact.type === 'institution.OfficeAssumed'),
  )
  expect(both.facts).toEqual(expected)
  const upTo = positions[10] ?? 0
  const part = await made.log.read([{ tag: 'tranche:7' }, { tag: 'institution:7', types: ['institution.OfficeAssumed'] }], { upTo })
  expect(part.facts.map((fact) => fact.position)).toEqual(positions.slice(0, 11))
  expect(part.head).toBe(both.head)
  const all = await made.log.read([{ tag: 'tranche:7' }])
  expect(await made.log.read([{ tag: 'tranche:7', types: [] }])).toEqual(all)
  expect((await made.log.read([{ tag: 'tranche:none' }])).facts).toEqual([])
})
