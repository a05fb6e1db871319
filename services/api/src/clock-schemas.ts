import { z } from 'zod'
import { listOf } from './schemas.ts'

const on = () => z.iso.date()
const WorkingDays = z
  .int()
  .nullable()
  .meta({ description: 'Monday to Friday without national holidays and cuti bersama; null where the calendar does not reach' })
const Desks = z.record(z.string(), z.int()).meta({ description: 'Calendar days by role; those at no desk under "-"' })

/** A stay of an entity at a stage. */
export const StaySchema = z
  .object({
    region: z.string().meta({ description: 'Parallel region; empty for the whole' }),
    stage: z.string(),
    holder: z.string().nullable(),
    revision: z.boolean().meta({ description: 'The file is back with whoever asked, to be mended' }),
    entered: on(),
    since: on().meta({ description: 'When it came to that stage: a suspension begins a stay of its own' }),
    left: on().nullable(),
    days: z.int(),
    workingDays: WorkingDays,
    suspendedDays: z.int(),
    position: z.int(),
    endedBy: z.int().nullable(),
    flag: z.string().nullable().meta({ description: 'shortened or emptied by a fact recorded later with an earlier date' }),
  })
  .meta({
    id: 'Stay',
    description: 'From the day on which a stage was entered to the day of the next move; days to the day asked for while it lasts',
  })

/** A clock of an entity. */
export const ClockSchema = z
  .object({
    name: z.string().meta({ description: 'The stage, or the two marks: "requested > credited"' }),
    stage: z.string().nullable().meta({ description: 'With marks: counted anew at each time of the mark, while in the stage' }),
    from: z.string().nullable().meta({ description: 'Mark at which it begins, when first reached' }),
    to: z.string().nullable().meta({ description: 'Mark at which it ends, when first reached' }),
    calendar: z.enum(['calendar', 'working']).meta({ description: 'Which days warn, stuck and daysOver count' }),
    warn: z.int(),
    stuck: z.int(),
    state: z.enum(['within', 'warn', 'stuck', 'finished', 'stopped', 'unknown']).meta({
      description: 'stopped: the entity ended first; unknown: its working days are outside the calendar',
    }),
    began: on(),
    ended: on().nullable(),
    days: z.int().meta({ description: 'Calendar days; suspended ones among them' }),
    workingDays: WorkingDays,
    warnSince: on().nullable().meta({ description: 'began + warn days, if it was still running after that day began' }),
    stuckSince: on().nullable(),
    daysOver: z.int().nullable().meta({ description: 'Days above the higher limit that is met; 0 on the day itself' }),
    byHolder: Desks,
    revisionDays: z.int().meta({ description: 'Of the days, those in stages of revision' }),
    suspendedDays: z.int().meta({ description: 'Of the days, those in which it was suspended; they count all the same' }),
    position: z.int(),
  })
  .meta({ id: 'Clock', description: 'A time that the edition limits: in a stage with those inside it, or from one mark to another' })

const Fact = z.object({ on: on(), position: z.int() })

/** The clock of one entity. */
export const EntityClockSchema = z
  .object({
    asOf: z.object({ position: z.int(), recordedAt: z.string(), provisional: z.boolean() }),
    at: on(),
    kind: z.string(),
    id: z.string(),
    stays: listOf(StaySchema),
    marks: listOf(z.object({ mark: z.string(), first: Fact, last: Fact })),
    clocks: listOf(ClockSchema),
    byHolder: Desks,
    suspended: z.boolean(),
    reopened: listOf(z.object({ on: on(), position: z.int(), to: z.string().meta({ description: 'Stage' }), after: Fact })).meta({
      description:
        'Each time that it went on after a final stage or the mark closed-once: the fact that led it on, and the one that ended it',
    }),
  })
  .meta({ id: 'EntityClock', description: 'Every stay, mark and limited time of an entity, counted to the day asked for' })

const Unmet = z.object({
  code: z.string(),
  sentence: z.string(),
  facts: listOf(z.int()),
  metBy: listOf(z.object({ key: z.string(), roles: listOf(z.string()) })),
})

const Waiting = z
  .object({
    command: z.string(),
    keys: listOf(z.string()),
    roles: listOf(z.string()).meta({ description: 'For whom it waits' }),
    papers: listOf(z.string()),
    possible: z.boolean().meta({ description: 'Nothing is unmet' }),
    mine: z.boolean(),
    href: z.string(),
    unmet: listOf(Unmet),
    leadsTo: listOf(z.string()),
    onward: z.boolean().meta({ description: 'Forward on the path of its workflow, or back onto it; else back, aside or to an end' }),
  })
  .meta({ id: 'Waiting', description: 'A command that would lead it to another stage' })

const row = {
  kind: 'tranche',
  id: '0190a5f0-0000-7000-8000-000000000012',
  title: null,
  number: '2',
  amount: '150000000',
  area: { id: '0190a5f0-0000-7000-8000-000000000001', code: '16.74.05.1002', name: 'Pasar Prabumulih II' },
  allocation: '0190a5f0-0000-7000-8000-000000000010',
  programme: 'KOTAKU',
  edition: { id: 'KOTAKU-2018', revision: 1 },
  stage: 'UnderVerification.PPK',
  holders: ['PPK'],
  entered: '2018-10-11',
  standing: [
    {
      region: '',
      stage: 'UnderVerification.PPK',
      holder: 'PPK',
      revision: false,
      entered: '2018-10-11',
      since: '2018-10-11',
      left: null,
      days: 14,
      workingDays: 10,
      suspendedDays: 0,
      position: 260,
      endedBy: null,
      flag: null,
    },
  ],
  suspended: false,
  clock: {
    name: 'requested > credited',
    stage: null,
    from: 'requested',
    to: 'credited',
    calendar: 'calendar' as const,
    warn: 21,
    stuck: 45,
    state: 'stuck' as const,
    began: '2018-09-10',
    ended: null,
    days: 45,
    workingDays: 32,
    warnSince: '2018-10-01',
    stuckSince: '2018-10-25',
    daysOver: 0,
    byHolder: { FASKEL: 3, KORKOT: 4, BKM: 24, PPK: 14 },
    revisionDays: 24,
    suspendedDays: 0,
    position: 224,
  },
  waitsFor: [
    {
      command: 'tranche.IssueSpp',
      keys: ['tranche.SppIssued'],
      roles: ['PPK'],
      papers: ['spp'],
      possible: true,
      mine: false,
      href: '/v1/tranches/0190a5f0-0000-7000-8000-000000000012/issue-spp',
      unmet: [],
      leadsTo: ['SppIssued'],
      onward: true,
    },
  ],
  waitsForOmitted: null,
}

const Place = z.object({ id: z.string(), code: z.string(), name: z.string() })

/** A clock over its limit, with the entity and what it waits for. */
export const StuckRowSchema = z
  .object({
    kind: z.string(),
    id: z.string(),
    title: z.string().nullable(),
    number: z.string().nullable(),
    amount: z.string().nullable().meta({ description: 'Rupiah, as it stands now' }),
    area: Place.nullable(),
    allocation: z.string().nullable(),
    programme: z.string().nullable(),
    edition: z.object({ id: z.string(), revision: z.int() }).nullable(),
    stage: z.string().nullable().meta({ description: 'Of the whole, on that day' }),
    holders: listOf(z.string()).meta({ description: 'Whose desks it was on' }),
    entered: on().nullable().meta({ description: 'When it came to that stage' }),
    standing: listOf(StaySchema).meta({ description: 'Where it stood, region by region' }),
    suspended: z.boolean(),
    clock: ClockSchema,
    waitsFor: listOf(Waiting)
      .nullable()
      .meta({ description: 'What leads onward first, then that desk’s commands; null with the reason in waitsForOmitted' }),
    waitsForOmitted: z.string().nullable(),
  })
  .meta({ id: 'StuckRow', examples: [row] })

const calendar = z
  .object({ covered: z.boolean(), from: on(), to: on() })
  .meta({ description: 'The days that the calendar of working days knows; limits in working days are not judged outside them' })

/** A page of what is over its limit. */
export const StuckPageSchema = z
  .object({ position: z.int(), at: on(), calendar, rows: listOf(StuckRowSchema), next: z.string().nullable() })
  .meta({ id: 'StuckPage', description: 'A page of the clocks over their limit on a day; everything up to position is in it' })

/** Sums of what is over its limit. */
export const StuckSummarySchema = z
  .object({
    position: z.int(),
    at: on(),
    by: z.string(),
    calendar,
    groups: listOf(
      z.object({
        key: z.string().nullable().meta({ description: 'Region code, stage, role or programme; null for what has none' }),
        name: z.string().nullable().meta({ description: 'Name of the region' }),
        kind: z.string().nullable().meta({ description: 'Kind of entity, by stage' }),
        entities: z.int(),
        warn: z.int(),
        stuck: z.int(),
        amount: z.string().meta({ description: 'Rupiah of these entities, each once' }),
        oldest: on().meta({ description: 'The day on which the oldest of their clocks began' }),
        oldestDays: z.int(),
      }),
    ),
  })
  .meta({ id: 'StuckSummary' })
