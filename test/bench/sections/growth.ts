import { type Bench, connections, interleaved, modules, type Row } from '../bench.ts'
import { newLog } from '../logs.ts'
import { type Remote, startRemote } from '../remote.ts'
import type { Step } from '../samples.ts'
import { figuresOf } from './append.ts'

const few = 10_000

/** Appends to a log of ten thousand facts beside one of many, window by window. */
export function growthSteps(bench: Bench): Step[] {
  const { rounds, warmMs, windowMs, growthEvents } = bench.options
  const sizes: Readonly<Record<string, number>> = { [`${few} events`]: few, [`${growthEvents} events`]: growthEvents }
  const remotes = new Map<string, Promise<Remote>>()

  async function make(events: number): Promise<Remote> {
    const adminUrl = await newLog(bench, `bench_growth_${events}`, { of: 'small', events })
    const remote = bench.keepRemote(startRemote(`growth ${events}`))
    await remote.ask('open', { module: modules['jejak'] ?? '', adminUrl, connections, fresh: false, events, layout: 'tens' })
    return remote
  }

  const rows = [1, 8, 32].map((writers): Row => ({
    row: `c=${writers}`,
    stores: Object.keys(sizes),
    // The filling is in the first step.
    estimateMs: warmMs + windowMs + 300 + (growthEvents * 0.06) / (rounds * 6),
    async measure(size) {
      const events = sizes[size] ?? few
      const made = remotes.get(size) ?? make(events)
      remotes.set(size, made)
      const remote = await made
      return figuresOf(await remote.ask('append', { writers, batch: 1, warmMs, windowMs, from: 0, to: events / 10 }))
    },
  }))
  return interleaved('growth', rounds, rows)
}
