import { z } from 'zod'
import { Rupiah, sen, shareOf, type Sen } from './rupiah.ts'

/** Bands by a count of people, each up to and including its upper end; the last has none. */
const Bands = z
  .array(z.strictObject({ upTo: z.int().min(0).nullable().describe('So many people and fewer; null without end'), amount: Rupiah }))
  .min(1)
  .refine((bands) => bands.every(({ upTo }, index) => (upTo === null) === (index === bands.length - 1)), {
    error: 'the last band, and only it, has no upper end',
  })
  .refine((bands) => bands.every(({ upTo }, index) => upTo === null || index === 0 || upTo > (bands[index - 1]?.upTo ?? upTo)), {
    error: 'upper ends rise',
  })

/** What a kelurahan is given by its people: by population where many are poor, else by the number of poor. Source: DOMAIN §2.1. */
export const Formula = z.strictObject({
  poorSharePercent: z.int().min(0).max(100).describe('From this share of poor people on, in percent, population counts'),
  bands: Bands.describe('By population: amount up to and including so many people; the last without end'),
  lowPoverty: Bands.describe('By number of poor people, where their share is lower'),
})
export type Formula = z.infer<typeof Formula>

/** The people of a kelurahan, as the decree counted them. */
export interface People {
  readonly population: number
  readonly poor: number
}

const inBand = (bands: Formula['bands'], count: number): Sen => {
  const band = bands.find(({ upTo }) => upTo === null || count <= upTo)
  return sen(band?.amount ?? '0')
}

/** The amount that the formula gives. Source: DOMAIN §2.1, R:D7; appendix C1. */
export function formulaAmount({ poorSharePercent, bands, lowPoverty }: Formula, { population, poor }: People): Sen {
  // Without a division, so that 9.99 percent is below 10.
  const enough = poor * 100 >= population * poorSharePercent
  return enough ? inBand(bands, population) : inBand(lowPoverty, poor)
}

/** Whether the share of the region lies inside the whole or comes on top of what the centre gives. Source: DOMAIN §2.1. */
export const JointBase = z.enum(['inside', 'on-top'])

/** What centre (DUB) and region (DDUB) give: of a whole, or of the centre's part. Source: DOMAIN §2.1; appendix C3. */
export function jointParts(base: z.infer<typeof JointBase>, amount: Sen, sharePercent: number): { central: Sen; regional: Sen } {
  const regional = shareOf(amount, BigInt(sharePercent), 100n, 1n)
  return { central: base === 'inside' ? amount - regional : amount, regional }
}
