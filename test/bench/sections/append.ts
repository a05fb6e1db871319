import { type Bench, interleaved, type Row, workSpans } from '../bench.ts'
import type { WindowResult } from '../protocol.ts'
import type { Step } from '../samples.ts'

/** A window as figures. */
export function figuresOf(result: WindowResult): Awaited<ReturnType<Step['run']>> {
  const { count, seconds, p50, p99, conflicts, successes, cpuSeconds, stored, walBytes, wrong } = result
  return {
    figures: {
      perSecond: count / seconds,
      p50,
      p99,
      conflictsEach: successes === 0 ? conflicts : conflicts / successes,
      clientCpu: cpuSeconds / seconds,
      walEach: stored === 0 ? 0 : walBytes / stored,
    },
    ...(wrong === undefined ? {} : { wrong }),
  }
}

function rowOf(bench: Bench, row: string, writers: number, batch: number): Row {
  const { options } = bench
  const [from, to] = workSpans(options.events).first
  return {
    row,
    stores: options.stores,
    estimateMs: options.warmMs + options.windowMs + 250,
    async measure(store) {
      const remote = await bench.store(store)
      return figuresOf(await remote.ask('append', { writers, batch, warmMs: options.warmMs, windowMs: options.windowMs, from, to }))
    },
  }
}

/** Single events to random entities, at 1 to 128 writers. */
export function appendSteps(bench: Bench): Step[] {
  return interleaved(
    'append',
    bench.options.rounds,
    [1, 8, 32, 128].map((writers) => rowOf(bench, `c=${writers}`, writers, 1)),
  )
}

/** Several events of one entity in one append. */
export function batchSteps(bench: Bench): Step[] {
  return interleaved('batch', bench.options.rounds, [
    rowOf(bench, '10 events c=8', 8, 10),
    rowOf(bench, '100 events c=8', 8, 100),
    rowOf(bench, '100 events c=1', 1, 100),
  ])
}
