import { writeFile } from 'node:fs/promises'
import { type Bench, createBench, modules } from './bench.ts'
import { readOptions, usage, WrongUse } from './options.ts'
import { startProgress } from './progress.ts'
import { report } from './report.ts'
import type { Results, Sample, Step } from './samples.ts'
import { appendSteps, batchSteps, contentionSteps, loadSteps } from './sections/append.ts'
import { catchUpSteps } from './sections/catch-up.ts'
import { processSteps } from './sections/processes.ts'
import { restSteps } from './sections/rest.ts'
import { sizeSteps } from './sections/size.ts'
import { environmentOf, startBenchServer } from './server.ts'

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
}

async function runSteps(steps: readonly Step[]): Promise<Sample[]> {
  const progress = startProgress(steps.reduce((sum, { estimateMs }) => sum + estimateMs, 0))
  const samples: Sample[] = []
  for (const { section, row, store, round, estimateMs, run } of steps) {
    const measured = await run().catch((error: unknown) => ({ figures: {}, wrong: error instanceof Error ? error.message : String(error) }))
    samples.push({ section, row, store, round, ...measured })
    const told = Object.entries(measured.figures).map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    progress.done(`${section} ${row} ${store} round ${round}: ${'wrong' in measured ? `no number: ${measured.wrong}` : told.join(', ')}`, estimateMs)
  }
  return samples
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), { sections: Object.keys(sections), stores: Object.keys(modules) })
  if (options === undefined) {
    process.stdout.write(usage)
    return 0
  }
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  const server = await startBenchServer(say)
  const bench = createBench(options, server, say)
  try {
    const environment = await environmentOf(server)
    const samples = await runSteps(options.sections.flatMap((section) => sections[section]?.(bench) ?? []))
    const results: Results = { at: new Date().toISOString(), short: options.short, options: { ...options }, environment, about: bench.about, samples }
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, null, 1)}\n`)
    const text = report(results)
    if (options.out === undefined) process.stdout.write(text)
    else await writeFile(options.out, text)
    return 0
  } finally {
    await bench.end()
    await server.end(options.keep)
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(error instanceof WrongUse ? `${error.message}\n${usage}` : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = error instanceof WrongUse ? 2 : 3
}
