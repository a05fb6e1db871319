import type { Place } from '../kernel/refusal.ts'
import type { Edition } from '../kernel/workflow.ts'
import { marksReached, stagesOf, waysOf } from './found.ts'

/** Values that contradict one another or name what is not declared. */
export function badValues(edition: Edition): Place[] {
  const places: Place[] = []
  const sum = edition.tranches.percent.reduce((a, b) => a + b, 0)
  if (edition.tranches.percent.length > 0 && sum !== 100)
    places.push({ pointer: '/tranches/percent', detail: `shares add to ${sum}, not to 100` })
  if (edition.tranches.roundingUnit === '0') places.push({ pointer: '/tranches/roundingUnit', detail: 'the rounding unit is above zero' })
  for (const component of edition.components)
    if (!(component in edition.bop.caps))
      places.push({ pointer: '/bop/caps', detail: `component ${component} has no entry; null where unknown` })
  const named = [
    ['/force/roles', edition.force.roles],
    ['/force/approvedBy', edition.force.approvedBy ?? []],
    ['/handover/override', edition.handover.override ?? []],
  ] as const
  for (const [pointer, roles] of named)
    for (const role of roles)
      if (!Object.hasOwn(edition.roles, role)) places.push({ pointer, detail: `role ${role} is not declared in /roles` })
  for (const [code, role] of Object.entries(edition.roles))
    for (const other of role.recordedBy ?? [])
      if (!Object.hasOwn(edition.roles, other) && other !== 'system')
        places.push({ pointer: `/roles/${code}/recordedBy`, detail: `role ${other} is not declared in /roles` })
  return [...places, ...badCycleMarks(edition)]
}

/** The marks of the cycle that agreement and handover wait for; without them nobody could ever sign. */
function badCycleMarks(edition: Edition): Place[] {
  const cycle = edition.workflows['cycle']
  const stages = cycle ? stagesOf(cycle, '') : []
  const marks = cycle ? marksReached(cycle, stages, waysOf('cycle', cycle, stages)) : new Set<string>()
  const wanted = [
    ['/agreement/planMark', edition.agreement.planMark],
    ['/agreement/fundingMark', edition.agreement.fundingMark ?? null],
    ['/group/cycleMark', edition.group?.cycleMark ?? null],
    ['/handover/maintenancePlanMark', edition.handover.maintenancePlanMark],
  ] as const
  return wanted.flatMap(([pointer, mark]) =>
    mark === null || marks.has(mark) ? [] : [{ pointer, detail: `no stage of the cycle carries the mark ${mark}` }],
  )
}
