/** The levels of administration, from above. Kabupaten and kota stand side by side, as do kelurahan and desa. */
export const regionLevels = ['provinsi', 'kabupaten', 'kota', 'kecamatan', 'kelurahan', 'desa'] as const

/** One level of administration. */
export type RegionLevel = (typeof regionLevels)[number]

/** A region as the decree prints it. `id` is for ever, `code` belongs to `edition`, the decree; names are not keys. */
export interface Region {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly level: RegionLevel
  /** The code of the region above; null for a province. */
  readonly parentCode: string | null
  readonly edition: string
}

/** Whether a text names a level. */
export function isRegionLevel(text: string): text is RegionLevel {
  return regionLevels.some((level) => level === text)
}
