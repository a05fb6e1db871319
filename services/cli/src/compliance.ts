import type { Register } from './program.ts'
import { addressOf, ask, tokenHere } from './asking.ts'
import { tableOf } from './table.ts'

interface Stage {
  readonly stage: string
  readonly state: string
  readonly weight: number | null
  readonly current: boolean
  readonly entered: string | null
  readonly left: string | null
  readonly facts: readonly number[]
  readonly because: readonly { readonly sentence: string }[]
}

interface Actor {
  readonly role: string
  readonly expectedStages: number
  readonly reachedStages: number
  readonly presentStages: number
  readonly events: number
  readonly stages: readonly { readonly kind: string; readonly stage: string; readonly state: string }[]
}

interface Run {
  readonly position: number
  readonly at: string
  readonly area: { readonly name: string } | null
  readonly programme: string | null
  readonly edition: { readonly id: string } | null
  readonly score: number | null
  readonly weights: Readonly<Record<string, number>>
  readonly stages: readonly Stage[]
  readonly expectedActors: readonly Actor[]
  readonly deviations: Readonly<Record<string, number>>
}

interface Sum {
  readonly position: number
  readonly at: string
  readonly runs: number
  readonly score: number | null
  readonly weights: Readonly<Record<string, number>>
  readonly stages: readonly {
    readonly edition: string | null
    readonly stage: string
    readonly states: Readonly<Record<string, number>>
    readonly score: number | null
  }[]
  readonly expectedActors: readonly Actor[]
  readonly deviations: Readonly<Record<string, number>>
}

interface Options {
  readonly area?: string
  readonly region?: string
  readonly programme?: string
  readonly edition?: string
  readonly url?: string
  readonly json?: boolean
}

const barWidth = 20

/** A weight of 0 to 1 as a bar; an empty place for what does not count yet. */
const barOf = (weight: number | null): string =>
  weight === null ? '' : `${'█'.repeat(Math.round(weight * barWidth)).padEnd(barWidth, '░')} ${weight.toFixed(2)}`

const weightsText = (weights: Readonly<Record<string, number>>): string =>
  Object.entries(weights)
    .map(([state, weight]) => `${state} ${weight}`)
    .join(', ')

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ') || 'none'

function actorsText(actors: readonly Actor[]): string[] {
  if (actors.length === 0) return []
  const rows = actors.map((actor) => [
    actor.role,
    String(actor.expectedStages),
    String(actor.reachedStages),
    String(actor.presentStages),
    String(actor.events),
    actor.stages.map(({ kind, stage, state }) => `${kind} ${stage} ${state}`).join(', '),
  ])
  const heads = ['expected', 'stages', 'reached', 'present', 'events', 'where']
  return [tableOf(heads, rows, new Set([1, 2, 3, 4])), '']
}

const scoreText = (score: number | null): string => (score === null ? 'no stage counts yet' : `score ${score.toFixed(2)}`)

function runText(run: Run): string {
  const rows = run.stages.map((stage) => [
    stage.stage,
    stage.state + (stage.current && stage.state !== 'open' ? ', stands here' : ''),
    barOf(stage.weight),
    stage.entered ?? '',
    stage.left ?? '',
    stage.facts.join(', '),
    stage.because.map(({ sentence }) => sentence).join(' '),
  ])
  const title = [run.area?.name, run.programme, run.edition?.id].filter((part) => part !== undefined && part !== null).join(', ')
  return [
    title,
    '',
    tableOf(['stage', 'state', 'counts', 'entered', 'left', 'facts', 'because'], rows),
    '',
    ...actorsText(run.expectedActors),
    `deviations: ${countsText(run.deviations)}`,
    `${scoreText(run.score)}: the mean of what counts (${weightsText(run.weights)})`,
    `on ${run.at}, known at position ${run.position}`,
  ].join('\n')
}

function sumText(sum: Sum): string {
  if (sum.runs === 0) return 'no run of the cycle'
  const rows = sum.stages.map((stage) => [stage.edition ?? '', stage.stage, barOf(stage.score), countsText(stage.states)])
  return [
    tableOf(['edition', 'stage', 'counts', 'runs by state'], rows),
    '',
    ...actorsText(sum.expectedActors),
    `deviations: ${countsText(sum.deviations)}`,
    `${sum.runs} runs, mean ${scoreText(sum.score)} (${weightsText(sum.weights)})`,
    `on ${sum.at}, known at position ${sum.position}`,
  ].join('\n')
}

const isId = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(text)

/** `jejak compliance`: how a run of the cycle was done, stage by stage; without a run, sums over an area, a programme or an edition. */
export const registerCompliance: Register = (program, terminal) => {
  program
    .command('compliance')
    .description('how a run of the cycle was done, stage by stage, and whether the expected actors were there; without a run, sums')
    .argument('[cycle]', 'id of a run of the cycle')
    .option('--area <code or id>', 'sums of an area and those below it by code, or of one by its id')
    .option('--region <code>', 'the same as --area with a code')
    .option('--programme <name>', 'sums of a programme, e.g. P2KP')
    .option('--edition <id>', 'sums of an edition, e.g. P2KP3-2006')
    .option('--url <address>', 'address of the API')
    .option('--json', 'as JSON')
    .action(async (cycle: string | undefined, { url, json, area, ...asked }: Options) => {
      const where = area === undefined ? {} : isId(area) ? { area } : { region: area }
      const given = Object.entries({ ...asked, ...where }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
      if (cycle !== undefined && given.length > 0)
        program.error('error: either a run of the cycle or what to sum up, not both', { exitCode: 2, code: 'jejak.both' })
      const base = await addressOf(url === undefined ? {} : { url })
      const token = await tokenHere(url !== undefined)
      if (cycle === undefined) {
        const sum = await ask<Sum>(base, `/v1/compliance?${new URLSearchParams(given).toString()}`, token)
        terminal.out(json ? JSON.stringify(sum, null, 2) : sumText(sum))
        return
      }
      const run = await ask<Run>(base, `/v1/cycles/${encodeURIComponent(cycle)}/compliance`, token)
      terminal.out(json ? JSON.stringify(run, null, 2) : runText(run))
    })
}
