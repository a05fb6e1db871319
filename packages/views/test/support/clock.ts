import { domain, shippedEditions, type Fact, type Move, type Recorded } from '@jejak/domain'
import { calendarOf, type Calendar } from '@jejak/reference'
import { clockRulesOf, entityClockAt, stageClockOf, type EntityClock, type RulesOf, type ToldEntityClock } from '../../src/index.ts'

/** An order of stages as small as a test needs: two desks, one of revision, an end; regions of one stage. */
export const rules: ReturnType<typeof clockRulesOf> = {
  stages: {
    Asked: { holder: 'BKM', marks: ['asked'] },
    'Checked.A': { holder: 'FASKEL' },
    'Checked.B': { holder: 'KORKOT' },
    Returned: { holder: 'BKM', revision: true },
    Paid: { holder: 'BANK', marks: ['paid'] },
    Cancelled: { final: true },
    Rejected: { marks: ['closed-once'] },
    'Both.money.Open': { holder: 'PPK' },
    'Both.papers.Open': { holder: 'FASKEL' },
    'Both.papers.Done': {},
  },
  keys: { 'tranche.BudgetRevisionNoted': { 'Checked.B': ['noted'] } },
  names: {},
  bears: {},
  spans: [
    { stage: null, from: 'asked', to: 'paid', warn: 21, stuck: 45, clock: 'calendar' },
    { stage: 'Checked', from: null, to: null, warn: 3, stuck: 5, clock: 'working' },
    { stage: null, from: 'noted', to: 'paid', warn: 30, stuck: 60, clock: 'calendar' },
    { stage: 'Returned', from: 'noted', to: 'noted', warn: 2, stuck: 4, clock: 'calendar' },
  ],
}
const rulesOf: RulesOf = () => ({ rules, programme: null })

/** The clock of a kind in the shipped editions. */
export const shippedRules: RulesOf = (kind, pin) => {
  const edition = shippedEditions.find(({ id, revision }) => id === pin?.id && revision === pin.revision)
  return { rules: clockRulesOf(kind, edition), programme: edition?.programme ?? null }
}

const of = { kind: 'tranche', id: 't' }
const types = domain.slice('tranche').fold.types

/** A move of the tranche `t`: the date, then where from and to. */
export type Step = readonly [on: string, from: string | null, to: string | null, more?: More]
type More = Partial<Move> & { readonly type?: string }

/** Facts that make these moves, in log order; a step from a stage to itself without a suspension moves nothing. */
export function facts(...steps: readonly Step[]): Recorded[] {
  return steps.map(([effectiveOn, from, to, given], index) => {
    const { type = types[0] ?? '', ...more }: More = given ?? {}
    const move: Move = { ...of, region: '', from, to, ...more }
    const fact: Fact = {
      id: `fact-${index + 1}`,
      type,
      schemaVersion: 1,
      subject: of,
      effectiveOn,
      actor: { role: 'BKM' },
      recordedBy: { person: 'p', role: 'BKM' },
      moves: from === to && more.suspended === undefined ? [] : [move],
      evidence: [],
      correlation: 'c',
      commandKeyHash: 'k',
      tags: ['tranche:t'],
      data: {},
    }
    return { position: index + 1, recordedAt: BigInt(index), fact }
  })
}

/** The clock that these steps make. */
export function clockOf(...steps: readonly Step[]): EntityClock {
  const clock = stageClockOf(facts(...steps), of, rulesOf)
  if (clock === undefined) throw new Error('nothing is known')
  return clock
}

/** A calendar without holidays. */
export const plainCalendar: Calendar = calendarOf([])

/** What the clock of these steps says on a day. */
export const told = (at: string, ...steps: readonly Step[]): ToldEntityClock => entityClockAt(clockOf(...steps), at, plainCalendar)
