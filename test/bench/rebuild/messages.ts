/** The log that a fresh process reads. */
export interface Ask {
  readonly servingUrl: string
}

/** How long it took, the highest memory of the process's life, the bytes read where they are counted. */
export interface Took {
  readonly seconds: number
  readonly peakMiB: number
  readonly bytes: number
}

/** Runs once and measures. */
export async function took(work: () => Promise<number>): Promise<Took> {
  const start = performance.now()
  const bytes = await work()
  return { seconds: (performance.now() - start) / 1000, peakMiB: process.resourceUsage().maxRSS / 1024, bytes }
}
