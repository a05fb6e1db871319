import { type Bench, interleaved, workSpans } from '../bench.ts'
import type { Step } from '../samples.ts'
import { figuresOf } from './append.ts'

/** The same writers in one process and divided between two on one log. */
export function processSteps(bench: Bench): Step[] {
  const { stores, events, rounds, warmMs, windowMs } = bench.options
  if (!stores.includes('jejak')) return []
  const { first, second } = workSpans(events)
  let another: ReturnType<Bench['another']> | undefined
  const window = (writers: number, [from, to]: readonly [number, number]) => ({ writers, batch: 1, warmMs, windowMs, from, to })

  async function measure(processes: string, writers: number): ReturnType<Step['run']> {
    const [one, other] = [await bench.store('jejak'), await (another ??= bench.another('jejak'))]
    if (processes === 'one process') return figuresOf(await one.ask('append', window(writers, first)))
    const both = await Promise.all([one.ask('append', window(writers / 2, first)), other.ask('append', window(writers / 2, second))])
    const [a, b] = [figuresOf(both[0]), figuresOf(both[1])]
    const of = (figure: string): readonly [number, number] => [a.figures[figure] ?? 0, b.figures[figure] ?? 0]
    const wrong = a.wrong ?? b.wrong
    return {
      figures: {
        perSecond: of('perSecond')[0] + of('perSecond')[1],
        p50: Math.max(...of('p50')),
        p99: Math.max(...of('p99')),
        conflictsEach: Math.max(...of('conflictsEach')),
      },
      ...(wrong === undefined ? {} : { wrong }),
    }
  }

  return interleaved(
    'processes',
    rounds,
    [32, 128].map((writers) => ({
      row: `${writers} writers`,
      stores: ['one process', 'two processes'],
      estimateMs: warmMs + windowMs + 500,
      measure: (processes) => measure(processes, writers),
    })),
  )
}
