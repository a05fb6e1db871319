const minutes = (ms: number): string => {
  const seconds = Math.round(ms / 1000)
  return seconds < 90 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Tells on standard error what was measured and how long it will take. */
export interface Progress {
  readonly say: (line: string) => void
  /** A step of so many estimated milliseconds is done. */
  done(line: string, estimateMs: number): void
}

/** Plain lines; the time left is the estimate of what remains, corrected by how wrong the estimates were so far. */
export function startProgress(estimateMs: number): Progress {
  const begin = performance.now()
  let estimatedDone = 0
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  return {
    say,
    done(line, stepMs) {
      estimatedDone += stepMs
      const pace = (performance.now() - begin) / estimatedDone
      say(`${line}  (${minutes((estimateMs - estimatedDone) * pace)} left)`)
    },
  }
}
