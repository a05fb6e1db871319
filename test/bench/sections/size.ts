import { type Bench, interleaved } from '../bench.ts'
import type { Step } from '../samples.ts'

/** Bytes an event on disk, after VACUUM, of the filling: before the windows leave anything dead behind. */
export function sizeSteps(bench: Bench): Step[] {
  return interleaved('size', 1, [
    {
      row: 'after the filling',
      stores: bench.options.stores,
      estimateMs: 500,
      async measure(store) {
        const { events, heap, toast, indexes, indexRelations } = await (await bench.store(store)).ask('weigh', {})
        return {
          figures: {
            bytesEach: (heap + toast + indexes) / events,
            heapEach: heap / events,
            toastEach: toast / events,
            indexEach: indexes / events,
            indexRelations,
          },
        }
      },
    },
  ])
}
