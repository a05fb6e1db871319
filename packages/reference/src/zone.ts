/** The three zones of Indonesian time: WIB (+7), WITA (+8), WIT (+9), none with summer time. */
export type IndonesianZone = 'Asia/Jakarta' | 'Asia/Makassar' | 'Asia/Jayapura'

const wib = ['11', '12', '13', '14', '15', '16', '17', '18', '19', '21', '31', '32', '33', '34', '35', '36', '61', '62']
const wita = ['51', '52', '53', '63', '64', '65', '71', '72', '73', '74', '75', '76']
const wit = ['81', '82', '91', '92', '93', '94', '95', '96', '97']

const zones = new Map<string, IndonesianZone>([
  ...wib.map((code) => [code, 'Asia/Jakarta'] as const),
  ...wita.map((code) => [code, 'Asia/Makassar'] as const),
  ...wit.map((code) => [code, 'Asia/Jayapura'] as const),
])

/**
 * The zone of a province, or of any region by the first two digits of its code. Provinces founded since keep the zone of the province they
 * came from. Errors: RangeError for a code of no province. Source: Keputusan Presiden 41 of 1987 on the division of Indonesia into three
 * time zones, in force since 1 January 1988.
 */
export function zoneOf(provinceCode: string): IndonesianZone {
  const zone = zones.get(provinceCode.slice(0, 2))
  if (!zone || !/^\d\d(\.|$)/.test(provinceCode)) throw new RangeError(`"${provinceCode}" is the code of no Indonesian province`)
  return zone
}
