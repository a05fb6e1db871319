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
  /**
   * Resolves with the way out, to be taken once, or with undefined when there was no place in time. `whenGone` is given the way out too,
   * for who goes away: from inside, or while still waiting.
   */
  readonly enter: (whenGone?: (leave: () => void) => void) => Promise<(() => void) | undefined>
  /** What a request needed was not to be had: nobody waits for a place now, and only a few try, until one has succeeded. */
  readonly troubled: () => void
  readonly succeeded: () => void
}

/** How many try while there is trouble, and for how long a trouble is believed of which nothing more is heard. */
const trying = 4
const troubleMs = 1_000

interface Waiting {
  readonly promise: Promise<boolean>
  readonly answer: (letIn: boolean) => void
  readonly isIn: () => boolean
}

/** Makes an admission. Nothing waits longer than `waitMs`, so that a refusal costs its client no more than that. */
export function createAdmission({ width, waitingMax, waitMs }: AdmissionOptions): Admission {
  const waiting = new Set<Waiting>()
  let inside = 0
  let troubledUntil = 0

  /** The place is handed on to who waits longest. */
  function handOn(): void {
    const [next] = waiting
    if (next === undefined) inside -= 1
    else next.answer(true)
  }

  function waitForPlace(): Waiting {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    let isIn = false
    const timer = setTimeout(() => one.answer(false), waitMs)
    const one: Waiting = {
      promise,
      isIn: () => isIn,
      answer(letIn) {
        if (!waiting.delete(one)) return
        clearTimeout(timer)
        isIn = letIn
        resolve(letIn)
      },
    }
    waiting.add(one)
    return one
  }

  return {
    troubled() {
      troubledUntil = performance.now() + troubleMs
      for (const { answer } of waiting) answer(false)
    },
    succeeded() {
      troubledUntil = 0
    },
    async enter(whenGone) {
      if (inside >= trying && performance.now() < troubledUntil) return undefined
      if (inside === width && waiting.size >= waitingMax) return undefined
      const place = inside < width ? undefined : waitForPlace()
      if (place === undefined) inside += 1
      let isOut = false
      const leave = (): void => {
        if (isOut) return
        isOut = true
        if (place === undefined || place.isIn()) handOn()
        else place.answer(false)
      }
      // Before the first wait: who goes away meanwhile must not take a place along.
      whenGone?.(leave)
      return place === undefined || (await place.promise) ? leave : undefined
    },
  }
}
