import { corrected, isConfirmation, type Recorded } from '@jejak/domain'
import type { Groups, Known, Projection, RowTypes } from './projection.ts'

/** The facts that bear any of these tags, up to a position, in log order. */
export type HistoryOf = (tags: readonly string[], upTo: number) => Promise<readonly Recorded[]>

/** What a correction changes of a projection: the groups to be made anew, and the corrected facts that they are made of. */
export interface Refolding {
  readonly groups: Groups<RowTypes>
  readonly facts: readonly Recorded[]
}

type Rows = Readonly<Record<string, ReadonlyMap<string, readonly object[]>>>

/** Whether a fact makes rows of earlier facts mean something else. A reversal moves no stage: it is a fact like any other. */
const strikes = ({ fact: { type, corrects } }: Recorded): boolean =>
  isConfirmation(type) && corrects !== undefined && corrects.how !== 'reverse'

/** The tables of a projection whose groups are entities, by their tag, and those whose groups are facts. */
const refolded = ({ tables, refolds = [] }: Projection): { readonly name: string; readonly ofFacts: boolean }[] =>
  refolds.flatMap((name) => (tables[name] ? [{ name, ofFacts: tables[name].ofFacts === true }] : []))

/** Work on the history of entities, asked for by their tags: first of those that are touched, then of what they touch. */
type Asking = Generator<readonly string[], Refolding | undefined, readonly Recorded[]>

/**
 * What a confirmed correction makes anew: every entity that it touches, from all facts that bear its tag. To fold these rightly, the other
 * entities that they touch are folded with them, and their rows are then left alone. Undefined where nothing has to be made anew.
 */
function* refoldingBy(projection: Projection, recorded: Recorded): Asking {
  const tables = refolded(projection)
  if (tables.length === 0 || !strikes(recorded)) return undefined
  const entityTables = tables.filter(({ ofFacts }) => !ofFacts).map(({ name }) => name)
  const entitiesOf = (of: Recorded): string[] => entityTables.flatMap((name) => projection.groups(of)[name] ?? [])
  const known = (facts: readonly Recorded[]): readonly Recorded[] => facts.filter(({ fact }) => projection.types.has(fact.type))
  const touched = [...new Set(entitiesOf(recorded))]
  const own = known(yield touched)
  const beside = new Set(own.flatMap(entitiesOf)).difference(new Set(touched))
  const facts = beside.size === 0 ? own : known(yield [...touched, ...beside])
  const groups = tables.map(({ name, ofFacts }): [string, readonly string[]] => [
    name,
    ofFacts ? own.flatMap((each) => projection.groups(each)[name] ?? []) : touched,
  ])
  return { groups: Object.fromEntries(groups), facts: corrected(facts).standing }
}

/** What a correction makes anew, of history that is read from the log. */
export async function refoldingOf(projection: Projection, recorded: Recorded, history: HistoryOf): Promise<Refolding | undefined> {
  const asking = refoldingBy(projection, recorded)
  let step = asking.next()
  while (!step.done) step = asking.next(await history(step.value, recorded.position))
  return step.value
}

/** The same, of facts at hand. */
export function refoldingIn(projection: Projection, recorded: Recorded, facts: readonly Recorded[]): Refolding | undefined {
  const asking = refoldingBy(projection, recorded)
  let step = asking.next()
  while (!step.done) {
    const tags = new Set(step.value)
    step = asking.next(facts.filter(({ position, fact }) => position <= recorded.position && fact.tags.some((tag) => tags.has(tag))))
  }
  return step.value
}

/** Folds the corrected facts from nothing, beside the rows in use, of which only tables held whole are read. Pure. */
export function refold(projection: Projection, known: Known<RowTypes>, { groups, facts }: Refolding): Rows {
  const made = new Map(Object.keys(projection.tables).map((name) => [name, new Map<string, readonly object[]>()]))
  const here: Record<string, (group: string) => readonly object[]> = {}
  for (const [name, shape] of Object.entries(projection.tables))
    here[name] = (group) => made.get(name)?.get(group) ?? (shape.groupedBy === undefined ? (known[name]?.(group) ?? []) : [])
  for (const recorded of facts)
    for (const [name, changes] of Object.entries(projection.project(here, recorded) ?? {}))
      for (const [group, rows] of changes ?? []) made.get(name)?.set(group, rows)
  return Object.fromEntries(
    Object.entries(groups).map(([name, wanted = []]) => {
      const lasting = projection.tables[name]?.lasting === true
      const rowsOf = (group: string): readonly object[] => {
        const rows = made.get(name)?.get(group) ?? []
        return rows.length === 0 && lasting ? (known[name]?.(group) ?? []) : rows
      }
      return [name, new Map(wanted.map((group) => [group, rowsOf(group)]))]
    }),
  )
}

/** The groups of a fact, with those that a correction makes anew. */
export function joined(groups: Groups<RowTypes>, anew: Groups<RowTypes> | undefined): Groups<RowTypes> {
  if (anew === undefined) return groups
  const names = new Set([...Object.keys(groups), ...Object.keys(anew)])
  return Object.fromEntries([...names].map((name) => [name, [...new Set([...(groups[name] ?? []), ...(anew[name] ?? [])])]]))
}
