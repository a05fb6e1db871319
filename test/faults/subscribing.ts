import { setTimeout as pause } from 'node:timers/promises'
import { createPool, type OpenLog, openLog } from '@jejak/event-store'
import { submission } from '../../packages/event-store/test/facts.ts'
import { percentile, type SectionOptions, type SectionResult } from './result.ts'
import { setStage } from './stage.ts'

interface Measured {
  readonly appends: readonly number[]
  readonly lags: readonly number[]
}

/** Follows until told to stop, at most one page in `everyMs`; counts what it has seen, in order. */
async function follow(
  log: OpenLog,
  signal: AbortSignal,
  seen: { last: number; holes: number },
  pageSize: number,
  everyMs: number,
): Promise<void> {
  for await (const page of log.subscribe({ after: seen.last, signal, pageSize, pollMs: 200 })) {
    for (const { position } of page) {
      if (position !== seen.last + 1) seen.holes += 1
      seen.last = position
    }
    if (everyMs > 0) await pause(everyMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Appends one after the other, and measures how long each takes and how far the quick subscriber then is behind. */
async function measure(log: OpenLog, seen: { readonly last: number }, count: number): Promise<Measured> {
  const appends: number[] = []
  const lags: number[] = []
  for (let index = 0; index < count; index += 1) {
    const began = performance.now()
    await log.append(submission())
    appends.push(performance.now() - began)
    lags.push((await log.head()).position - seen.last)
  }
  return { appends, lags }
}

/** F13: subscribers that are far behind, or read one fact a second, beside a quick one and a writer. */
export async function slowSubscribers(options: SectionOptions): Promise<SectionResult> {
  const stage = await setStage(() => undefined)
  const behind = 10_000
  const pool = createPool(stage.servingUrl, { max: 4 })
  const slowPool = createPool(stage.servingUrl, { max: 4 })
  const log = await openLog(pool)
  const slowLog = await openLog(slowPool)
  const ending = new AbortController()
  try {
    for (let sent = 0; sent < behind; sent += 1_000)
      await Promise.all(Array.from({ length: 250 }, () => log.append(submission({ facts: [{}, {}, {}, {}] }))))
    const quick = { last: (await log.head()).position, holes: 0 }
    const following = [follow(log, ending.signal, quick, 500, 0)]
    const alone = await measure(log, quick, options.rounds)
    const far = { last: 0, holes: 0 }
    const slow = [1, 2, 3].map(() => ({ last: 0, holes: 0 }))
    following.push(follow(slowLog, ending.signal, far, 500, 0))
    following.push(...slow.map((one) => follow(slowLog, ending.signal, one, 1, 1_000)))
    const memory = process.memoryUsage().rss
    const beside = await measure(log, quick, options.rounds)
    const { position: head } = await log.head()
    for (let waited = 0; waited < 200 && (quick.last < head || far.last < head); waited += 1) await pause(50)
    options.progress(1, 1, `${head} facts`)
    const holes = [quick, far, ...slow].reduce((sum, one) => sum + one.holes, 0)
    ending.abort()
    await Promise.all(following)
    return {
      name: 'Slow subscribers',
      deed: 'three subscribers that read one fact a second and one that is ten thousand behind, beside a quick one and a writer',
      counts: {
        facts: head,
        'the quick one saw': quick.last,
        'the far one saw': far.last,
        'the slow ones saw at most': Math.max(...slow.map(({ last }) => last)),
        'appends measured, each': options.rounds,
        'grown by, MiB': Math.round((process.memoryUsage().rss - memory) / 2 ** 20),
      },
      times: {
        'an append alone (middle, 99 of 100)': [percentile(alone.appends, 0.5), percentile(alone.appends, 0.99)],
        'an append beside them (middle, 99 of 100)': [percentile(beside.appends, 0.5), percentile(beside.appends, 0.99)],
      },
      faults: [
        ...(quick.last === head ? [] : [`the quick subscriber stands at ${quick.last} of ${head}`]),
        ...(far.last === head ? [] : [`the subscriber that was behind stands at ${far.last} of ${head}`]),
        ...(holes === 0 ? [] : [`${holes} holes in what subscribers saw`]),
      ],
      late: [],
    }
  } finally {
    ending.abort()
    await Promise.all([pool.end(), slowPool.end()])
    await stage.close()
  }
}
