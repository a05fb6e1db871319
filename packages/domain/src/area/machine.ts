import { Workflow } from '../kernel/workflow.ts'
import { foldOf, on } from '../kernel/entity.ts'
import type { Recorded } from '../kernel/event.ts'
import { AreaStageForced, DevelopmentEntered, IndicatorRecorded, LocationDecreed, LocationRevoked, ReadinessEntered } from './events.ts'

/** What is known of an area: the decrees that hold, by programme, with the position of each. */
export interface Area {
  readonly locations: readonly { readonly programme: string; readonly decree: string; readonly position: number }[]
  /** The stages of readiness and of development that it entered last, and the run of the cycle that said so. */
  readonly readiness: SofterStage | undefined
  readonly development: SofterStage | undefined
}

/** A softer stage of an area (DOMAIN §1.3, §1.4). */
export interface SofterStage {
  readonly stage: string
  readonly cycle: string
  readonly forced: boolean
  readonly position: number
}

const entered =
  (forced: boolean) =>
  ({ stage, cycle }: { readonly stage: string; readonly cycle: string }, { position }: Recorded): SofterStage => ({
    stage,
    cycle,
    forced,
    position,
  })

const unforced = entered(false)

export const areaFold = foldOf<Area>('area', {
  initial: { locations: [], readiness: undefined, development: undefined },
  pins: [LocationDecreed.type, LocationRevoked.type, IndicatorRecorded.type],
  types: [IndicatorRecorded.type],
  effects: [
    on(LocationDecreed, (area, { programme, decree }, { position }) => ({
      ...area,
      locations: [...area.locations, { programme, decree, position }],
    })),
    on(ReadinessEntered, (area, given, recorded) => ({ ...area, readiness: unforced(given, recorded) })),
    on(DevelopmentEntered, (area, given, recorded) => ({ ...area, development: unforced(given, recorded) })),
    on(AreaStageForced, (area, { to, cycle }, recorded) => {
      const [region = '', ...stage] = to.split('.')
      const there = entered(true)({ stage: stage.join('.'), cycle }, recorded)
      if (region === 'readiness') return { ...area, readiness: there }
      return region === 'development' ? { ...area, development: there } : area
    }),
    on(LocationRevoked, (area, { revokes }) => ({ ...area, locations: area.locations.filter((location) => location.decree !== revokes) })),
  ],
})

/** Areas exist by decree and have no stages: facts about them are recorded by those who have the say. */
export const areaWorkflow = Workflow.parse({
  facts: {
    'area.LocationDecreed': { by: { any: ['DIRJEN_CK'] }, papers: ['sk-lokasi'], beforeOpening: true },
    'area.LocationRevoked': { by: { any: ['DIRJEN_CK'] }, papers: ['sk-lokasi'], beforeOpening: true },
    'area.IndicatorRecorded': { by: { any: ['PMU', 'KORKOT', 'POKJA_PKP', 'LURAH', 'FASKEL'] }, beforeOpening: true },
    'area.ReadinessEntered': { by: { any: ['FASKEL', 'KORKOT', 'BKM', 'LURAH'] }, beforeOpening: true },
    'area.DevelopmentEntered': { by: { any: ['FASKEL', 'KORKOT', 'DINAS_SOSIAL', 'KUBE'] }, beforeOpening: true },
    'area.StageForced': { by: { any: ['KORKOT', 'KMW', 'PMU', 'DINAS_SOSIAL'] }, beforeOpening: true },
  },
})
