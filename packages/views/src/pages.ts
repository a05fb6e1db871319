import type { Recorded } from '@jejak/domain'

type Pages = AsyncIterable<readonly Recorded[]>

/** The same pages, the next one asked for while the last is worked on. Whoever leaves early must also tell the source to end. */
export async function* readAhead(pages: Pages): AsyncGenerator<readonly Recorded[]> {
  const source = pages[Symbol.asyncIterator]()
  const ask = (): Promise<IteratorResult<readonly Recorded[]>> => {
    const asked = source.next()
    // Whoever awaits it is told; until then it is nobody's unhandled rejection.
    asked.catch(() => undefined)
    return asked
  }
  let next = ask()
  try {
    for (;;) {
      const page = await next
      if (page.done === true) return
      next = ask()
      yield page.value
    }
  } finally {
    // Not awaited: the page under way may be one that is still to be recorded.
    source.return?.().catch(() => undefined)
  }
}
