import { decider } from '../kernel/decider.ts'
import { DecreeLocation, RecordIndicator, RevokeLocation } from './commands.ts'

export const decreeLocation = decider(DecreeLocation)
export const revokeLocation = decider(RevokeLocation)
export const recordIndicator = decider(RecordIndicator)
