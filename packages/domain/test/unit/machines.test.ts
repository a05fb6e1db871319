import { describe, expect, it } from 'vitest'
import { initialTransition, transition, type AnyMachineSnapshot } from 'xstate'
import { compile, domain, eventTypes, shippedEditions, stageAt, Workflow, type Compiled, type Stages } from '@jejak/domain'
import { placesOf } from '../support/codes.ts'

const shippedOnes = shippedEditions.flatMap((edition) =>
  Object.keys(edition.workflows).map((kind) => [`${edition.id} ${kind}`, domain.workflow(kind, edition) as Compiled] as const),
)
const builtIn = [...domain.slices.values()].flatMap((slice) => (slice.builtIn ? [[`built-in ${slice.kind}`, slice.builtIn] as const] : []))
const machines = [...shippedOnes, ...builtIn]
const observed = (type: string): boolean => eventTypes.get(type)?.observation ?? false

interface StageLike {
  readonly on?: object | undefined
  readonly own?: object | undefined
  readonly revision?: true | undefined
  readonly stages?: Readonly<Record<string, StageLike>> | undefined
}

/** Keys that a workflow names, read off its JSON. */
function namedKeys(kind: string, workflow: Workflow): string[] {
  const inside = (stage: StageLike): string[] => [
    ...Object.keys(stage.on ?? {}),
    ...Object.keys(stage.own ?? {}),
    ...(stage.revision ? [`${kind}.Resubmitted`] : []),
    ...Object.values(stage.stages ?? {}).flatMap(inside),
  ]
  const loose = Object.entries(workflow.facts).filter(([, rule]) => rule.beforeOpening || workflow.initial === undefined)
  const named = [
    ...Object.keys(workflow.opens),
    ...Object.values({ ...workflow.stages, ...workflow.beside }).flatMap(inside),
    ...loose.map(([key]) => key),
    ...(workflow.suspendable ? [...workflow.suspends, ...workflow.resumes] : []),
  ]
  return [...new Set(named)].sort()
}

/** Stages of an XState value, read without the compiler's help: names with `$` are its own. */
function placesIn(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value === 'string') return [[...path, value].filter((name) => !name.startsWith('$')).join('.')]
  return Object.entries(value as object).flatMap(([name, inner]) => placesIn(inner, [...path, name]))
}
const sorted = (list: readonly string[]): string[] => [...list].filter((path) => path !== '').sort()

interface Walked {
  readonly places: ReadonlySet<string>
  readonly disagreements: readonly string[]
}
const walked = new WeakMap<Compiled, Walked>()

/** Walks XState's own transitions from the beginning, and asks `next` the same questions. */
function walk(compiled: Compiled): Walked {
  const known = walked.get(compiled)
  if (known) return known
  const [start] = initialTransition(compiled.machine)
  const seen = new Map<string, { snapshot: AnyMachineSnapshot; stages: Stages; suspended: boolean }>()
  const queue = [{ snapshot: start as AnyMachineSnapshot, stages: {} as Stages, suspended: false }]
  const places = new Set<string>()
  const disagreements: string[] = []
  for (let at = queue.pop(); at; at = queue.pop()) {
    const name = JSON.stringify(at.snapshot.value)
    if (seen.has(name)) continue
    seen.set(name, at)
    for (const key of compiled.keys) {
      const found = compiled.next(at.stages, at.suspended, key)
      const can = at.snapshot.can({ type: key })
      if (can !== (found !== undefined)) disagreements.push(`${name} ${key}: can ${can}`)
      if (!can || !found) continue
      const [after] = transition(compiled.machine, at.snapshot, { type: key })
      const there = sorted(placesIn(after.value))
      const here = compiled.ended(found.stages) ? { '': found.stages[''] ?? '' } : compiled.whole(found.stages)
      const standing = Object.values(here).filter((path) => !stageAt(compiled.workflow, path)?.parallel)
      if (JSON.stringify(there) !== JSON.stringify(sorted(standing))) disagreements.push(`${name} ${key}: ${there.join()}`)
      if (JSON.stringify(after.value).includes('$suspended') !== found.suspended) disagreements.push(`${name} ${key}: suspension`)
      for (const path of there) places.add(path)
      queue.push({ snapshot: after as AnyMachineSnapshot, ...found })
    }
  }
  walked.set(compiled, { places, disagreements })
  return { places, disagreements }
}

describe.each(machines)('%s', (_, compiled) => {
  it('has exactly the events that the workflow names', () =>
    expect([...(compiled.machine.events as string[])].sort()).toEqual(namedKeys(compiled.kind, compiled.workflow)))
  it('names events that exist and that the kind folds', () => {
    for (const key of compiled.keys) {
      const type = key.split(':')[0] ?? ''
      expect(eventTypes.has(type)).toBe(true)
      expect(domain.slice(compiled.kind).fold.types).toContain(type)
    }
  })
  it('moves as XState itself moves, asked everything everywhere', () => expect(walk(compiled).disagreements).toEqual([]))
  it('reaches every stage', () => expect(placesOf(compiled).filter((place) => !walk(compiled).places.has(place))).toEqual([]))
  it('has no guards, actions, context, delays or actors', () => {
    const keys = new Set<string>()
    JSON.stringify(compiled.machine.config, (name, value: unknown) => {
      if (value !== null && typeof value === 'object' && !Array.isArray(value) && !['states', 'on'].includes(name))
        for (const key of Object.keys(value)) keys.add(key)
      return value
    })
    const structural = new Set(['id', 'initial', 'states', 'on', 'type', 'target'])
    const stateNames = (config: { states?: Record<string, object> }): string[] =>
      Object.entries(config.states ?? {}).flatMap(([name, inner]) => [name, ...stateNames(inner)])
    const names = new Set([...stateNames(compiled.machine.config as object), ...compiled.keys])
    expect([...keys].filter((key) => !structural.has(key) && !names.has(key))).toEqual([])
    expect((compiled.machine.config as { context?: unknown }).context).toBeUndefined()
  })
  it('ends where it says', () => {
    for (const leaf of compiled.leaves.values())
      if (leaf.final) {
        const out = [...leaf.legal.values()].filter((legal) => legal.to !== undefined && !compiled.leaves.get(legal.to)?.final)
        expect(out.map((legal) => legal.key)).toEqual(['complaint', 'finding'].includes(compiled.kind) ? [`${compiled.kind}.Reopened`] : [])
      }
  })
  it('answers the same each time, and nothing to a key it does not know', () => {
    const first = compiled.workflow.initial
    if (first === undefined) return
    for (const key of compiled.keys) expect(compiled.next({ '': first }, false, key)).toBe(compiled.next({ '': first }, false, key))
    for (const key of ['', 'toString', 'tranche.Nothing', 'constructor']) expect(compiled.next({ '': first }, false, key)).toBeUndefined()
  })
})

describe('the chains of each edition', () => {
  const chainOf = (id: string, kind: string) => shippedEditions.find((edition) => edition.id === id)?.workflows[kind]?.chains[0]?.steps
  it.each([
    ['KOTAKU-2018', ['VF-10', 'VF-12', 'VF-13'], ['V1', 'V2', 'V3', 'V4', 'V5']],
    ['PNPM-MP-2013', ['VF-10', 'VF-11', 'VF-12', 'VF-13'], ['V1', 'V2', 'V3', 'V5']],
    ['P2KP3-2006', ['VF-10', 'VF-11', 'VF-12', 'VF-13'], ['V1', 'V2', 'V3', 'V5']],
    ['PLPBK-2009', ['VF-10', 'VF-11', 'VF-12', 'VF-13'], ['V1', 'V2', 'V3', 'V5']],
  ])('%s', (id, tranche, proposal) => {
    expect(chainOf(id, 'tranche')).toEqual(tranche)
    expect(chainOf(id, 'proposal')).toEqual(proposal)
  })
  it.each(shippedOnes.filter(([name]) => name.endsWith('tranche')))(
    '%s: each desk leads to the next, and a return comes back to it',
    (_, compiled) => {
      const desks = [...compiled.leaves.values()].filter((leaf) => leaf.path.startsWith('UnderVerification.'))
      for (const desk of desks) {
        const returned = [...desk.legal.keys()].find((key) => /:VF-1[0-3]:returned$/.test(key)) ?? ''
        const back = compiled.next({ '': desk.path }, false, returned)
        expect(back?.stages['']).toBe(desk.path.replace('UnderVerification', 'ReturnedForRevision'))
        expect(compiled.next(back?.stages ?? {}, false, 'tranche.Resubmitted')?.stages).toEqual({ '': desk.path })
      }
    },
  )
})

describe('a small workflow', () => {
  const small = (stages: object, more: object = {}): Compiled =>
    compile('sheet', Workflow.parse({ initial: 'Open', opens: { 'sheet.Opened': {} }, stages, ...more }), observed)
  const nested = small({
    Open: {
      on: { 'sheet.Closed': 'Done' },
      own: { 'sheet.Stopped': 'Open.stopped' },
      stages: { stopped: { on: { 'sheet.GoneOn': 'Open' } } },
    },
    Done: { final: true },
  })
  it('stands at a parent by its own hidden leaf', () => {
    expect(nested.next({}, false, 'sheet.Opened')?.stages).toEqual({ '': 'Open' })
    expect(nested.next({ '': 'Open' }, false, 'sheet.Stopped')?.stages).toEqual({ '': 'Open.stopped' })
    expect(nested.next({ '': 'Open.stopped' }, false, 'sheet.GoneOn')?.stages).toEqual({ '': 'Open' })
  })
  it('inherits what is legal around it, and not what is legal only there', () => {
    expect(nested.next({ '': 'Open.stopped' }, false, 'sheet.Closed')?.stages).toEqual({ '': 'Done' })
    expect(nested.next({ '': 'Open.stopped' }, false, 'sheet.Stopped')).toBeUndefined()
  })
  it('drafted stands inside 2.4, reviewed beside it', () => {
    const cycle = domain.workflow('cycle', shippedEditions[0]) as Compiled
    expect(cycle.next({ '': '2.4' }, false, 'cycle.PlanDrafted')?.stages).toEqual({ '': '2.4.drafted' })
    expect(cycle.next({ '': '2.4.drafted' }, false, 'cycle.PlanDrafted')).toBeUndefined()
  })
  it('hands in again at the desk that returned it, or where the edition says', () => {
    const stages = (resubmitTo?: string) => ({
      Open: { on: { 'sheet.Checked': 'Desk' } },
      Desk: { on: { 'sheet.Back': 'Revision', 'sheet.Closed': 'Done' } },
      Revision: { revision: true, ...(resubmitTo ? { resubmitTo } : {}) },
      Done: { final: true },
    })
    expect(small(stages()).next({ '': 'Revision' }, false, 'sheet.Resubmitted')?.stages).toEqual({ '': 'Desk' })
    expect(small(stages('Open')).next({ '': 'Revision' }, false, 'sheet.Resubmitted')?.stages).toEqual({ '': 'Open' })
  })

  const twin = small(
    {
      Open: { on: { 'tranche.Credited': 'Desk', 'sheet.Closed': 'Done' } },
      Desk: { on: { 'sheet.Closed': 'Done' } },
      Done: { final: true },
    },
    { suspendable: true, suspends: ['sheet.Held'], resumes: ['sheet.Freed'] },
  )
  it('is suspended as a twin of each stage', () => {
    expect(twin.next({ '': 'Open' }, false, 'sheet.Held')).toEqual({ stages: { '': 'Open' }, suspended: true })
    expect(twin.next({ '': 'Open' }, true, 'sheet.Held')).toEqual({ stages: { '': 'Open' }, suspended: true })
    expect(twin.next({ '': 'Open' }, true, 'sheet.Freed')).toEqual({ stages: { '': 'Open' }, suspended: false })
    expect(twin.next({ '': 'Open' }, false, 'sheet.Freed')).toBeUndefined()
  })
  it('suspended, it takes observations and stays suspended, and no decision', () => {
    expect(twin.next({ '': 'Open' }, true, 'tranche.Credited')).toEqual({ stages: { '': 'Desk' }, suspended: true })
    expect(twin.next({ '': 'Open' }, true, 'sheet.Closed')).toBeUndefined()
  })
  it('an end is not suspended', () => expect(twin.next({ '': 'Done' }, false, 'sheet.Held')).toBeUndefined())
  it('agrees with XState everywhere', () => {
    for (const compiled of [nested, twin]) expect(walk(compiled).disagreements).toEqual([])
  })

  const parallel = small({
    Open: { on: { 'sheet.Split': 'Both' } },
    Both: {
      parallel: true,
      on: { 'sheet.Closed': 'Done' },
      stages: {
        money: { initial: 'asked', stages: { asked: { on: { 'sheet.Paid': 'Both.money.paid' } }, paid: {} } },
        works: { stages: { begun: { on: { 'sheet.Built': 'Both.works.built' } }, built: { on: { 'sheet.Broken': 'Both.works.begun' } } } },
      },
    },
    Done: { final: true },
  })
  const both: Stages = { '': 'Both', 'Both.money': 'Both.money.asked', 'Both.works': 'Both.works.begun' }
  it('enters every region of a parallel stage', () => expect(parallel.next({ '': 'Open' }, false, 'sheet.Split')?.stages).toEqual(both))
  it('moves regions independently', () => {
    const built = parallel.next(both, false, 'sheet.Built')?.stages as Stages
    expect(built).toEqual({ ...both, 'Both.works': 'Both.works.built' })
    expect(parallel.next(built, false, 'sheet.Paid')?.stages).toEqual({ ...built, 'Both.money': 'Both.money.paid' })
    expect(parallel.next(built, false, 'sheet.Built')).toBeUndefined()
    expect(parallel.next(built, false, 'sheet.Broken')?.stages).toEqual(both)
  })
  it('leaves all regions at once', () => expect(parallel.next(both, false, 'sheet.Closed')?.stages).toEqual({ '': 'Done' }))
  it('agrees with XState in parallel as well', () => expect(walk(parallel).disagreements).toEqual([]))
})
