import { foldEntity } from '@jejak/domain'
import { inTurn, speedTable, type Rounds, type Speed, type Work } from './speed/measure.ts'
import { copyOf, playedAlone, playedTogether, samplesOf, scenarioRequests, type Sample } from './speed/village.ts'

const kinds = ['allocation', 'tranche', 'proposal', 'cycle', 'complaint', 'institution'] as const
const base = 'a loop that only counts'

/** The least that a fold of anything costs here: a small state made anew for every fact. */
function counted(samples: readonly Sample[]): number {
  let facts = 0
  for (const { facts: own } of samples) {
    let state = { count: 0, last: 0, on: '' }
    for (const { position, fact } of own) state = { count: state.count + 1, last: position, on: fact.effectiveOn }
    facts += state.count
  }
  return facts
}

function folded(samples: readonly Sample[]): number {
  let facts = 0
  for (const { fold, id, facts: own } of samples) facts += foldEntity(fold, id, own).facts.length
  return facts
}

/** Facts a second through `foldEntity`, slice by slice: the scenario's facts, `copies` times over with other identifiers. */
export async function measureFolds(options: Rounds & { readonly copies?: number } = {}): Promise<readonly Speed[]> {
  const played = await playedAlone()
  const copies = Array.from({ length: options.copies ?? 100 }, (_, copy) => copyOf(played, copy + 1))
  const samples = new Map(kinds.map((kind) => [kind, copies.flatMap((facts) => samplesOf(facts, kind))]))
  const all = [...samples.values()].flat()
  const ways = new Map<string, Work>([
    [base, () => counted(all)],
    ...[...samples].map(([kind, own]) => [`fold: ${kind}`, () => folded(own)] as const),
    ['fold: all of them', () => folded(all)],
  ])
  return inTurn(ways, base, options)
}

/** Commands decided a second in memory: each on what it reads, or all on one world that grows, as a batch or a simulator does. */
export async function measureDecisions(options: Rounds = {}): Promise<readonly Speed[]> {
  const alone = 'decide: each on what it reads'
  const ways = new Map<string, Work>([
    [alone, () => playedAlone().then(() => scenarioRequests.length)],
    ['decide: all on one world', playedTogether],
  ])
  return inTurn(ways, alone, { windowMs: 1_000, ...options })
}

if (import.meta.main) {
  console.log(speedTable('facts', await measureFolds()))
  console.log(`\n${speedTable('commands', await measureDecisions())}`)
}
