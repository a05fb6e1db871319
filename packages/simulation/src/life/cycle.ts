import { tellCommunity } from './community.ts'
import { tellInfrastructure } from './infrastructure.ts'
import { tellNeighbourhood } from './neighbourhood.ts'
import { planningTeam, type Run } from './run.ts'
import type { Year } from './setting.ts'

/** What earlier years have left behind. */
export interface Past {
  /** There is a planning team. */
  readonly team: boolean
  /** The community cycle was gone through once: later runs begin with the review. */
  readonly community: boolean
}

/** The planning of a year as the programme has it. Undefined when the residents' meeting declines the programme. */
export function tellRun(year: Year, { team, community }: Past): Run | undefined {
  const { cycle } = year.programme
  if (cycle === 'community') return tellCommunity(year, community)
  const planners = planningTeam(year, team)
  return cycle === 'infrastructure' ? tellInfrastructure(year, planners) : tellNeighbourhood(year, planners)
}

/** What a run that was gone through leaves behind for the years after it. */
export const pastAfter = ({ programme }: Year, past: Past): Past =>
  programme.cycle === 'community' ? { ...past, community: true } : { ...past, team: true }
