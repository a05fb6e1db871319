import { Workflow } from '../kernel/workflow.ts'
import { foldOf, on } from '../kernel/entity.ts'
import { AreaStageForced, DevelopmentEntered, IndicatorRecorded, LocationDecreed, LocationRevoked, ReadinessEntered } from './events.ts'

/** What is known of an area: the decrees that hold, by programme, with the position of each. */
export interface Area {
  readonly locations: readonly { readonly programme: string; readonly decree: string; readonly position: number }[]
}

export const areaFold = foldOf<Area>('area', {
  initial: { locations: [] },
  pins: [LocationDecreed.type, LocationRevoked.type, IndicatorRecorded.type],
  types: [IndicatorRecorded.type, ReadinessEntered.type, DevelopmentEntered.type, AreaStageForced.type],
  effects: [
    on(LocationDecreed, (area, { programme, decree }, { position }) => ({
      locations: [...area.locations, { programme, decree, position }],
    })),
    on(LocationRevoked, (area, { revokes }) => ({ locations: area.locations.filter((location) => location.decree !== revokes) })),
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
