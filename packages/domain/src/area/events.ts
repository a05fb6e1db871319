import { z } from 'zod'
import { event, Note, PaperNumber } from '../kernel/define.ts'

/** SK lokasi: the area is on the location list of a programme. Source: DOMAIN §1.1, step 1.1. */
export const LocationDecreed = event('area.LocationDecreed', {
  means: 'A decree puts the area on the location list of a programme',
  observation: true,
  identity: ['decree'],
  data: {
    decree: PaperNumber,
    programme: z.string().min(1).max(40),
    slumHectares: z
      .string()
      .regex(/^[0-9]{1,6}(\.[0-9]{1,4})?$/)
      .optional(),
  },
})

/** The decree of the location was withdrawn. */
export const LocationRevoked = event('area.LocationRevoked', {
  means: 'A decree takes the area off the location list of a programme',
  observation: true,
  identity: ['decree'],
  data: { decree: PaperNumber, programme: z.string().min(1).max(40), revokes: PaperNumber },
})

/** A figure about the area, always with its source and year (DOMAIN §10.4). */
export const IndicatorRecorded = event('area.IndicatorRecorded', {
  means: 'A figure about the area, with its source and year',
  observation: true,
  identity: ['indicator', 'year', 'source'],
  data: {
    indicator: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
    value: z.string().regex(/^-?[0-9]{1,15}(\.[0-9]{1,6})?$/),
    unit: z.string().min(1).max(30),
    year: z.int().min(1990).max(2100),
    source: Note,
  },
})
