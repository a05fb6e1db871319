/** How much is done at once and how long the rest waits, in milliseconds. */
export interface AdmissionOptions {
  /** Requests under way at most: as many as keep processor and connections busy. */
  readonly width: number
  /** Requests that wait for a place at most. */
  readonly waitingMax: number
  readonly waitMs: number
}

/** Lets in as many as can be worked on; the others wait a little, in order, and are then told to come again. */
export interface Admission {
  /** Resolves with the way out, to be taken once, or with undefined when there was no place in time. */
  readonly enter: () => Promise<(() => void) | undefined>
  /** What a request needed was not to be had: nobody waits for a place now, and only a few try, until one has succeeded. */
  readonly troubled: () => void
  readonly succeeded: () => void
}

/** How many try while there is trouble, and for how long a trouble is believed of which nothing more is heard. */
const trying = 4
const troubleMs = 1_000

/** Makes an admission. Nothing waits longer than `waitMs`, so that a refusal costs its client no more than that. */
export function createAdmission({ width, waitingMax, waitMs }: AdmissionOptions): Admission {
  const waiting = new Set<(leave: (() => void) | undefined) => void>()
  let inside = 0
  let troubledUntil = 0

  function leaveOnce(): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      const [next] = waiting
      if (next === undefined) {
        inside -= 1
        return
      }
      // The place is handed on.
      waiting.delete(next)
      next(leaveOnce())
    }
  }

  return {
    troubled() {
      troubledUntil = performance.now() + troubleMs
      for (const resolve of waiting) resolve(undefined)
      waiting.clear()
    },
    succeeded() {
      troubledUntil = 0
    },
    enter() {
      const troubled = inside >= trying && performance.now() < troubledUntil
      if (troubled) return Promise.resolve(undefined)
      if (inside < width) {
        inside += 1
        return Promise.resolve(leaveOnce())
      }
      if (waiting.size >= waitingMax) return Promise.resolve(undefined)
      const { promise, resolve } = Promise.withResolvers<(() => void) | undefined>()
      const timer = setTimeout(() => {
        waiting.delete(next)
        resolve(undefined)
      }, waitMs)
      const next = (leave: (() => void) | undefined): void => {
        clearTimeout(timer)
        resolve(leave)
      }
      waiting.add(next)
      return promise
    },
  }
}
