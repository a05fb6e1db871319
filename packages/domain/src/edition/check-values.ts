import type { Place } from '../kernel/place.ts'
import type { Edition } from '../kernel/workflow.ts'
import { marksReached, walk } from './found.ts'
import { escape } from '../kernel/pointer.ts'
import { nearest } from '../kernel/nearest.ts'
import { place, say } from './say.ts'

/** Values that contradict one another or name what is not declared. */
export function badValues(edition: Edition): Place[] {
  const places: Place[] = []
  const sum = edition.tranches.percent.reduce((a, b) => a + b, 0)
  if (edition.tranches.percent.length > 0 && sum !== 100) places.push(place('/tranches/percent', say.shares(sum)))
  if (edition.tranches.roundingUnit === '0') places.push(place('/tranches/roundingUnit', say.roundingUnit()))
  for (const component of edition.components)
    if (!Object.hasOwn(edition.bop.caps, component)) places.push(place('/bop/caps', say.noCap(component)))
  if (edition.loans === undefined && edition.workflows['loan'] !== undefined) places.push(place('/loans', say.noLoanRules()))
  const named = [
    ['/force/roles', edition.force.roles],
    ['/force/approvedBy', edition.force.approvedBy ?? []],
    ['/corrections/proposedBy', edition.corrections?.proposedBy ?? []],
    ['/corrections/confirmedBy', edition.corrections?.confirmedBy ?? []],
    ['/handover/override', edition.handover.override ?? []],
  ] as const
  for (const [pointer, roles] of named)
    for (const [index, role] of roles.entries()) places.push(...badRole(edition, role, `${pointer}/${index}`))
  for (const [code, role] of Object.entries(edition.roles))
    for (const [index, other] of (role.recordedBy ?? []).entries())
      if (other !== 'system') places.push(...badRole(edition, other, `/roles/${escape(code)}/recordedBy/${index}`))
  return [...places, ...badCycleMarks(edition)]
}

/** A role that is not among those of the edition. */
export function badRole({ roles }: Edition, role: string, pointer: string): Place[] {
  return Object.hasOwn(roles, role) ? [] : [place(pointer, say.noRole(role, nearest(role, Object.keys(roles))))]
}

/** The marks of the cycle that agreement and handover wait for; without them nobody could ever sign. */
function badCycleMarks(edition: Edition): Place[] {
  const cycle = edition.workflows['cycle']
  const marks = cycle ? marksReached(walk('cycle', cycle)) : new Set<string>()
  const wanted = [
    ['/agreement/planMark', edition.agreement.planMark],
    ['/agreement/fundingMark', edition.agreement.fundingMark ?? null],
    ['/group/cycleMark', edition.group?.cycleMark ?? null],
    ['/handover/maintenancePlanMark', edition.handover.maintenancePlanMark],
  ] as const
  return wanted.flatMap(([pointer, mark]) =>
    mark === null || marks.has(mark) ? [] : [place(pointer, say.noCycleMark(mark, nearest(mark, marks)))],
  )
}
