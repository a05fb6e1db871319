import { type Bench, interleaved, type Row, workSpans } from '../bench.ts'
import { groupsOf } from '../content.ts'
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
  // A hundred events take as long as many windows of one: a window of whole appends is longer.
  const windowMs = batch < 100 ? options.windowMs : options.windowMs * 2
  const [from, to] = workSpans(options.events).first
  return {
    row,
    stores: options.stores,
    estimateMs: options.warmMs + windowMs + 250,
    async measure(store) {
      const remote = await bench.store(store)
      return figuresOf(await remote.ask('append', { writers, batch, warmMs: options.warmMs, windowMs, from, to }))
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

/** All events of an entity of 10, 100 and 1000. */
export function loadSteps(bench: Bench): Step[] {
  const { stores, events, rounds, warmMs, windowMs } = bench.options
  const rows = groupsOf(events)
    .filter(({ name }) => name !== 'work')
    .map(({ first, entities, eventsEach }): Row => ({
      row: `${eventsEach} events c=8`,
      stores,
      estimateMs: warmMs + windowMs,
      async measure(store) {
        const remote = await bench.store(store)
        return figuresOf(await remote.ask('load', { readers: 8, warmMs, windowMs, from: first, to: first + entities, eventsEach }))
      },
    }))
  return interleaved('load', rounds, rows)
}

/** 32 writers on one entity. */
export function contentionSteps(bench: Bench): Step[] {
  const { stores, events, rounds, warmMs, windowMs } = bench.options
  const { contended } = workSpans(events)
  const row: Row = {
    row: '32 writers, one entity',
    stores,
    estimateMs: warmMs + windowMs * 2 + 500,
    async measure(store) {
      const remote = await bench.store(store)
      // Twice as long as other windows: some stores succeed a few times a second.
      const window = { writers: 32, batch: 1, warmMs, windowMs: windowMs * 2, from: contended, to: contended + 1, contended: true }
      return figuresOf(await remote.ask('append', window))
    },
  }
  return interleaved('contention', rounds, [row])
}
