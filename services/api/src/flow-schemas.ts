import { z } from 'zod'
import { listOf } from './schemas.ts'

const at = () => z.string().meta({ description: 'RFC 3339, UTC' })

/** Figures of times. */
export const SpreadSchema = z
  .object({
    min: z.number(),
    mean: z.number(),
    median: z.number(),
    p90: z.number().meta({ description: 'Nine of ten took no longer; between two values where it falls between them' }),
    p90Discrete: z.number().meta({ description: 'The same, always one of the values' }),
    max: z.number(),
    total: z.number(),
  })
  .meta({ id: 'FlowSpread', description: 'Times in seconds' })

const head = {
  kind: z.string(),
  position: z.int().meta({ description: 'Every fact up to it is counted, and none after it' }),
  at: at().nullable().meta({ description: 'Only steps up to this instant are counted; null for all' }),
}

const counts = {
  closed: z.int().meta({ description: 'Cases of which a step led to a final stage or reached the mark closed-once' }),
  reopened: z.int().meta({ description: 'Of the closed, those whose last step is another one: they went on' }),
  open: z.int().meta({ description: 'Cases that no step so far has closed' }),
}

/** The kinds that have cases. */
export const FlowKindsSchema = z
  .object({
    position: z.int(),
    rows: listOf(z.object({ kind: z.string(), cases: z.int().meta({ description: 'Those without a step among them' }) })),
  })
  .meta({ id: 'FlowKinds', description: 'Kinds of entity that have stages, as far as there are any' })

/** The figures of all cases of a kind. */
export const FlowSummarySchema = z
  .object({
    ...head,
    cases: z.int().meta({ description: 'Cases that took a step' }),
    events: z.int().meta({ description: 'Steps; the opening of a case that only its edition knows is none' }),
    firstAt: at().nullable(),
    lastAt: at().nullable(),
    ...counts,
    variants: z.int().meta({ description: 'Different traces' }),
    pairs: z.int().meta({ description: 'Different pairs of neighbouring steps' }),
    inversions: z.int().meta({ description: 'Neighbouring steps whose time goes back' }),
    ties: z.int().meta({ description: 'Neighbouring steps of equal time' }),
    eventsPerCase: z.object({ min: z.int(), mean: z.number(), max: z.int() }).nullable(),
    duration: SpreadSchema.nullable().meta({ description: 'Seconds from the earliest to the latest time of each case' }),
    activities: listOf(
      z.object({
        activity: z.string(),
        events: z.int(),
        cases: z.int().meta({ description: 'Cases that contain it' }),
        starts: z.int().meta({ description: 'Cases of which it is the first step' }),
        ends: z.int().meta({ description: 'Cases of which it is the last step so far' }),
      }),
    ).meta({ description: 'The most frequent first' }),
    roles: listOf(z.object({ role: z.string(), events: z.int() })).meta({ description: 'Roles of the actors, the most frequent first' }),
  })
  .meta({ id: 'FlowSummary', description: 'What all cases of a kind come to' })

const page = { next: z.string().nullable() }

/** A page of variants. */
export const FlowVariantsSchema = z
  .object({
    ...head,
    rows: listOf(
      z.object({
        variant: z.string().meta({ description: 'Names the trace; the same everywhere. cases?variant= lists its cases' }),
        cases: z.int(),
        trace: listOf(z.string()).meta({ description: 'Activities in order' }),
        duration: SpreadSchema,
      }),
    ),
    ...page,
  })
  .meta({ id: 'FlowVariants', description: 'Traces, the most frequent first' })

/** A page of pairs. */
export const FlowPairsSchema = z
  .object({ ...head, rows: listOf(z.object({ from: z.string(), to: z.string(), n: z.int(), wait: SpreadSchema })), ...page })
  .meta({ id: 'FlowPairs', description: 'Pairs of neighbouring steps with the time between them; waits?from=&to= lists their cases' })

const place = {
  kind: z.string(),
  id: z.string(),
  title: z.string().nullable(),
  number: z.string().nullable(),
  area: z.string().nullable(),
}
const Fact = z.object({ position: z.int(), at: at() })

/** Waits between two activities, case by case. */
export const FlowWaitsSchema = z
  .object({
    ...head,
    n: z.int().meta({ description: 'Waits' }),
    wait: SpreadSchema.nullable(),
    reversed: z.int().meta({ description: 'between=firsts: cases that did the other first; they are not among n' }),
    rows: listOf(z.object({ ...place, seconds: z.number(), from: Fact, to: Fact })).meta({ description: 'The longest first' }),
    ...page,
  })
  .meta({ id: 'FlowWaits', description: 'Waits with the facts at both their ends' })

const FlowCase = z
  .object({
    ...place,
    variant: z.string(),
    state: z.enum(['open', 'closed', 'reopened']),
    firstAt: at(),
    lastAt: at(),
    lastActivity: z.string(),
    seconds: z.number().meta({ description: 'From its earliest to its latest step' }),
    idleDays: z.int().nullable().meta({ description: 'Whole days from its latest step to the instant asked for; null without one' }),
    positions: listOf(z.int()).meta({ description: 'Of the facts that are its steps, in order' }),
  })
  .meta({ id: 'FlowCase' })

/** A page of cases. */
export const FlowCasesSchema = z
  .object({ ...head, rows: listOf(FlowCase), ...page })
  .meta({ id: 'FlowCases', description: 'Cases with their facts; whose last step is the longest ago comes first' })

/** The state at an instant. */
export const FlowSnapshotSchema = z
  .object({
    ...head,
    at: at(),
    events: z.int().meta({ description: 'Steps so far' }),
    started: z.int().meta({ description: 'Cases that had taken a step' }),
    ...counts,
    idle: listOf(z.object({ from: z.int(), to: z.int().nullable(), cases: z.int() })).meta({
      description: 'Open cases by whole days since their latest step, both ends included',
    }),
    lastActivities: listOf(z.object({ activity: z.string(), cases: z.int() })).meta({ description: 'Open cases by their last step' }),
    longestIdle: listOf(FlowCase).meta({ description: 'cases?state=open&at= goes on from there' }),
  })
  .meta({ id: 'FlowSnapshot', description: 'What was open at an instant, since when, and after which step' })
