import { describe, expect, it, test } from 'vitest'
import { shippedEditions, type EntityRef, type Fact, type Recorded } from '@jejak/domain'
import { entityClockAt, stageClockOf, type ToldClock } from '../../src/index.ts'
import { plainCalendar, shippedRules } from '../support/clock.ts'

/** A fact of the entity: where it moves it, if anywhere; or one of another entity that names it in `next`. */
interface Event {
  readonly type: string
  readonly to?: string
  readonly next?: true
}

/** A limit of DOMAIN 1.6: what the entity went through before, what begins the time, what ends it. */
interface Limit {
  readonly kind: string
  readonly name: string
  readonly before?: readonly Event[]
  readonly begins: Event
  readonly ends: Event
  readonly warn: number
  readonly stuck: number
}

const to = (stage: string, type = 'proposal.StepRecorded'): Event => ({ type, to: stage })
const report: Event = { type: 'proposal.ProgressReported' }
const credited: Event = to('CreditedToBkm', 'tranche.Credited')

function limitsOf(edition: string): Limit[] {
  const verified = to(edition === 'KOTAKU-2018' ? 'UnderVerification.V4' : 'UnderVerification.V5')
  const decided = to(edition === 'KOTAKU-2018' || edition === 'PNPM-MP-2013' ? 'Prioritised' : 'Approved')
  const proposal = { kind: 'proposal', before: [to('Drafted', 'proposal.Drafted')] }
  const tranche = { kind: 'tranche', before: [to('Planned', 'tranche.Planned')] }
  const submitted = to('Submitted', 'proposal.Submitted')
  const funded = to('FirstInstalmentPaid', 'tranche.InstalmentPaid')
  const reports = { warn: 14, stuck: 28 }
  return [
    { ...proposal, name: 'submitted > verified', begins: submitted, ends: verified, warn: 7, stuck: 14 },
    { ...proposal, name: 'verified > decided', begins: verified, ends: decided, warn: 7, stuck: 14 },
    { ...proposal, name: 'verified > decided', begins: verified, ends: to('Deferred'), warn: 7, stuck: 14 },
    { ...proposal, name: 'funded > progress-reported', begins: funded, ends: { ...report, to: 'InProgress' }, ...reports },
    { ...proposal, name: 'progress-reported > progress-reported', begins: { ...report, to: 'InProgress' }, ends: report, ...reports },
    { ...proposal, name: 'completed > accounted-for', begins: to('Completed'), ends: to('LpjAccepted'), warn: 14, stuck: 30 },
    { ...proposal, name: 'HandedOver', begins: to('HandedOver'), ends: to('InMaintenance'), warn: 14, stuck: 30 },
    {
      ...tranche,
      name: 'credited > first-transfer',
      begins: credited,
      ends: to('Distributing', 'tranche.InstalmentPaid'),
      warn: 3,
      stuck: 7,
    },
    {
      ...tranche,
      name: 'agreement-signed > credited',
      begins: { type: 'allocation.AgreementSigned', next: true },
      ends: credited,
      warn: 21,
      stuck: 45,
    },
    {
      ...tranche,
      name: 'previous-accounted-for > credited',
      begins: { type: 'tranche.LpjAccepted', next: true },
      ends: credited,
      warn: 21,
      stuck: 45,
    },
  ]
}

const day = (days: number): string => Temporal.PlainDate.from('2019-01-31').add({ days }).toString()

/** The log of one entity: each event on its day, counted from the beginning of the time. */
function logOf(kind: string, pin: NonNullable<Fact['edition']>, events: readonly (Event & { readonly on: number })[]): Recorded[] {
  const of: EntityRef = { kind, id: 'it' }
  let from: string | null = null
  return events.map(({ type, to: stage, next, on }, index) => {
    const moves = stage === undefined ? [] : [{ ...of, region: '', from, to: stage }]
    from = stage ?? from
    const fact: Fact = {
      id: `fact-${index}`,
      type,
      schemaVersion: 1,
      subject: type.startsWith(`${kind}.`) && next === undefined ? of : { kind: 'other', id: 'other' },
      effectiveOn: day(on),
      actor: { role: 'BKM' },
      recordedBy: { person: 'p', role: 'BKM' },
      edition: pin,
      moves,
      evidence: [],
      correlation: 'c',
      commandKeyHash: 'k',
      tags: [`${kind}:it`],
      data: next === undefined ? {} : { next: 'it' },
    }
    return { position: index + 1, recordedAt: BigInt(index), fact }
  })
}

/** The limits of the cycle, each from entering one stage to entering another, or to the first proposal. */
function cycleLimitsOf(edition: string): Limit[] {
  const between = (name: string, begins: string, ends: string | undefined, warn: number, stuck: number): Limit => ({
    kind: 'cycle',
    name,
    begins: to(begins, 'cycle.StepRecorded'),
    ends: ends === undefined ? { type: 'proposal.Submitted' } : to(ends, 'cycle.StepRecorded'),
    warn,
    stuck,
  })
  if (edition === 'KOTAKU-2018')
    return [
      between('socialised > rkm-accepted', '1.3', '1.4', 21, 45),
      between('rkm-accepted > reflected', '1.4', '2.3', 21, 45),
      between('reflected > surveyed', '2.3', '2.4', 45, 75),
      between('team-formed > plan-ratified', '2.1', '2.5', 60, 100),
      between('plan-ratified > first-proposal', '2.5', undefined, 21, 45),
    ]
  if (edition === 'PLPBK-2009')
    return [
      between('socialised > rkm-accepted', '1.2', '1.3', 21, 45),
      between('team-formed > surveyed', '2.1', '2.2', 45, 75),
      between('team-formed > plan-ratified', '2.1', '2.3', 60, 100),
      between('plan-ratified > first-proposal', '2.3', undefined, 21, 45),
    ]
  return [
    between('socialised > rkm-accepted', '2', '3', 21, 45),
    between('rkm-accepted > reflected', '3', '4', 21, 45),
    between('reflected > surveyed', '4', '5', 45, 75),
    between('surveyed > board-elected', '5', '6', 45, 75),
    between('board-elected > plan-ratified', '6', '7', 60, 100),
    between('plan-ratified > first-proposal', '7', undefined, 21, 45),
  ]
}

describe.each(shippedEditions.filter(({ workflows }) => workflows['tranche']).map(({ id, revision }) => [id, revision] as const))(
  'the limits of DOMAIN 1.6 in %s',
  (id, revision) => {
    const begun = (limit: Limit, at: number, ended?: number): ToldClock | undefined => {
      const before = (limit.before ?? []).map((event) => ({ ...event, on: -10 }))
      const ends = ended === undefined ? [] : [{ ...limit.ends, on: ended }]
      const log = logOf(limit.kind, { id, revision }, [...before, { ...limit.begins, on: 0 }, ...ends])
      const clock = stageClockOf(log, { kind: limit.kind, id: 'it' }, shippedRules)
      const clocks = clock === undefined ? [] : entityClockAt(clock, day(at), plainCalendar).clocks
      return clocks.find(({ name, began }) => name === limit.name && began === day(0))
    }

    test.each([...limitsOf(id), ...cycleLimitsOf(id)].map((limit) => [limit.name, limit.ends.to ?? limit.ends.type, limit] as const))(
      '%s, ended by %s',
      (_, _end, limit) => {
        const { warn, stuck } = limit
        const [warned, late] = [{ warnSince: day(warn) }, { stuckSince: day(stuck) }]
        expect(begun(limit, 0)).toMatchObject({ state: 'within', warn, stuck, calendar: 'calendar', days: 0 })
        expect(begun(limit, warn - 1)).toMatchObject({ state: 'within', warnSince: null })
        expect(begun(limit, warn)).toMatchObject({ state: 'warn', ...warned, stuckSince: null, daysOver: 0 })
        expect(begun(limit, stuck - 1)).toMatchObject({ state: 'warn', ...warned, stuckSince: null })
        expect(begun(limit, stuck)).toMatchObject({ state: 'stuck', ...warned, ...late, daysOver: 0 })
        // Left in time, none; left late, so long as it lasted.
        expect(begun(limit, 400, warn)).toMatchObject({ state: 'finished', ended: day(warn), warnSince: null, stuckSince: null })
        expect(begun(limit, 400, stuck)).toMatchObject({ state: 'finished', ...warned, stuckSince: null })
        expect(begun(limit, 400, stuck + 1)).toMatchObject({ state: 'finished', ...warned, ...late })
        // Asked for a day in the past, what ended it later is not known.
        expect(begun(limit, warn, stuck)).toMatchObject({ state: 'warn', ended: null, ...warned })
        expect(begun(limit, stuck, stuck + 1)).toMatchObject({ state: 'stuck', ended: null, ...late })
        expect(begun(limit, -1)).toBeUndefined()
      },
    )

    it('say whose they are', () => {
      const workflows = shippedEditions.find((edition) => edition.id === id)?.workflows
      const proposed = ['proposal', 'tranche'].flatMap((kind) =>
        (workflows?.[kind]?.spans ?? []).filter(({ source }) => source !== undefined),
      )
      expect(proposed).toHaveLength(9)
      for (const { source } of proposed) expect(source).toMatch(/^DOMAIN §1.6, I: our proposal/)
    })
  },
)

describe('the tranche whose turn it is', () => {
  const pin = { id: 'P2KP3-2006', revision: 1 }
  const clocks = (...events: readonly (Event & { readonly on: number })[]) => {
    const clock = stageClockOf(
      logOf('tranche', pin, [{ ...to('Planned', 'tranche.Planned'), on: -10 }, ...events]),
      { kind: 'tranche', id: 'it' },
      shippedRules,
    )
    return clock && entityClockAt(clock, day(100), plainCalendar).clocks.map(({ name, state, began }) => [name, state, began])
  }

  it('is the one that the fact names: others whose tag it bears are not waited for', () => {
    expect(clocks({ type: 'allocation.AgreementSigned', on: 0 }, { type: 'tranche.LpjAccepted', on: 0, to: 'LpjAccepted' })).toEqual([])
  })

  it('waits no more when it is cancelled', () => {
    expect(clocks({ type: 'tranche.LpjAccepted', next: true, on: 0 }, { ...to('Cancelled', 'tranche.Cancelled'), on: 30 })).toEqual([
      ['previous-accounted-for > credited', 'stopped', day(0)],
    ])
  })
})
