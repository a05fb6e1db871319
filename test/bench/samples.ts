/** One measurement: of one store, in one row of a section, in one round (from 1). `wrong` says why the store has no number here. */
export interface Sample {
  readonly section: string
  readonly row: string
  readonly store: string
  readonly round: number
  readonly figures: Readonly<Record<string, number>>
  readonly wrong?: string
}

/** A measurement yet to be made; the plan of a run is a list of these. `estimateMs` is for the time left. */
export interface Step extends Omit<Sample, 'figures' | 'wrong'> {
  readonly estimateMs: number
  readonly run: () => Promise<{ readonly figures: Readonly<Record<string, number>>; readonly wrong?: string }>
}

/** What was measured where: everything that the report and the check are made from. */
export interface Results {
  readonly at: string
  readonly short: boolean
  readonly options: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string>>
  readonly about: Readonly<Record<string, string>>
  readonly samples: readonly Sample[]
}

/** The figures of a row by round; undefined where the store failed its verification. */
export function roundsOf(samples: readonly Sample[], section: string, row: string, store: string, figure: string): (number | undefined)[] {
  const rounds: (number | undefined)[] = []
  for (const sample of samples) {
    if (sample.section !== section || sample.row !== row || sample.store !== store) continue
    rounds[sample.round - 1] = sample.wrong === undefined ? sample.figures[figure] : undefined
  }
  return Array.from(rounds)
}

/** The values in the order in which they first appear. */
export const inOrder = (values: readonly string[]): readonly string[] => [...new Set(values)]
