import { decider, type DataOfCommand } from '../kernel/decider.ts'
import { unopened, type Entity } from '../kernel/entity.ts'
import { rupiah, sen, splitByWeights } from '../kernel/rupiah.ts'
import { dataRule, type Situation } from '../kernel/rule.ts'
import { one } from '../kernel/world.ts'
import { cycleFold, cycleKey, cycleKeyFold } from '../cycle/machine.ts'
import { TranchePlanned } from '../tranche/events.ts'
import { trancheFold } from '../tranche/machine.ts'
import * as commands from './commands.ts'
import { formulaAmount } from '../kernel/formula.ts'
import { allocationKey, type Allocation } from './machine.ts'

type Decree = DataOfCommand<typeof commands.DecreeAllocation>

const componentKnown = dataRule<Allocation, Decree>('component-unknown', {
  id: 'Komponen {component} tidak ada dalam edisi; yang ada: {known}.',
  en: 'The edition has no component {component}; it has: {known}.',
  source: 'DOMAIN §2.3',
  sort: 'reference',
  broken: ({ edition, call }) =>
    !edition.components.includes(call.data.component) && {
      details: { component: call.data.component, known: edition.components.join(', ') },
    },
})

/** A plan that the edition leaves open is chosen with a reason; one that it fixes is not chosen at all (DESIGN §4). */
const planChosen = dataRule<Allocation, Decree>('tranche-plan-choice', {
  id: 'Pembagian tahap {expected} dalam edisi ini; jumlahnya harus 100 dan pilihan memerlukan reason.',
  en: 'The tranche plan is {expected} by this edition; shares must add to 100, and a choice needs a reason.',
  source: 'DESIGN §4; DOMAIN §2.2',
  sort: 'input',
  broken: ({ edition, call }) => {
    const fixed = edition.tranches.percent.length > 0
    const { percent } = call.data
    const details = { expected: fixed ? 'fixed' : 'open' }
    if (fixed) return percent !== undefined && { details }
    return (percent === undefined || percent.reduce((a, b) => a + b, 0) !== 100 || call.reason === undefined) && { details }
  },
})

/** A decree outside the formula is valid, and noted; one that counts nobody is not judged. Source: DOMAIN §2.1, R:D7; appendix C1. */
const byFormula = dataRule<Allocation, Decree>('amount-outside-formula', {
  id: 'Alokasi {amount:rp} tidak sesuai rumus edisi ini: {expected:rp}.',
  en: 'The allocation of {amount:rp} is not what the formula of this edition gives: {expected:rp}.',
  source: 'DOMAIN §2.1, R:D7; appendix C1',
  broken: ({ edition, call: { data } }) => {
    if (edition.formula === undefined || data.people === undefined) return undefined
    const expected = formulaAmount(edition.formula, data.people)
    return sen(data.amount) !== expected && { details: { amount: data.amount, expected: rupiah(expected) } }
  },
})

const cycleOfArea = dataRule<Allocation, Decree>('cycle-of-other-area', {
  id: 'Siklus yang dirujuk tidak berjalan di wilayah ini.',
  en: 'The cycle referred to does not run in this area.',
  source: 'CONTRACTS B3',
  sort: 'reference',
  broken: ({ world, call }) => call.data.cycle !== undefined && world.one(cycleFold, call.data.cycle).data.area !== call.data.area,
})

/** DOMAIN §1.1: money of an edition with a cycle belongs to a run of that cycle. */
const cycleNamed = dataRule<Allocation, Decree>('cycle-missing', {
  id: 'Edisi ini meminta siklus kelurahan: sebutkan cycle.',
  en: 'This edition asks for the run of the cycle: name it in cycle.',
  source: 'DOMAIN §1.1, §2.5 item 3',
  sort: 'input',
  broken: ({ edition, call }) => edition.agreement.planMark !== null && call.data.cycle === undefined,
})

/** A plan ratified under another programme is no plan of this one (G-01). */
const cycleOfProgramme = dataRule<Allocation, Decree>('cycle-of-other-programme', {
  id: 'Siklus yang dirujuk adalah siklus program {other}, bukan {programme}.',
  en: 'The cycle referred to is of the programme {other}, not {programme}.',
  source: 'DOMAIN §2.5 item 3',
  sort: 'reference',
  broken: (x) => {
    const pin = x.call.data.cycle === undefined ? undefined : x.world.one(cycleFold, x.call.data.cycle).edition
    const [other, programme] = [pin && x.editionOf(pin).programme, x.edition.programme]
    return other !== undefined && other !== programme && { details: { other, programme } }
  },
})

const yearKey = ({ call, programme }: Situation<Allocation, Decree>): string | undefined =>
  programme === undefined ? undefined : cycleKey({ area: call.data.area, year: call.data.fiscalYear }, programme)

/** The run of the cycle in the area and year of the decree, whether or not the decree names it. */
function runOfYear(x: Situation<Allocation, Decree>): string | undefined {
  const key = yearKey(x)
  return key === undefined ? undefined : x.world.one(cycleKeyFold, key).data.holder
}

/** G-13: a rejected or closed run is final; a decree after it is noted, it reopens nothing. Source: appendix C10. */
const cycleGoesOn = dataRule<Allocation, Decree>('cycle-ended', {
  guard: 'G-13',
  id: 'Siklus kelurahan ini sudah berakhir pada tahap {stage}.',
  en: 'The run of the cycle has ended at {stage}.',
  source: 'DOMAIN §13, G-13; appendix C10',
  broken: (x) => {
    const named = [x.call.data.cycle, runOfYear(x)].filter((id) => id !== undefined)
    const ended = named.map((id) => x.world.one(cycleFold, id)).find((run) => x.workflowOf(run).ended(run.stages))
    return ended && { details: { stage: ended.stages[''] ?? '-' }, facts: [ended.last] }
  },
})

const plannedAmounts = (amount: bigint, percent: readonly number[], unit: string): bigint[] =>
  splitByWeights(amount, percent.map(BigInt), sen(unit))

const chosenPercent = ({ edition, call }: Situation<Allocation, Decree>): readonly number[] => call.data.percent ?? edition.tranches.percent

export const decreeAllocation = decider<Allocation, typeof commands.DecreeAllocation.records>(commands.DecreeAllocation, {
  pins: ({ call }) => call.data.edition,
  reads: [
    (x) => {
      const key = yearKey(x)
      const { cycle } = x.call.data
      return [...(key === undefined ? [] : [one(cycleKeyFold, key)]), ...(cycle ? [one(cycleFold, cycle)] : [])]
    },
    (x) => {
      const run = runOfYear(x)
      return run === undefined ? [] : [one(cycleFold, run)]
    },
  ],
  rules: [componentKnown, planChosen, byFormula, cycleNamed, cycleOfArea, cycleOfProgramme, cycleGoesOn],
  keys: ({ call }) => [allocationKey(call.data)],
  parents: ({ world, call }) => (call.data.cycle ? [world.one(cycleFold, call.data.cycle)] : []),
  also: (x) => {
    const percent = chosenPercent(x)
    const amounts = plannedAmounts(sen(x.call.data.amount), percent, x.edition.tranches.roundingUnit)
    const cycle = x.call.data.cycle ? [x.world.one(cycleFold, x.call.data.cycle)] : []
    const self: Entity = { ...x.self, ancestors: [`area:${x.call.data.area}`] }
    return amounts.map((amount, index) => ({
      spec: TranchePlanned,
      subject: unopened(trancheFold, x.childId(x.self.id, 'tranche', index + 1)),
      edition: x.call.data.edition,
      parents: [self, ...cycle],
      data: { allocation: x.self.id, ordinal: index + 1, of: percent.length, percent: percent[index] ?? 0, amount: rupiah(amount) },
    }))
  },
})

/** G-15, where the edition gives money to business groups. */
