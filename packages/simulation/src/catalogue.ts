import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'

/** What a group builds or does, with the range of its unit cost in rupiah and of its volume. */
export interface Activity {
  readonly code: string
  readonly name: string
  readonly field: 'lingkungan' | 'sosial' | 'ekonomi'
  readonly category: string
  readonly unit: string
  readonly cost: readonly [least: number, most: number]
  readonly volume: readonly [least: number, most: number]
}

const field = (text: string): Activity['field'] => {
  if (text === 'lingkungan' || text === 'sosial' || text === 'ekonomi') return text
  throw new Error(`unknown field of empowerment: ${text}`)
}

/** The activities of `data/activity-types.csv`; its last columns say which figures were measured. */
export const activities: readonly Activity[] = parse<Record<string, string>>(
  readFileSync(new URL('../data/activity-types.csv', import.meta.url)),
  { columns: true },
).map((row) => ({
  code: row['code'] ?? '',
  name: row['name_id'] ?? '',
  field: field(row['tridaya'] ?? ''),
  category: row['category'] ?? '',
  unit: row['unit'] ?? '',
  cost: [Number(row['unit_cost_min_idr']), Number(row['unit_cost_max_idr'])],
  volume: [Number(row['typical_volume_min']), Number(row['typical_volume_max'])],
}))
