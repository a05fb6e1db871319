import { decider, type Ask } from '../kernel/decider.ts'
import type { Entity } from '../kernel/entity.ts'
import { dataRule, type Situation } from '../kernel/rule.ts'
import { besideOf } from '../kernel/stages.ts'
import { one } from '../kernel/world.ts'
import { forcingRules } from '../cycle/forcing.ts'
import { cycleFold, type Cycle } from '../cycle/machine.ts'
import * as commands from './commands.ts'
import type { Area } from './machine.ts'

interface OfCycle {
  readonly cycle: string
}

interface Staged extends OfCycle {
  readonly stage: string
}

interface Forced extends OfCycle {
  readonly to: string
}

const runOf = <D extends OfCycle>({ world, call }: Situation<Area, D>): Entity<Cycle> => world.one(cycleFold, call.data.cycle)

const ofThisArea = dataRule<Area, OfCycle>('cycle-of-other-area', {
  id: 'Siklus yang dirujuk tidak berjalan di wilayah ini.',
  en: 'The cycle referred to does not run in this area.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: (x) => runOf(x).data.area !== x.self.id,
})

/** What the area enters by force is a stage beside those of the run; the run's own are forced by `cycle.ForceStage`. */
const softerStage = dataRule<Area, Forced>('stage-not-beside', {
  guard: 'G-14',
  id: 'Tahap {to} adalah tahap siklus itu sendiri: gunakan cycle.ForceStage.',
  en: 'Stage {to} is one of the cycle itself: use cycle.ForceStage.',
  source: 'DOMAIN §1.3, §1.4',
  sort: 'reference',
  broken: (x) => besideOf(x.workflowOf(runOf(x)).workflow, x.call.data.to) === '' && { details: { to: x.call.data.to } },
})

const readCycle = [({ call }: Situation<Area, OfCycle>) => [one(cycleFold, call.data.cycle)]]

/**
 * The softer stages are stages of a region of the cycle: what the area enters, the run of the cycle is asked for, also who may record it.
 */
const entering =
  (type: string) =>
  (x: Situation<Area, Staged>): Ask[] => [{ entity: runOf(x), key: `${type}:${x.call.data.stage}`, decides: true }]

const forcing = forcingRules<Area, Forced>((x) => {
  const run = runOf(x)
  // A run that is not open is refused before, as an unknown reference.
  return { run, edition: x.editionOf(run.edition ?? { id: '', revision: 0 }) }
})

export const decreeLocation = decider(commands.DecreeLocation)
export const revokeLocation = decider(commands.RevokeLocation)
export const recordIndicator = decider(commands.RecordIndicator)

export const enterReadiness = decider<Area, typeof commands.EnterReadiness.records>(commands.EnterReadiness, {
  reads: readCycle,
  rules: [ofThisArea],
  asks: entering(commands.EnterReadiness.records.type),
})

export const enterDevelopment = decider<Area, typeof commands.EnterDevelopment.records>(commands.EnterDevelopment, {
  reads: readCycle,
  rules: [ofThisArea],
  asks: entering(commands.EnterDevelopment.records.type),
})

export const forceAreaStage = decider<Area, typeof commands.ForceAreaStage.records>(commands.ForceAreaStage, {
  reads: readCycle,
  rules: [ofThisArea, forcing.stageExists, softerStage, forcing.mayForce, forcing.explained, forcing.approved],
  asks: (x) => [{ entity: runOf(x), placed: { to: x.call.data.to, how: 'forced' } }],
})
