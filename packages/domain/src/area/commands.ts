import { command } from '../kernel/decider.ts'
import { IndicatorRecorded, LocationDecreed, LocationRevoked } from './events.ts'

export const DecreeLocation = command('area.DecreeLocation', LocationDecreed, {
  example: { decree: 'SK-DJCK-110-2018', programme: 'KOTAKU', slumHectares: '8.8' },
})
export const RevokeLocation = command('area.RevokeLocation', LocationRevoked, {
  example: { decree: 'SK-DJCK-220-2018', programme: 'KOTAKU', revokes: 'SK-DJCK-110-2018' },
})
export const RecordIndicator = command('area.RecordIndicator', IndicatorRecorded, {
  example: { indicator: 'slum-area', value: '8.8', unit: 'hectare', year: 2018, source: 'SK Kumuh Walikota Prabumulih' },
})
