import { z } from 'zod'
import { complianceWeights, deviationKinds } from '@jejak/views'
import { listOf } from './schemas.ts'

const on = () => z.iso.date()
const Positions = listOf(z.int()).meta({ description: 'Positions of the facts behind it, in log order' })
const EditionSchema = z.object({ id: z.string(), revision: z.int() }).nullable()
const Place = z.object({ id: z.string(), code: z.string(), name: z.string() }).nullable()
const Details = z.record(z.string(), z.unknown()).readonly().meta({ description: 'The values of the sentence' })

/** The kinds of deviation, as a client may choose among them. */
export const DeviationKind = z.enum(deviationKinds).meta({
  id: 'DeviationKind',
  description: [
    'forced: a stage was entered by force (G-14).',
    'skipped: a stage was passed over although no order of facts avoids it.',
    'reopened: a stage that had been left was opened again.',
    'open-criterion: a stage was left although one of its exit criteria was not proven.',
    'missing-paper: papers that the step asks for were not attached.',
    'paper-date: a paper is dated after what it proves, or before the paper of an earlier stage.',
    'absent-actor: a role that the edition expects in the stage neither signed nor attended.',
    'out-of-order: what had happened was recorded where its order does not allow it.',
    'late-entry: recorded later after its date than the edition allows.',
    'late-step: a limit of the edition ran out; told by the stage clock, and dated on the day on which it did.',
    'backdated: dated before the fact before it.',
    'rule: any other rule that the fact breaks.',
  ].join(' '),
})

const exampleRow = {
  position: 43,
  nth: 0,
  kind: 'open-criterion' as const,
  rule: 'exit-criterion-open',
  sentence: 'An exit criterion of stage 3 is not met: The reflection reached at least half of the neighbourhoods.',
  derived: false,
  factType: 'cycle.StepRecorded',
  entity: { kind: 'cycle', id: '0190a5f0-0000-7000-8000-000000000031' },
  area: { id: '0190a5f0-0000-7000-8000-000000000001', code: '35.73.03.1006', name: 'Kedungkandang' },
  cycle: '0190a5f0-0000-7000-8000-000000000031',
  allocation: null,
  programme: 'P2KP',
  edition: { id: 'P2KP3-2006', revision: 1 },
  stage: '3',
  role: null,
  details: {
    kind: 'cycle',
    stage: '3',
    criterion: 'neighbourhoods-covered',
    name: 'Refleksi menjangkau sedikitnya separuh RW',
    nameEn: 'The reflection reached at least half of the neighbourhoods',
  },
  facts: [42, 43],
  effectiveOn: '2007-03-12',
  recordedAt: '2007-03-12T05:00:00.000000Z',
  actor: { role: 'FASKEL', institution: '0190a5f0-0000-7000-8000-000000000021' },
}

const DeviationRow = z
  .object({
    position: z.int().meta({ description: 'Of the fact that bears it; of a late step, of the fact with which its time began' }),
    nth: z.int().nullable().meta({ description: 'Which deviation of that fact, from 0; null for a late step' }),
    kind: DeviationKind,
    rule: z.string().meta({ description: 'Code of the rule; its page is /problems/{code} where a refusal has one' }),
    sentence: z.string().meta({ description: 'In the language asked for by Accept-Language, Indonesian by default' }),
    derived: z.boolean().meta({ description: 'Found by the view; else the fact itself carries it' }),
    factType: z.string().nullable(),
    entity: z.object({ kind: z.string(), id: z.string() }),
    area: Place,
    cycle: z.string().nullable(),
    allocation: z.string().nullable(),
    programme: z.string().nullable(),
    edition: EditionSchema,
    stage: z.string().nullable().meta({ description: 'The stage concerned: left open, passed over, entered by force, or where it stood' }),
    role: z.string().nullable().meta({ description: 'The role that was absent' }),
    details: Details,
    facts: Positions,
    effectiveOn: on(),
    recordedAt: z.string().nullable(),
    actor: z.object({ role: z.string(), institution: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'Deviation', examples: [exampleRow] })

/** A page of deviations. */
export const DeviationPageSchema = z
  .object({
    position: z.int().meta({ description: 'Everything up to this position is in it' }),
    at: on().meta({ description: 'The day to which steps that still run are counted' }),
    rows: listOf(DeviationRow),
    next: z.string().nullable(),
  })
  .meta({ id: 'DeviationPage', description: 'Deviations in log order' })

const weightsText = Object.entries(complianceWeights)
  .map(([state, weight]) => `${state} ${weight}`)
  .join(', ')
const States = z.enum([...Object.keys(complianceWeights), 'open', 'not-reached']).meta({
  description: [
    'skipped: passed over and never entered. forced: left or entered by force, whatever followed. open: it stands there.',
    'done-with-missing-evidence: left with an open exit criterion, or without a paper that was asked for.',
    'done-late: a limit of the edition ran out while it stood there. not-reached: it may still come to it.',
    'The worst that is true holds.',
  ].join(' '),
})
const Weights = z
  .record(z.string(), z.number())
  .readonly()
  .meta({ description: `What a stage counts: ${weightsText}; open stages and those not reached do not count` })
const Score = z.number().nullable().meta({ description: 'Mean weight of the stages that count, to four decimals; null where none does' })

const Because = z.object({
  kind: DeviationKind,
  rule: z.string(),
  sentence: z.string(),
  details: Details,
  facts: Positions,
})

const Stage = z.object({
  stage: z.string(),
  region: z.string().meta({ description: 'Region beside the stages; empty for the stages themselves' }),
  state: States,
  weight: z.number().nullable(),
  current: z.boolean().meta({ description: 'It stands there now' }),
  entered: on().nullable(),
  left: on().nullable(),
  facts: Positions,
  because: listOf(Because).meta({ description: 'What makes it so, and what is to be seen beside it: absent actors, dates of papers' }),
})

const ExpectedActors = listOf(
  z.object({
    role: z.string(),
    expectedStages: z.int().meta({ description: 'Stages in which the edition expects the role, also those not reached yet' }),
    reachedStages: z.int(),
    presentStages: z.int().meta({ description: 'Stages in which it signed, decided or attended something' }),
    events: z.int().meta({ description: 'Facts in which it did, while the entity stood there' }),
    stages: listOf(
      z.object({
        kind: z.string(),
        stage: z.string(),
        state: z.enum(['present', 'absent', 'awaited']).meta({
          description: 'absent: left or passed over without the role; awaited: it stands there, or has not come to it yet',
        }),
        entities: z.int(),
        reached: z.int(),
        present: z.int(),
        events: z.int(),
        first: z.int().nullable().meta({ description: 'Position of the first of these facts' }),
        last: z.int().nullable(),
      }),
    ),
  }),
).meta({ description: 'Whom the edition expects, and in how many of its stages they were seen' })
const Counts = z
  .record(z.string(), z.int())
  .readonly()
  .meta({ description: 'Deviations by kind, of the cycle and all that belongs to it; without late steps, which depend on the day' })

/** How one run of the cycle was done. */
export const ComplianceSchema = z
  .object({
    position: z.int(),
    at: on(),
    cycle: z.string(),
    area: Place,
    programme: z.string().nullable(),
    edition: EditionSchema,
    score: Score,
    weights: Weights,
    stages: listOf(Stage),
    expectedActors: ExpectedActors,
    deviations: Counts,
  })
  .meta({ id: 'Compliance', description: 'Stage by stage in the order of the edition’s path; ends and beginnings of regions are left out' })

/** Sums over runs of the cycle. */
export const ComplianceSumSchema = z
  .object({
    position: z.int(),
    at: on(),
    runs: z.int(),
    score: z.number().nullable().meta({ description: 'Mean of the scores of the runs that have one' }),
    weights: Weights,
    stages: listOf(
      z.object({
        edition: z.string().nullable(),
        stage: z.string(),
        region: z.string(),
        states: z.record(z.string(), z.int()).meta({ description: 'Runs by how the stage was done' }),
        score: Score,
      }),
    ),
    expectedActors: ExpectedActors,
    deviations: Counts,
  })
  .meta({ id: 'ComplianceSum' })
