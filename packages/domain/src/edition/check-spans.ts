import { stageAt } from '../kernel/stages.ts'
import type { Place } from '../kernel/place.ts'
import type { Workflow } from '../kernel/workflow.ts'
import { marksReached, marksWritten, type Walked } from './found.ts'
import { nearest, nearestStage } from '../kernel/nearest.ts'
import { place, say } from './say.ts'

/** What a span measures: a stage, or two marks. */
function isMeasure({ stage, from, to, each }: Workflow['spans'][number]): boolean {
  if (stage !== undefined) return from === undefined && to === undefined
  return from !== undefined && to !== undefined && each === undefined
}

/** Marks that the rules of a kind need and no stage carries, and limits over what does not exist. */
export function badSpans(walked: Walked, marks: readonly string[]): Place[] {
  const { workflow, stages, pointer } = walked
  const written = marksWritten(walked)
  const reached = marksReached(walked)
  const missing = marks
    .filter((mark) => !reached.has(mark))
    .map((mark) => place(`${pointer}/stages`, say.noMark(mark, nearest(mark, written))))
  const paths = stages.map(({ path }) => path)
  const spans = workflow.spans.flatMap((span, index): Place[] => {
    const at = `${pointer}/spans/${index}`
    if (!isMeasure(span)) return [place(at, say.spanForm())]
    if (span.stage !== undefined && !stageAt(workflow, span.stage))
      return [place(`${at}/stage`, say.noStage(span.stage, nearestStage(span.stage, paths)))]
    const unknown = (['from', 'to', 'each'] as const).flatMap((end) => {
      const mark = span[end]
      return mark === undefined || written.has(mark) ? [] : [place(`${at}/${end}`, say.noMark(mark, nearest(mark, written)))]
    })
    if (unknown.length > 0) return unknown
    return span.warn > span.stuck ? [place(at, say.warnAfterStuck())] : []
  })
  return [...missing, ...spans]
}
