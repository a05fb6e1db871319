import { inOrder, type Results, roundsOf } from './samples.ts'
import { median, ratios, type Rounds } from './stats.ts'

/** A bar of P1 to P15 and what was reached. `reached` is undefined where nothing was measured, NaN where no number was earned. */
export interface Verdict {
  readonly target: string
  readonly what: string
  readonly bar: number
  readonly sense: 'at least' | 'at most'
  readonly reached: number | undefined
  readonly met: boolean | undefined
}

/** What a short run must hold of each bar: machines are noisy. */
export const shortShare = 0.7

const limits: ReadonlySet<string> = new Set(['jejak', 'raw'])
const notStores: ReadonlySet<string> = new Set(['pg-query-stream'])

/** Asks the samples of a run for figures and ratios. A ratio is the median of the ratios inside the rounds. */
export interface Questions {
  readonly rounds: (section: string, row: string, store: string, figure: string) => Rounds
  readonly figure: (section: string, row: string, store: string, figure: string) => number | undefined
  readonly ratio: (section: string, row: string, store: string, to: string, figure?: string) => number | undefined
  /** The best of emmett, message-db, castore, dcb-es in each round. */
  readonly bestPeer: (section: string, row: string) => Rounds
  readonly toBestPeer: (section: string, row: string) => number | undefined
}

/** Questions to the samples of a run. */
export function questionsTo({ samples }: Pick<Results, 'samples'>): Questions {
  const isMeasured = (section: string, row: string, store: string): boolean =>
    samples.some((sample) => sample.section === section && sample.row === row && sample.store === store)
  const rounds = (section: string, row: string, store: string, figure: string): Rounds => roundsOf(samples, section, row, store, figure)
  const bestPeer = (section: string, row: string): Rounds => {
    const peers = inOrder(samples.filter((sample) => sample.section === section && sample.row === row).map(({ store }) => store))
    const all = peers
      .filter((store) => !limits.has(store) && !notStores.has(store))
      .map((store) => rounds(section, row, store, 'perSecond'))
    const count = Math.max(0, ...all.map((one) => one.length))
    return Array.from({ length: count }, (_, round) => {
      const values = all.flatMap((one) => one[round] ?? [])
      return values.length === 0 ? undefined : Math.max(...values)
    })
  }
  return {
    rounds,
    bestPeer,
    figure(section, row, store, figure) {
      if (!isMeasured(section, row, store)) return undefined
      return median(rounds(section, row, store, figure).filter((value) => value !== undefined))
    },
    ratio(section, row, store, to, figure = 'perSecond') {
      if (!isMeasured(section, row, store) || !isMeasured(section, row, to)) return undefined
      return median(ratios(rounds(section, row, store, figure), rounds(section, row, to, figure)))
    },
    toBestPeer(section, row) {
      const best = bestPeer(section, row)
      if (best.length === 0 || !isMeasured(section, row, 'jejak')) return undefined
      return median(ratios(rounds(section, row, 'jejak', 'perSecond'), best))
    },
  }
}

type Bar = Omit<Verdict, 'met'>

const least = (target: string, what: string, bar: number, reached: number | undefined): Bar => ({
  target,
  what,
  bar,
  sense: 'at least',
  reached,
})
const most = (target: string, what: string, bar: number, reached: number | undefined): Bar => ({
  target,
  what,
  bar,
  sense: 'at most',
  reached,
})

function appendBars({ toBestPeer, ratio, figure }: Questions): Bar[] {
  return [
    least('P1', 'append, 32 writers, to the best peer', 2.5, toBestPeer('append', 'c=32')),
    least('P1', 'append, 32 writers, to raw', 1.5, ratio('append', 'c=32', 'jejak', 'raw')),
    least('P1', 'append, 32 writers, to dcb-es', 8, ratio('append', 'c=32', 'jejak', 'dcb-es')),
    least('P2', 'append, 8 writers, to the best peer', 1.8, toBestPeer('append', 'c=8')),
    least('P2', 'append, 8 writers, to raw', 1.1, ratio('append', 'c=8', 'jejak', 'raw')),
    least('P3', 'append, 1 writer, to the best peer', 1, toBestPeer('append', 'c=1')),
    least('P4', 'append, 128 writers, to raw', 1.9, ratio('append', 'c=128', 'jejak', 'raw')),
    most('P4', 'append, 128 writers, p99 to that of raw', 1, ratio('append', 'c=128', 'jejak', 'raw', 'p99')),
    least('P5', 'batches of 10, to the best peer', 1.6, toBestPeer('batch', '10 events c=8')),
    least('P5', 'batches of 100, to the best peer', 1.5, toBestPeer('batch', '100 events c=8')),
    least('P6', 'load an entity of 10, to the best peer', 1.2, toBestPeer('load', '10 events c=8')),
    least('P6', 'load an entity of 100, to the best peer', 1.1, toBestPeer('load', '100 events c=8')),
    least('P6', 'load an entity of 1000, to the best peer', 1.1, toBestPeer('load', '1000 events c=8')),
    least('P7', '32 writers on one entity, to the best peer', 3, toBestPeer('contention', '32 writers, one entity')),
    most('P7', 'conflicts a success', 1, figure('contention', '32 writers, one entity', 'jejak', 'conflictsEach')),
  ]
}

function readingBars({ toBestPeer, ratio, figure, rounds }: Questions): Bar[] {
  const ends = 'first and last page'
  const flat = median(rounds('catch-up', 'whole log', 'jejak', 'peakMiB').filter((value) => value !== undefined))
  const tenth = figure('catch-up', 'a tenth', 'jejak', 'peakMiB')
  return [
    least('P8', 'the whole log, to the best peer', 1.4, toBestPeer('catch-up', 'whole log')),
    least('P8', 'the whole log, to pg-query-stream over the same rows', 0.9, ratio('catch-up', 'whole log', 'jejak', 'pg-query-stream')),
    most('P8', 'last page to the first, by an index scan without a sort', 1.2, figure('catch-up', ends, 'jejak', 'lastToFirst')),
    most('P9', 'rebuild of a view, to the COPY of the same events', 3, ratio('rebuild', 'entity-list', 'rebuild', 'COPY', 'seconds')),
    most('P10', 'memory of a pass over the whole log, MiB', 200, figure('catch-up', 'whole log', 'jejak', 'peakMiB')),
    most('P10', 'memory of a pass over the whole log, to that over a tenth', 1.3, tenth === undefined ? undefined : flat / tenth),
    most('P10', 'memory of a rebuild, MiB', 300, figure('rebuild', 'entity-list', 'rebuild', 'peakMiB')),
  ]
}

function serviceBars({ samples }: Pick<Results, 'samples'>, { ratio }: Questions): Bar[] {
  const growth = samples.filter(({ section }) => section === 'growth')
  const [few = '', many = ''] = inOrder(growth.map(({ store }) => store)).toSorted(
    (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
  )
  const order = samples.find(({ section }) => section === 'order')
  return [
    least('P11', 'POST of a command, 32 connections, to the route with one INSERT', 1, ratio('rest', '32 connections', 'jejak', 'plain')),
    least(
      'P11',
      'POST of a command, 128 connections, to the route with one INSERT',
      1.5,
      ratio('rest', '128 connections', 'jejak', 'plain'),
    ),
    most('P12', 'bytes an event on disk, to raw', 1.6, ratio('size', 'after the filling', 'jejak', 'raw', 'bytesEach')),
    ...inOrder(growth.map(({ row }) => row)).map((row) =>
      most('P13', `cost of an append among ${many}, to ${few}, ${row}`, 1.15, ratio('growth', row, few, many)),
    ),
    ...(growth.length === 0 ? [most('P13', 'cost of an append in a large log, to a small one', 1.15, undefined)] : []),
    most(
      'P14',
      'facts skipped, repeated or out of place, with writers killed',
      0,
      order === undefined
        ? undefined
        : order.wrong === undefined
          ? (order.figures['skips'] ?? 0) + (order.figures['repeats'] ?? 0)
          : Number.NaN,
    ),
    least(
      'P15',
      'two appending processes, 32 writers in all, to one',
      0.9,
      ratio('processes', '32 writers', 'two processes', 'one process'),
    ),
    most('P15', 'their p99 to that of one', 1.5, ratio('processes', '32 writers', 'two processes', 'one process', 'p99')),
    least('P15', 'two API processes, 32 connections in all, to one', 0.9, ratio('rest', '32 connections', 'two API processes', 'jejak')),
    most('P15', 'their p99 to that of one', 1.5, ratio('rest', '32 connections', 'two API processes', 'jejak', 'p99')),
  ]
}

/** Compares a run with P1 to P15 (PERFORMANCE, targets); a short run holds 70 % of the bars. What was not measured is not judged. */
export function verdictsOn(results: Results): readonly Verdict[] {
  const questions = questionsTo(results)
  const share = results.short ? shortShare : 1
  const bars = [...appendBars(questions), ...readingBars(questions), ...serviceBars(results, questions)]
  return bars
    .map((bar): Verdict => {
      if (bar.reached === undefined) return { ...bar, met: undefined }
      const met = bar.sense === 'at least' ? bar.reached >= bar.bar * share : bar.reached <= bar.bar / share
      return { ...bar, met }
    })
    .toSorted((a, b) => Number(a.target.slice(1)) - Number(b.target.slice(1)))
}
