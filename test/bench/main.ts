import { readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { type Bench, createBench, modules, workSpans } from './bench.ts'
import { type Options, readOptions, usage, WrongUse } from './options.ts'
import { startProgress } from './progress.ts'
import { report, verdictTable } from './report.ts'
import type { Results, Sample, Step } from './samples.ts'
import { appendSteps, batchSteps, contentionSteps, loadSteps } from './sections/append.ts'
import { catchUpSteps } from './sections/catch-up.ts'
import { growthSteps } from './sections/growth.ts'
import { orderSteps } from './sections/order.ts'
import { processSteps } from './sections/processes.ts'
import { rebuildSteps } from './sections/rebuild.ts'
import { restSteps } from './sections/rest.ts'
import { sizeSteps } from './sections/size.ts'
import { environmentOf, startBenchServer } from './server.ts'
import { verdictsOn } from './targets.ts'

/** Every section in the order of a full run. */
const sections: Readonly<Record<string, (bench: Bench) => Step[]>> = {
  size: sizeSteps,
  append: appendSteps,
  batch: batchSteps,
  load: loadSteps,
  contention: contentionSteps,
  'catch-up': catchUpSteps,
  processes: processSteps,
  rest: restSteps,
  rebuild: rebuildSteps,
  growth: growthSteps,
  order: orderSteps,
}

/** Those that work with every store filled: the filling is done first, so that it is not in anybody's window. */
const comparing: ReadonlySet<string> = new Set(['size', 'append', 'batch', 'load', 'contention', 'catch-up'])

/** Hand-written, beside the report: what was tried, profiles. */
const notesFile = new URL('../../docs/performance-notes.md', import.meta.url)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function runSteps(steps: readonly Step[]): Promise<Sample[]> {
  const progress = startProgress(steps.reduce((sum, { estimateMs }) => sum + estimateMs, 0))
  const samples: Sample[] = []
  for (const { section, row, store, round, estimateMs, run } of steps) {
    const measured: Awaited<ReturnType<Step['run']>> = await run().catch((error: unknown) => ({ figures: {}, wrong: messageOf(error) }))
    samples.push({ section, row, store, round, ...measured })
    const figures = Object.entries(measured.figures).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    const told = measured.wrong === undefined ? figures.join(', ') : `no number: ${measured.wrong}`
    progress.done(`${section} | ${row} | ${store} | round ${round}: ${told}`, estimateMs)
  }
  return samples
}

/**
 * Puts the stores on the same footing. The first change of a page after a checkpoint writes the whole page to the log: whoever was filled
 * first would pay for the checkpoints that the others' filling caused.
 */
async function settle(bench: Bench): Promise<void> {
  const { stores, events, windowMs } = bench.options
  await bench.server.admin.query('checkpoint')
  const [from, to] = workSpans(events).first
  for (const store of stores) {
    const remote = await bench.store(store)
    await remote.ask('append', { writers: 32, batch: 1, warmMs: 0, windowMs: Math.max(2000, windowMs * 3), from, to })
  }
  say('a checkpoint was taken, every store has appended since')
}

async function measure(options: Options): Promise<Results> {
  const server = await startBenchServer(say)
  try {
    const bench = createBench(options, server, say)
    const environment = await environmentOf(server)
    try {
      if (options.sections.some((section) => comparing.has(section))) for (const store of options.stores) await bench.store(store)
      const stepsOf = (names: readonly string[]): Step[] => names.flatMap((section) => sections[section]?.(bench) ?? [])
      const weighed = await runSteps(stepsOf(options.sections.filter((section) => section === 'size')))
      const rest = options.sections.filter((section) => section !== 'size')
      if (rest.some((section) => comparing.has(section))) await settle(bench)
      const samples = [...weighed, ...(await runSteps(stepsOf(rest)))]
      environment['load average after'] = os
        .loadavg()
        .map((load) => load.toFixed(2))
        .join(' ')
      const { rounds, windowMs, events, rebuildEvents, growthEvents } = options
      return {
        at: new Date().toISOString(),
        short: options.short,
        options: {
          rounds,
          'window in ms': windowMs,
          'events present': events,
          'events of the rebuild': rebuildEvents,
          'events of the growth': growthEvents,
        },
        environment,
        about: bench.about,
        samples,
      }
    } finally {
      await bench.end()
    }
  } finally {
    await server.end(options.keep)
  }
}

/** Exit code of a check: 1 when a bar that was measured is not met. */
function check(results: Results): number {
  const verdicts = verdictsOn(results)
  const below = verdicts.filter(({ met }) => met === false)
  say(verdictTable(verdicts))
  say(below.length === 0 ? 'every bar that was measured is met' : `${below.length} bars are not met`)
  return below.length === 0 ? 0 : 1
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), { sections: Object.keys(sections), stores: Object.keys(modules) })
  if (options === undefined) {
    process.stdout.write(usage)
    return 0
  }
  if (options.checkFile !== undefined) return check(JSON.parse(await readFile(options.checkFile, 'utf8')) as Results)
  const results = await measure(options)
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, null, 1)}\n`)
  const notes = await readFile(notesFile, 'utf8').catch(() => '')
  const text = report(results, notes)
  if (options.out === undefined) process.stdout.write(text)
  else await writeFile(options.out, text)
  return options.check ? check(results) : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  if (error instanceof WrongUse) say(`${error.message}\n\n${usage}`)
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = error instanceof WrongUse ? 2 : 3
}
