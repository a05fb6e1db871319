import { command } from '../kernel/decider.ts'
import { AreaStageForced, DevelopmentEntered, IndicatorRecorded, LocationDecreed, LocationRevoked, ReadinessEntered } from './events.ts'

const cycle = '0190a5f0-0000-7000-8000-000000000031'

export const DecreeLocation = command('area.DecreeLocation', LocationDecreed, {
  example: { decree: 'SK-DJCK-110-2018', programme: 'KOTAKU', slumHectares: '8.8' },
})
export const RevokeLocation = command('area.RevokeLocation', LocationRevoked, {
  example: { decree: 'SK-DJCK-220-2018', programme: 'KOTAKU', revokes: 'SK-DJCK-110-2018' },
})
export const RecordIndicator = command('area.RecordIndicator', IndicatorRecorded, {
  example: { indicator: 'slum-area', value: '8.8', unit: 'hectare', year: 2018, source: 'SK Kumuh Walikota Prabumulih' },
})
export const EnterReadiness = command('area.EnterReadiness', ReadinessEntered, { example: { cycle, stage: 'penyadaran' } })
export const EnterDevelopment = command('area.EnterDevelopment', DevelopmentEntered, { example: { cycle, stage: 'potensi' } })
export const ForceAreaStage = command('area.ForceStage', AreaStageForced, { example: { cycle, to: 'readiness.pendayaan' } })
