/** How far a long work is. `of` is the whole, when it is known. */
export interface Step {
  readonly done: number
  readonly of?: number
  /** What is counted besides, already in words. */
  readonly detail?: string
}

/** Where progress is shown: a terminal is drawn over, anything else gets whole lines. */
export interface Screen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** Shows a work on the way; `end` leaves nothing half drawn. */
export interface Progress {
  readonly at: (step: Step) => void
  readonly end: () => void
}

/** A screen that nobody watches. */
export const silent: Screen = { write: () => true }

const drawEveryMs = 100
const lineEveryMs = 5_000
const width = 24

const seconds = (ms: number): string =>
  ms < 60_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`

/** One line about a step: share, count, rate and the time that is left at this rate. */
export function wordsOf(label: string, { done, of, detail }: Step, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0
  const share = of !== undefined && of > 0 ? Math.min(done / of, 1) : undefined
  const left = share !== undefined && share > 0 && share < 1 ? ((1 - share) * elapsedMs) / share : undefined
  return [
    label,
    ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
    detail ?? `${done}${of === undefined ? '' : ` of ${of}`}`,
    ...(detail === undefined ? [`${Math.round(rate)}/s`] : []),
    ...(left === undefined ? [] : [`${seconds(left)} left`]),
  ].join('  ')
}

/** Progress of a work named by `label`. On a terminal a bar, drawn anew ten times a second; elsewhere a line every five seconds. */
export function progressOn(screen: Screen, label: string, now: () => number): Progress {
  const began = now()
  let told = began
  let drawn = false
  return {
    at(step) {
      const at = now()
      if (at - told < (screen.isTTY === true ? drawEveryMs : lineEveryMs)) return
      told = at
      const words = wordsOf(label, step, at - began)
      if (screen.isTTY !== true) {
        screen.write(`${words}\n`)
        return
      }
      const full = Math.round(width * (step.of === undefined || step.of === 0 ? 0 : Math.min(step.done / step.of, 1)))
      screen.write(`\r\u001B[2K${step.of === undefined ? '' : `${'█'.repeat(full)}${'░'.repeat(width - full)} `}${words}`)
      drawn = true
    },
    end() {
      if (drawn) screen.write('\r\u001B[2K')
    },
  }
}

/** A whole number as people read it: 1,234,567. */
export const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')

/** A length of time as people say it: `0.4 s`, `12 s`, `3 min`, `2 h 5 min`, `4 d`. */
export function spoken(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `${Math.floor(minutes / 1440)} d`
}
