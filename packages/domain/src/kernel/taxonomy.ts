import { z } from 'zod'

/** Why things stand still: one taxonomy for returns, stops and waits. Source: DOMAIN §7, K7. */
export const StuckReason = z
  .enum(['STANDAR', 'KOMUNIKASI', 'SIKAP', 'SOSEK', 'SDM', 'DANA', 'ADMIN', 'TEKNIS', 'LAHAN', 'CUACA', 'HUKUM'])
  .meta({ id: 'StuckReason', description: 'Reason of a delay, DOMAIN §7' })
