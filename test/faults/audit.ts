import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import { backupText, checkColumns, createPool, openLog, restoreLog, writeBackup } from '@jejak/event-store'
import { prepareProjections, projections, runProjections } from '@jejak/views'
import { type Acknowledged, factsPerKey } from './clients.ts'
import type { Stage } from './stage.ts'

/** What the log holds beside what the clients were told. */
export interface Audit {
  readonly facts: number
  readonly faults: readonly string[]
}

/** Every row of the views, as text; what a process notes about itself is left out. */
async function viewsOf(pool: Pool): Promise<readonly string[]> {
  const tables = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'views' and tablename <> 'projections' order by 1`,
  )
  const lines: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<{ line: string }>(`select t::text as line from views."${name}" t`)
    for (const { line } of rows) lines.push(`${name} ${line}`)
  }
  return lines.sort()
}

/** Whether the views arrive at the head: however much is left to follow, as long as they go on. */
async function followed(pool: Pool, head: number): Promise<boolean> {
  let [seen, movedAt] = [-1, performance.now()]
  while (performance.now() - movedAt < 30_000) {
    const { rows } = await pool.query<{ least: bigint; all: bigint }>(
      'select min(position) as least, sum(position)::bigint as all from views.projections',
    )
    if (Number(rows[0]?.least ?? 0n) >= head) return true
    const all = Number(rows[0]?.all ?? 0n)
    if (all > seen) [seen, movedAt] = [all, performance.now()]
    await pause(50)
  }
  return false
}

/** The views of the same facts, made in a new database: a backup is restored, which checks it, and followed from its first fact. */
async function rebuilt(stage: Stage, head: number): Promise<readonly string[]> {
  const file = path.join(stage.folder, 'audit.jejak')
  await writeBackup(file, backupText(stage.admin, { madeAt: new Date().toISOString() }), { force: true })
  const pool = createPool(await stage.emptyDatabase(), { max: projections.length + 4, statementTimeoutMs: 0, idleInTransactionMs: 0 })
  const ending = new AbortController()
  try {
    await restoreLog(pool, file)
    const log = await openLog(pool)
    await prepareProjections(pool, projections)
    const running = runProjections(pool, log, projections, { signal: ending.signal })
    if (!(await followed(pool, head))) throw new Error('the rebuilt views did not arrive at the head')
    ending.abort()
    await running
    return await viewsOf(pool)
  } finally {
    ending.abort()
    await pool.end()
  }
}

const stateText = `
select
  (select count(*) from jejak.events)::int as facts,
  (select coalesce(max(position), 0) from jejak.events)::int as head,
  (
    select count(*)
    from (
      select from jejak.events
      where type = 'institution.Formed'
      group by body::jsonb ->> 'commandKeyHash'
      having count(*) <> ${factsPerKey}
    ) h
  )::int as halves,
  (
    select count(*) - count(distinct body::jsonb -> 'subject' ->> 'id')
    from jejak.events
    where type = 'institution.Formed'
  )::int as doubles`

async function lostOf(pool: Pool, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const { rows } = await pool.query<{ position: bigint; id: string }>(
    `select position, body::jsonb -> 'subject' ->> 'id' as id from jejak.events where type = 'institution.Formed'`,
  )
  const at = new Map(rows.map(({ position, id }) => [Number(position), id]))
  return acknowledged
    .filter(({ ids, positions }) => positions.length !== ids.length || positions.some((position, index) => at.get(position) !== ids[index]))
    .map(({ key, positions }) => `acknowledged facts of key ${key} (positions ${positions.join(', ')}) are not there`)
}

/**
 * Compares the log with what clients were told: nothing acknowledged is lost, nothing stands twice, no batch is half there, positions are
 * 1 … n, columns are what the bodies say, and every view equals one that is made anew. Whoever follows the log must be up.
 */
export async function audit(stage: Stage, acknowledged: readonly Acknowledged[]): Promise<Audit> {
  const { rows } = await stage.admin.query<{ facts: number; head: number; halves: number; doubles: number }>(stateText)
  const { facts = 0, head = 0, halves = 0, doubles = 0 } = rows[0] ?? {}
  const faults = [
    ...(facts === head ? [] : [`${facts} facts, but the last position is ${head}`]),
    ...(halves === 0 ? [] : [`${halves} batches are half there`]),
    ...(doubles === 0 ? [] : [`${doubles} facts stand twice`]),
    ...(await lostOf(stage.admin, acknowledged)),
  ]
  const { differences } = await checkColumns(stage.admin)
  faults.push(
    ...differences.map(({ position, what, stored, rebuilt: body }) => `position ${position}: ${what} ${stored}, by its body ${body}`),
  )
  if (!(await followed(stage.admin, head))) return { facts, faults: [...faults, 'the views stood still for 30 s before the head'] }
  const [live, fresh] = [await viewsOf(stage.admin), await rebuilt(stage, head)]
  if (live.length === 0) faults.push('the views are empty: nothing was compared')
  const different = live.filter((line, index) => line !== fresh[index]).length
  if (live.length !== fresh.length || different > 0)
    faults.push(`views differ from a rebuild: ${live.length} rows and ${fresh.length}, ${different} unlike`)
  return { facts, faults }
}
