import { sql } from 'kysely'
import type { ViewsDb } from './database.ts'
import { readableAt } from './readable.ts'
import { stageClock } from './stage-clock.ts'
import { cutoffsOf, isOver, overLimit, type Cutoff, type Day, type StuckFilter } from './stuck-filter.ts'

/** By what the sums are made. */
export type StuckGroup = 'area' | 'programme' | 'stage' | 'holder'

/** Sums of what is over its limit. An entity counts once in each group, however many of its clocks are over. */
export interface StuckSum {
  /** Area, programme, stage or role; null for what has none. */
  readonly key: string | null
  /** Kind of entity, where stages are summed: two kinds may have stages of one name. */
  readonly kind: string | null
  readonly entities: number
  readonly stuck: number
  readonly amountSen: bigint
  /** The day on which the oldest of them began. */
  readonly oldest: string
}

/** Each entity over its limit, once. */
const entitiesOver = (db: ViewsDb, filter: StuckFilter, day: Day, cutoffs: readonly Cutoff[]) =>
  overLimit(db, filter, day, cutoffs)
    .groupBy(['l.entity', 'e.kind', 'e.area', 'e.programme', 'e.amountSen'])
    .select((eb) => [
      'l.entity',
      'e.kind',
      'e.area',
      'e.programme',
      'e.amountSen',
      eb.fn.min('l.beganOn').as('oldest'),
      eb.fn<boolean>('bool_or', [eb.fn.coalesce(isOver(eb, 'stuck', day.at, cutoffs), sql<boolean>`false`)]).as('isStuck'),
    ])

/** The groups of each: one, or those of the stages and desks where it stands on the day. */
function grouped(db: ViewsDb, filter: StuckFilter, day: Day, cutoffs: readonly Cutoff[], by: StuckGroup) {
  const over = db.selectFrom(entitiesOver(db, filter, day, cutoffs).as('o'))
  const sums = ['o.entity', 'o.amountSen', 'o.oldest', 'o.isStuck'] as const
  if (by === 'area' || by === 'programme') return over.select([...sums, `o.${by} as key`, sql<string | null>`null`.as('kind')])
  return over
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('stageClockStays as s')
          .select(`s.${by} as place`)
          .distinct()
          .whereRef('s.entity', '=', 'o.entity')
          .where('s.enteredOn', '<=', day.at)
          .where((each) => each.or([each('s.leftOn', 'is', null), each('s.leftOn', '>', day.at)]))
          .where(`s.${by}`, 'is not', null)
          .as('p'),
      (join) => join.onTrue(),
    )
    .select([...sums, 'p.place as key', by === 'stage' ? 'o.kind as kind' : sql<string | null>`null`.as('kind')])
}

/** Sums of what is over its limit on a day, by area, programme, stage or desk; the most first. */
export async function stuckSums(
  db: ViewsDb,
  filter: StuckFilter,
  day: Day,
  by: StuckGroup,
): Promise<{ readonly position: number; readonly sums: readonly StuckSum[] }> {
  const position = await readableAt(db, stageClock)
  const cutoffs = await cutoffsOf(db, day)
  const rows = await db
    .selectFrom(grouped(db, filter, day, cutoffs, by).as('g'))
    .groupBy(['g.key', 'g.kind'])
    .select((eb) => [
      'g.key',
      'g.kind',
      eb.fn.countAll<bigint>().as('entities'),
      eb.fn.countAll<bigint>().filterWhere('g.isStuck', '=', true).as('stuck'),
      sql<string>`coalesce(sum(${sql.ref('g.amountSen')}), 0)::text`.as('amount'),
      eb.fn.min('g.oldest').as('oldest'),
    ])
    .execute()
  const sums = rows.map(({ key, kind, entities, stuck, amount, oldest }) => ({
    key,
    kind,
    oldest,
    entities: Number(entities),
    stuck: Number(stuck),
    amountSen: BigInt(amount),
  }))
  return { position, sums: sums.toSorted((a, b) => b.entities - a.entities || (a.oldest < b.oldest ? -1 : 1)) }
}
