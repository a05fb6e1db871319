const kinds = ['libur_nasional', 'cuti_bersama'] as const
const certainties = ['official', 'reported', 'estimated'] as const

/** A national holiday, or a day of collective leave of the civil service: neither is a working day. */
export type HolidayKind = (typeof kinds)[number]

/** How sure the date is: compared with the decree, taken from a collection, or foreseen. Ordered from the surest. */
export type Certainty = (typeof certainties)[number]

/** A day of the calendar file. `date` is `YYYY-MM-DD`; `basis` names the decree or the collection. A date may have several. */
export interface Holiday {
  readonly date: string
  readonly kind: HolidayKind
  readonly name: string
  readonly certainty: Certainty
  readonly basis: string
}

/** Whether a text names a kind of holiday. */
export function isHolidayKind(text: string): text is HolidayKind {
  return kinds.some((kind) => kind === text)
}

/** Whether a text names a certainty. */
export function isCertainty(text: string): text is Certainty {
  return certainties.some((certainty) => certainty === text)
}

/** The least sure of several; `official` of none. */
export function leastSure(among: readonly Certainty[]): Certainty {
  return certainties.findLast((certainty) => among.includes(certainty)) ?? 'official'
}
