import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'

/** The folder with real data: `JEJAK_TEST_DATA`, else beside the checkout. Its terms keep the logs out of the repository. */
export const dataFolder = process.env['JEJAK_TEST_DATA'] ?? path.resolve(import.meta.dirname, '../../../shared/data/logs')

const logName = 'bpi2020_rfp'
const fileOf = (name: string): string => path.join(dataFolder, `${logName}.${name}`)

/** Whether the log of payment requests is there. */
export const hasPaymentLog = (): boolean => ['cases.csv.gz', 'events.csv.gz', 'expected.json'].every((name) => existsSync(fileOf(name)))

/** Says loudly that a test does not run, and what it would need. */
export const sayAbsent = (): void =>
  void process.stderr.write(`\n*** NOT TESTED: no log ${logName} in ${dataFolder}; JEJAK_TEST_DATA names the folder it is in ***\n\n`)

/** An event of the log, in the order of the file. */
export interface LogEvent {
  readonly case: string
  readonly activity: string
  readonly at: string
  readonly role: string
}

/** The events, case by case as the file has them. No field of this file is quoted. */
export function paymentEvents(): LogEvent[] {
  const [heads = '', ...lines] = gunzipSync(readFileSync(fileOf('events.csv.gz')))
    .toString('utf8')
    .trimEnd()
    .split(/\r?\n/)
  const column = (name: string): number => heads.split(',').indexOf(name)
  const [id, activity, at, role] = ['case_id', 'activity', 'timestamp', 'org:role'].map(column)
  return lines.map((line) => {
    const cells = line.split(',')
    const cell = (index = -1): string => cells[index] ?? ''
    return { case: cell(id), activity: cell(activity), at: cell(at), role: cell(role) }
  })
}

const Counts = z.record(z.string(), z.number())
const Times = { n: z.number(), min_s: z.number(), mean_s: z.number(), median_s: z.number() }
const Spread = z.object({ ...Times, p90_cont_s: z.number(), p90_disc_s: z.number(), max_s: z.number() })
const Idle = z.object({ case: z.string(), idle_days: z.number(), last_activity: z.string() })

/** The figures that such a log is expected to give, by the names of its file of them. */
export const Expected = z.object({
  cases: z.number(),
  events: z.number(),
  activities: z.number(),
  first_event: z.string(),
  last_event: z.string(),
  variants: z.number(),
  top_variants: z.array(z.object({ cases: z.number(), trace: z.array(z.string()) })),
  activity_counts: Counts,
  cases_containing: Counts,
  start_activities: Counts,
  end_activities: Counts,
  role_counts: Counts,
  events_per_case: z.object({ min: z.number(), mean: z.number(), max: z.number() }),
  case_duration: Spread,
  inversions: z.number(),
  ties: z.number(),
  distinct_edges: z.number(),
  edges: z.array(Spread.extend({ from: z.string(), to: z.string() })),
  edges_by_total_wait: z.array(z.object({ from: z.string(), to: z.string(), n: z.number(), total_days: z.number() })),
  snapshots: z.array(
    z.object({
      as_of: z.string(),
      events_so_far: z.number(),
      started: z.number(),
      closed: z.number(),
      open: z.number(),
      open_idle_days_buckets: Counts,
      open_by_last_activity: Counts,
      longest_idle: z.array(Idle),
    }),
  ),
  milestones: z.record(z.string(), Spread),
  audit: z.object({ cases_never_closed_by_terminal_rule: z.number() }),
})
export type Expected = z.infer<typeof Expected>

/** What this log is expected to give. */
export const expectedFigures = (): Expected => Expected.parse(JSON.parse(readFileSync(fileOf('expected.json'), 'utf8')))
