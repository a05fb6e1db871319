import { type Bench, interleaved } from '../bench.ts'
import { startChild } from '../child.ts'
import { newLog } from '../logs.ts'
import type { Ask, Took } from '../rebuild/messages.ts'
import type { Step } from '../samples.ts'
import { servingUrl } from '../serving.ts'

const files: Readonly<Record<string, string>> = { COPY: '../peers/copy.ts', rebuild: '../rebuild/run-rebuild.ts' }
const rowsText = 'select count(*)::int as count from views.entity_list'

/** A view made anew from the whole log, beside the COPY of the same events; each in a fresh process. */
export function rebuildSteps(bench: Bench): Step[] {
  const { rounds, rebuildEvents } = bench.options
  let made: Promise<string> | undefined

  async function measure(what: string): ReturnType<Step['run']> {
    const adminUrl = await (made ??= newLog(bench, 'bench_rebuild', { of: 'complaints', events: rebuildEvents }))
    const child = startChild(new URL(files[what] ?? '', import.meta.url))
    try {
      const ask: Ask = { servingUrl: servingUrl(adminUrl) }
      const { seconds, peakMiB, bytes } = await child.ask<Took>(ask)
      const figures = { seconds, perSecond: rebuildEvents / seconds, peakMiB }
      if (what === 'COPY') return { figures: { ...figures, bytesEach: bytes / rebuildEvents } }
      const { rows } = await bench.pool(adminUrl).query<{ count: number }>(rowsText)
      const count = rows[0]?.count
      return { figures, ...(count === rebuildEvents / 10 ? {} : { wrong: `${count} rows instead of ${rebuildEvents / 10}` }) }
    } finally {
      await child.end()
    }
  }

  const row = { row: 'entity-list', stores: ['COPY', 'rebuild'], estimateMs: rebuildEvents * 0.06, measure }
  return interleaved('rebuild', Math.min(rounds, 2), [row])
}
