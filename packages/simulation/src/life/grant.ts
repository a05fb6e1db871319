import { childId } from '@jejak/event-store'
import { assumptions } from '../assumptions.ts'
import { newYear } from '../days.ts'
import type { Run } from './run.ts'
import { after, entity, type Year } from './setting.ts'
import type { Money } from './shape.ts'

/** An allocation with its agreement signed. */
export interface Grant {
  readonly allocation: string
  readonly tranches: readonly string[]
  readonly money: Money
  readonly decreed: number
  readonly agreed: number
}

/** The day of a year on which something is hurried to an end; none where the edition lets the years run into each other. */
export const limitOf = ({ year, programme }: Year, name: keyof typeof assumptions.yearEnd): number => {
  const [month, day] = assumptions.yearEnd[name]
  return programme.byCity ? Date.UTC(year, month - 1, day) / 86_400_000 : Number.POSITIVE_INFINITY
}

/** Whole rupiah on the wire. */
export const whole = (amount: number): string => String(amount)

function decree(year: Year, allocation: string, cycle: string, day: number, amount: number): void {
  const { plan, officers, programme, place } = year
  const { edition, component, source, percent } = programme
  plan.tell(day, 'allocation.Decree', entity('allocation', allocation), {
    by: programme.decrees(officers).on(day),
    papers: ['sk-alokasi'],
    ...(percent ? { reason: 'Pembagian tahap menurut surat edaran tahun berjalan' } : {}),
    data: {
      area: place.area,
      cycle,
      fiscalYear: String(year.year),
      source,
      component,
      amount: whole(amount),
      number: `SK-ALOKASI/${place.code}/${year.year}`,
      edition: { id: edition.id, revision: edition.revision },
      ...(percent ? { percent } : {}),
    },
  })
}

/** Decree to agreement (DOMAIN §2.1, §2.4). Undefined when the decree is taken back: there is no money in that year. */
export function tellAgreement(year: Year, money: Money, run: Run): Grant | undefined {
  const { plan, officers, programme, board, random, place } = year
  const allocation = random.id(newYear(year.year))
  const subject = entity('allocation', allocation)
  const revised = random.chance(assumptions.allocationRevised)
  const decreed = after(year, Math.max(newYear(year.year) + 70, run.started + 1), 14, limitOf(year, 'agreement'))
  decree(year, allocation, run.cycle, decreed, revised ? Math.round(money.amount / 1.1 / 1_000_000) * 1_000_000 : money.amount)
  let day = Math.max(after(year, decreed, 4, limitOf(year, 'agreement')), board.ready)
  const setter = programme.byCity ? officers.ppk : officers.pjok
  plan.tell(day, 'allocation.SetRecipient', subject, { by: setter.on(day), papers: ['sk-penerima'], data: { recipient: board.id } })
  if (programme.edition.agreement.recipientDecision) {
    day = after(year, day, 4, limitOf(year, 'agreement'))
    plan.tell(day, 'allocation.RatifyRecipient', subject, { by: officers.kasatker.on(day), papers: ['pengesahan-kasatker'] })
  }
  const decider = programme.decrees(officers)
  if (random.chance(assumptions.allocationRevoked)) {
    day = after(year, day, 10)
    const data = { number: `SK-CABUT/${place.code}/${year.year}`, why: 'Lokasi dikeluarkan dari daftar penerima' }
    plan.tell(day, 'allocation.Revoke', subject, { by: decider.on(day), papers: ['sk-cabut'], data })
    return undefined
  }
  day = Math.max(day, run.agreeable)
  if (revised) {
    day = after(year, day, 3, limitOf(year, 'agreement'))
    const data = { number: `SK-ALOKASI/${place.code}/${year.year}-REV`, amount: whole(money.amount) }
    plan.tell(day, 'allocation.Revise', subject, { by: decider.on(day), papers: ['sk-alokasi'], data })
  }
  const agreed = after(year, day, 6, limitOf(year, 'agreement'))
  plan.tell(agreed, 'allocation.SignAgreement', subject, {
    by: programme.agrees(officers).on(agreed),
    with: [board.coordinator.on(agreed)],
    papers: [programme.agreementPaper],
    number: `PKS/${place.code}/${year.year}`,
    data: { number: `PKS/${place.code}/${year.year}`, amount: whole(money.amount) },
  })
  return { allocation, tranches: money.percent.map((_, index) => childId(allocation, 'tranche', index + 1)), money, decreed, agreed }
}
