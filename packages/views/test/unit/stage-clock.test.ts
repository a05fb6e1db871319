import * as fc from 'fast-check'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { calendarOf } from '@jejak/reference'
import { Edition, shippedEditions, type Recorded } from '@jejak/domain'
import { clockRulesOf, entityClockAt, foldInMemory, heldBy, stageClock, stageClockOf } from '../../src/index.ts'
import { clockOf, facts, plainCalendar, rules, shippedRules, told, type Step } from '../support/clock.ts'
import { bearing, playedScenario } from '../support/scenario.ts'

const asked: Step = ['2018-09-10', null, 'Asked']
const checked: Step = ['2018-09-12', 'Asked', 'Checked.A']
const stays = (at: string, ...steps: readonly Step[]) =>
  told(at, ...steps).stays.map(({ stage, entered, left, days, holder, flag }) => [stage, entered, left, days, holder, flag])
const clocks = (at: string, ...steps: readonly Step[]) =>
  told(at, ...steps).clocks.map(({ name, state, began, ended, days }) => [name, state, began, ended, days])

describe('stays', () => {
  it('run from the date of one move to that of the next, the last to the day asked for', () => {
    expect(stays('2018-09-20', asked, checked)).toEqual([
      ['Asked', '2018-09-10', '2018-09-12', 2, 'BKM', null],
      ['Checked.A', '2018-09-12', null, 8, 'FASKEL', null],
    ])
    expect(stays('2018-09-11', asked, checked)).toEqual([['Asked', '2018-09-10', null, 1, 'BKM', null]])
    expect(stays('2018-09-09', asked, checked)).toEqual([])
  })

  it('a late fact cuts short what came before it, or leaves nothing of it', () => {
    const late: Step = ['2018-09-15', 'Checked.B', 'Returned']
    const before: readonly Step[] = [asked, ['2018-09-14', 'Asked', 'Checked.A'], ['2018-09-20', 'Checked.A', 'Checked.B']]
    expect(stays('2018-09-30', ...before, late)).toEqual([
      ['Asked', '2018-09-10', '2018-09-14', 4, 'BKM', null],
      ['Checked.A', '2018-09-14', '2018-09-15', 1, 'FASKEL', 'shortened'],
      ['Checked.B', '2018-09-20', '2018-09-20', 0, 'KORKOT', 'emptied'],
      ['Returned', '2018-09-15', null, 15, 'BKM', null],
    ])
    expect(told('2018-09-30', ...before, late).byHolder).toEqual({ BKM: 19, FASKEL: 1 })
  })

  it('of parallel regions run side by side, and a region that is left is no stay', () => {
    const papers = { region: 'Both.papers' }
    const steps: readonly Step[] = [
      ['2018-09-10', null, 'Both'],
      ['2018-09-10', null, 'Both.money.Open', { region: 'Both.money' }],
      ['2018-09-10', null, 'Both.papers.Open', papers],
      ['2018-09-13', 'Both.papers.Open', 'Both.papers.Done', papers],
      ['2018-09-17', 'Both.papers.Done', null, papers],
    ]
    const { stays: found, byHolder } = told('2018-09-20', ...steps)
    expect(found.map(({ region, stage, days, left }) => [region, stage, days, left])).toEqual([
      ['', 'Both', 10, null],
      ['Both.money', 'Both.money.Open', 10, null],
      ['Both.papers', 'Both.papers.Open', 3, '2018-09-13'],
      ['Both.papers', 'Both.papers.Done', 4, '2018-09-17'],
    ])
    expect(byHolder).toEqual({ '-': 14, PPK: 10, FASKEL: 3 })
  })

  it('suspension is shown beside and stops no clock', () => {
    const suspended: Step = ['2018-09-14', 'Checked.A', 'Checked.A', { suspended: { from: false, to: true } }]
    const resumed: Step = ['2018-09-18', 'Checked.A', 'Checked.A', { suspended: { from: true, to: false } }]
    const clock = told('2018-09-20', asked, checked, suspended, resumed)
    expect(clock.suspended).toBe(false)
    expect(clock.stays.map(({ entered, since, days, suspendedDays }) => [entered, since, days, suspendedDays])).toEqual([
      ['2018-09-10', '2018-09-10', 2, 0],
      ['2018-09-12', '2018-09-12', 2, 0],
      ['2018-09-14', '2018-09-12', 4, 4],
      ['2018-09-18', '2018-09-12', 2, 0],
    ])
    expect(clock.clocks.map(({ name, began, days, suspendedDays }) => [name, began, days, suspendedDays])).toEqual([
      ['asked > paid', '2018-09-10', 10, 4],
      // What goes on after a suspension is one time in the stage.
      ['Checked', '2018-09-12', 8, 4],
    ])
    expect(told('2018-09-15', asked, checked, suspended, resumed).suspended).toBe(true)
    // One that is entered late holds from its date on.
    const late: Step = ['2018-09-13', 'Checked.A', 'Checked.B']
    expect(told('2018-09-13', asked, checked, suspended, late).suspended).toBe(false)
    expect(told('2018-09-14', asked, checked, suspended, late).suspended).toBe(true)
  })
})

describe('working days', () => {
  const holiday = (date: string, kind: 'libur_nasional' | 'cuti_bersama') =>
    ({ date, kind, name: 'Idul Fitri', certainty: 'reported', basis: 'test' }) as const
  const leave = ['2018-06-11', '2018-06-12', '2018-06-13', '2018-06-14', '2018-06-18', '2018-06-19', '2018-06-20']
  const lebaran = calendarOf([...leave.map((date) => holiday(date, 'cuti_bersama')), holiday('2018-06-15', 'libur_nasional')])
  const at = (date: string) =>
    entityClockAt(clockOf(['2018-06-08', null, 'Asked'], ['2018-06-08', 'Asked', 'Checked.A']), date, lebaran).clocks.find(
      ({ name }) => name === 'Checked',
    )

  it('leave out Lebaran with its collective leave', () => {
    expect(at('2018-06-20')).toMatchObject({ days: 12, workingDays: 0, state: 'within', daysOver: null })
    expect(at('2018-06-24')).toMatchObject({ days: 16, workingDays: 2, state: 'within' })
    expect(at('2018-06-25')).toMatchObject({ workingDays: 3, state: 'warn', warnSince: '2018-06-25', daysOver: 0 })
    expect(at('2018-06-27')).toMatchObject({ workingDays: 5, state: 'stuck', stuckSince: '2018-06-27', daysOver: 0 })
    expect(at('2018-06-30')).toMatchObject({ workingDays: 7, daysOver: 2 })
  })

  it('are not guessed where the calendar does not reach', () => {
    const beyond = entityClockAt(clockOf(['2027-12-30', null, 'Checked.A']), '2028-01-10', plainCalendar)
    expect(beyond.clocks).toMatchObject([{ name: 'Checked', state: 'unknown', days: 11, workingDays: null, warnSince: null }])
    expect(beyond.stays).toMatchObject([{ days: 11, workingDays: null }])
  })
})

describe('limits', () => {
  it('are met on the day begun + n, unless what ends the time is dated on or before that day', () => {
    const paid = (on: string): Step => [on, 'Asked', 'Paid']
    const [warn, state] = ['2018-10-01', (at: string, ...steps: readonly Step[]) => told(at, ...steps).clocks[0]]
    expect(state('2018-09-30', asked)).toMatchObject({ state: 'within', warnSince: null, days: 20 })
    expect(state(warn, asked)).toMatchObject({ state: 'warn', warnSince: warn, daysOver: 0 })
    expect(state(warn, asked, paid(warn))).toMatchObject({ state: 'finished', warnSince: null, days: 21 })
    expect(state('2018-12-01', asked, paid('2018-10-02'))).toMatchObject({ state: 'finished', warnSince: warn, daysOver: 1, days: 22 })
    expect(state('2018-10-25', asked)).toMatchObject({ state: 'stuck', warnSince: warn, stuckSince: '2018-10-25' })
  })

  it('a mark that is reached again neither restarts nor ends the time', () => {
    const loop: readonly Step[] = [asked, checked, ['2018-09-20', 'Checked.A', 'Asked'], ['2018-09-25', 'Asked', 'Checked.B']]
    const clock = told('2018-10-05', ...loop)
    expect(clock.marks).toEqual([{ mark: 'asked', first: { on: '2018-09-10', position: 1 }, last: { on: '2018-09-20', position: 3 } }])
    expect(clock.clocks.map(({ name, state, began, days }) => [name, state, began, days])).toEqual([
      ['asked > paid', 'warn', '2018-09-10', 25],
      // A stage that is entered again is a time of its own.
      ['Checked', 'finished', '2018-09-12', 8],
      ['Checked', 'stuck', '2018-09-25', 10],
    ])
  })

  it('going from desk to desk inside a limited stage is one time, and so is coming back on the same day', () => {
    const inside: readonly Step[] = [asked, checked, ['2018-09-14', 'Checked.A', 'Checked.B']]
    expect(clocks('2018-09-16', ...inside)[1]).toEqual(['Checked', 'within', '2018-09-12', null, 4])
    const back: readonly Step[] = [...inside, ['2018-09-15', 'Checked.B', 'Returned'], ['2018-09-15', 'Returned', 'Checked.B']]
    expect(clocks('2018-09-16', ...back).slice(1)).toEqual([['Checked', 'within', '2018-09-12', null, 4]])
  })

  it('an entity that has ended stops its clocks, and one that is opened again runs on', () => {
    const cancelled: Step = ['2018-10-30', 'Checked.A', 'Cancelled']
    expect(clocks('2018-12-01', asked, checked, cancelled)).toEqual([
      ['asked > paid', 'stopped', '2018-09-10', '2018-10-30', 50],
      ['Checked', 'finished', '2018-09-12', '2018-10-30', 48],
    ])
    expect(clocks('2018-10-29', asked, checked, cancelled)[0]?.slice(0, 2)).toEqual(['asked > paid', 'stuck'])
    const reopened: Step = ['2018-11-10', 'Cancelled', 'Asked']
    expect(clocks('2018-12-01', asked, checked, cancelled, reopened)[0]).toEqual(['asked > paid', 'stuck', '2018-09-10', null, 82])
  })

  it('where the end came before the beginning nothing is waited for', () => {
    const early: readonly Step[] = [
      ['2018-09-05', null, 'Paid'],
      ['2018-09-10', 'Paid', 'Asked'],
    ]
    expect(clocks('2018-12-01', ...early)[0]).toEqual(['asked > paid', 'finished', '2018-09-10', '2018-09-10', 0])
  })

  it('a fact bears its marks where it is recorded, and out of order all the same', () => {
    const noted = (stage: string): Step => ['2018-09-20', stage, stage, { type: 'tranche.BudgetRevisionNoted' }]
    const marks = (...steps: readonly Step[]) => told('2018-10-01', ...steps).marks.map(({ mark, first }) => [mark, first.on])
    expect(marks(asked, ['2018-09-12', 'Asked', 'Checked.B'], noted('Checked.B'))).toContainEqual(['noted', '2018-09-20'])
    expect(marks(asked, checked, noted('Checked.A'))).toContainEqual(['noted', '2018-09-20'])
    expect(marks(asked, checked)).not.toContainEqual(['noted', '2018-09-20'])
  })

  it('counted anew run from each time of the mark to the next, while in the stage', () => {
    const noted = (on: string, stage = 'Returned'): Step => [on, stage, stage, { type: 'tranche.BudgetRevisionNoted' }]
    const steps: readonly Step[] = [asked, ['2018-09-12', 'Asked', 'Returned'], noted('2018-09-15'), noted('2018-09-15')]
    const name = 'noted > noted'
    const anew = (at: string, ...more: readonly Step[]) => clocks(at, ...steps, ...more).filter(([of]) => of === name)
    expect(anew('2018-09-16')).toEqual([
      [name, 'finished', '2018-09-12', '2018-09-15', 3],
      [name, 'within', '2018-09-15', null, 1],
    ])
    // A report recorded late, of an earlier day, parts the time in which it falls; one of the first day does not.
    const late = [noted('2018-09-13'), noted('2018-09-12')]
    expect(anew('2018-09-17', ...late)).toEqual([
      [name, 'finished', '2018-09-12', '2018-09-13', 1],
      [name, 'finished', '2018-09-13', '2018-09-15', 2],
      [name, 'warn', '2018-09-15', null, 2],
    ])
    // Outside the stage nothing is counted, and coming back begins again.
    const back: readonly Step[] = [['2018-09-18', 'Returned', 'Checked.B'], noted('2018-09-19', 'Checked.B')]
    expect(anew('2018-09-30', ...back, ['2018-09-20', 'Checked.B', 'Returned']).slice(1)).toEqual([
      [name, 'finished', '2018-09-15', '2018-09-18', 3],
      [name, 'stuck', '2018-09-20', null, 10],
    ])
  })

  it('are those of the edition; more than a hundred years is none', () => {
    const spanOf = (edition: Edition | undefined) => clockRulesOf('tranche', edition).spans[0]
    const shipped = shippedEditions.find(({ id }) => id === 'KOTAKU-2018')
    const span = { stage: null, from: 'requested', to: 'credited', warn: 21, stuck: 45, clock: 'calendar' }
    expect(spanOf(shipped)).toEqual(span)
    const { tranche } = structuredClone(shipped?.workflows ?? {})
    const spans = [{ from: 'requested', to: 'credited', warn: 21, stuck: 9e15, clock: 'calendar' }]
    const endless = { ...shipped, workflows: { tranche: { ...tranche, spans } } }
    expect(spanOf(Edition.parse(endless))).toEqual({ ...span, stuck: 36_500 })
  })
})

/** Histories as no office would write them: any stage after any other, dates in any order, suspended and let go at will. */
const stages = Object.keys(rules.stages).filter((stage) => !stage.startsWith('Both.'))
const day = fc.integer({ min: 0, max: 60 }).map((days) => Temporal.PlainDate.from('2018-09-01').add({ days }).toString())
const history = fc.array(fc.tuple(day, fc.constantFrom(...stages), fc.constantFrom('move', 'move', 'suspend', 'note')), {
  minLength: 1,
  maxLength: 14,
})

function stepsOf(drawn: readonly (readonly [string, string, string])[]): Step[] {
  let here: string | null = null
  let suspended = false
  return drawn.map(([on, stage, what]): Step => {
    const from = here
    if (from !== null && what === 'note') return [on, from, from, { type: 'tranche.BudgetRevisionNoted' }]
    if (from !== null && (what === 'suspend' || from === stage)) {
      suspended = !suspended
      return [on, from, from, { suspended: { from: !suspended, to: suspended } }]
    }
    here = stage
    return [on, from, stage]
  })
}

/** The rows of each entity after all facts. */
function projected(all: readonly Recorded[]): Map<string, unknown> {
  const { stageClock: rows, stageClockStays: stays, stageClockLimits: limits } = foldInMemory(stageClock, all)
  const [staysOf, limitsOf] = [Map.groupBy(stays, ({ entity }) => entity), Map.groupBy(limits, ({ entity }) => entity)]
  return new Map(
    rows.map((row) => [
      row.entity,
      {
        row,
        stays: (staysOf.get(row.entity) ?? []).toSorted((one, other) => Number(one.position - other.position)),
        limits: limitsOf.get(row.entity) ?? [],
      },
    ]),
  )
}

describe('over random histories with late facts', () => {
  const all = (clock: ReturnType<typeof told>) => ({
    ...clock,
    // A fact recorded later may be known to the one and not to the other; where it stood, and for how long, is the same.
    stays: clock.stays
      .filter(({ left, entered }) => left === null || left > entered)
      .map((stay) => ({ ...stay, flag: null, endedBy: null })),
    marks: clock.marks.map(({ mark, first }) => [mark, first.on]),
    clocks: clock.clocks.filter(({ ended, began }) => ended === null || ended > began).map((each) => ({ ...each, position: 0 })),
  })

  it('the rows, read on a day, say what a fold of the facts with that date or an earlier one says', () => {
    fc.assert(
      fc.property(history, day, (drawn, at) => {
        const steps = stepsOf(drawn)
        const until = facts(...steps).filter(({ fact }) => fact.effectiveOn <= at)
        const cut = stageClockOf(until, { kind: 'tranche', id: 't' }, () => ({ rules, programme: null }))
        const seen = told(at, ...steps)
        // Whether it has ended is asked of the day itself: later rows may say that it was opened again, or not yet ended.
        const standing = seen.stays.findLast(({ left }) => left === null)?.stage
        fc.pre(standing !== 'Cancelled')
        expect(all(seen)).toEqual(
          all(
            cut
              ? entityClockAt(cut, at, plainCalendar)
              : { stays: [], marks: [], clocks: [], byHolder: {}, suspended: false, reopened: [] },
          ),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('days always add up, and stays are those of the history', () => {
    fc.assert(
      fc.property(history, (drawn) => {
        const steps = stepsOf(drawn)
        const clock = told('2018-12-31', ...steps)
        const first = clock.stays.map(({ entered }) => entered).toSorted()[0] ?? ''
        const total = Temporal.PlainDate.from(first).until('2018-12-31', { largestUnit: 'days' }).days
        expect(clock.stays.reduce((sum, { days }) => sum + days, 0)).toBe(total)
        expect(Object.values(clock.byHolder).reduce((sum, days) => sum + days, 0)).toBe(total)
        const held = heldBy(facts(...steps), 'tranche', 't', (stage) => rules.stages[stage]?.holder)
        expect(clock.stays.map(({ stage, entered, left, endedBy, flag }) => [stage, entered, left, endedBy, flag])).toEqual(
          held.map(({ stage, from, to, endedBy, flag }) => [stage, from, to, endedBy, flag]),
        )
      }),
    )
  })
})

describe('the scenario, its dates shuffled', () => {
  let log: readonly Recorded[]
  beforeAll(async () => {
    log = await playedScenario()
  })

  test('a fact of money leaves the clock as it is, and its page changes nothing', () => {
    const spent = log.findIndex(({ fact }) => fact.type === 'proposal.ExpenseRecorded')
    const of = log[spent]?.fact.subject ?? { kind: '', id: '' }
    const before = stageClockOf(bearing(log.slice(0, spent), of.kind, of.id), of, shippedRules)
    if (before === undefined) throw new Error('nothing is known of the proposal')
    const [recorded] = bearing(log, of.kind, of.id).filter(({ position }) => position === log[spent]?.position)
    expect(recorded?.fact.type).toBe('proposal.ExpenseRecorded')
    const { stageClockEditions: editions } = foldInMemory(stageClock, log.slice(0, spent))
    const known = {
      stageClock: () => [before.row],
      stageClockStays: () => before.stays,
      stageClockLimits: () => before.limits,
      stageClockEditions: () => editions,
    }
    expect(recorded && stageClock.project(known, recorded)).toBeUndefined()
  })

  test('is the same of all facts and entity by entity', () => {
    const entities = ['tranche', 'proposal', 'cycle', 'complaint', 'allocation']
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 97 }), (every) => {
        const dates = log.map(({ fact }) => fact.effectiveOn)
        // Some facts take the date of one long before.
        const shuffled = log.map((recorded, index) =>
          recorded.fact.type === 'edition.Published' || index % every !== 0
            ? recorded
            : { ...recorded, fact: { ...recorded.fact, effectiveOn: dates[Math.floor(index / 2)] ?? '' } },
        )
        for (const [entity, clock] of projected(shuffled)) {
          const [kind = '', id = ''] = entity.split(':')
          if (entities.includes(kind))
            expect([entity, stageClockOf(bearing(shuffled, kind, id), { kind, id }, shippedRules)]).toEqual([entity, clock])
        }
      }),
      { numRuns: 8 },
    )
  })
})
