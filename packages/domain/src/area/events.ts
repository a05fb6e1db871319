import { z } from 'zod'
import { Attendance, Code, event, Measures, Note, PaperNumber, ref } from '../kernel/define.ts'
import { StagePath } from '../kernel/workflow.ts'

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
      .regex(/^[0-9]{1,6}(\.[0-9]{1,4})?$/, { error: 'a number in quotes: digits, at most 6 before the point and 4 after it, e.g. 12.5' })
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
    indicator: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/, { error: 'a slug: a small letter, then small letters, digits and hyphens' }),
    value: z.string().regex(/^-?[0-9]{1,15}(\.[0-9]{1,6})?$/, {
      error: 'a number in quotes: digits, at most 15 before the point and 6 after it, e.g. -12.5',
    }),
    unit: z.string().min(1).max(30),
    year: z.int().min(1990).max(2100),
    source: Note,
  },
})

const softStage = {
  /** The run of the cycle whose edition names the stages and what they ask. */
  cycle: ref('cycle'),
  stage: Code,
  measures: Measures.optional(),
  attendance: Attendance.optional(),
  notes: Note.optional(),
}

/** The second, softer progress: awareness, capacity, power (DOMAIN §1.3). Its order is that of the region `readiness` beside the cycle. */
export const ReadinessEntered = event('area.ReadinessEntered', {
  means: 'The community enters a stage of readiness: penyadaran, pengkapasitasan, pendayaan',
  identity: ['cycle', 'stage'],
  data: softStage,
})

/** The four stages of development of seed 004 (DOMAIN §1.4). Their order is that of the region `development` beside the cycle. */
export const DevelopmentEntered = event('area.DevelopmentEntered', {
  means: 'The community enters a stage of development: potensi, akumulasi, partisipasi, khusus',
  identity: ['cycle', 'stage'],
  data: softStage,
})

/** A stage of readiness or development is entered over open criteria: always with reason and evidence, always flagged (G-14). */
export const AreaStageForced = event('area.StageForced', {
  means: 'A stage of readiness or development is entered by force',
  identity: ['cycle', 'to', 'effectiveOn'],
  data: { cycle: ref('cycle'), to: StagePath },
})
