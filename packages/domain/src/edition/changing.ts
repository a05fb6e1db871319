import { z } from 'zod'
import { EditionPin, event } from '../kernel/define.ts'
import type { Placed } from '../kernel/decider.ts'
import type { Entity } from '../kernel/entity.ts'
import type { Compiled } from '../kernel/machine.ts'
import { besideOf } from '../kernel/stages.ts'
import { dataRule, type Rule, type Situation } from '../kernel/rule.ts'
import { StagePath, type Edition } from '../kernel/workflow.ts'

/** Where the stages of the former edition lie in the other, where their names differ. */
export const StageMap = z.record(StagePath, StagePath)

/** The fact of a kind that moves a running entity to another revision, or another edition of its programme (DESIGN §4). */
export const editionChanged = (kind: string) =>
  event(`${kind}.EditionChanged`, {
    means: `A running ${kind} goes on under another edition of its programme`,
    identity: ['edition'],
    data: { edition: EditionPin, stages: StageMap.optional() },
  })

/** The same of something that goes with its parent. */
export const editionFollowed = (kind: string) =>
  event(`${kind}.EditionChanged`, {
    means: `A ${kind} goes on under another edition together with what it belongs to`,
    identity: ['edition'],
    data: { edition: EditionPin },
  })

interface Change {
  readonly edition: { readonly id: string; readonly revision: number }
}

/** Stages by name in the former edition and in the other. */
export type Mapping = Readonly<Record<string, string>> | undefined

/** The stages of an entity under the names of the other edition; a stage of a region that it lacks is dropped. */
export function placedIn(entity: Entity, mapping: Mapping): Placed {
  const named = (path: string): string => (mapping && Object.hasOwn(mapping, path) ? (mapping[path] ?? path) : path)
  return { how: 'moved', stages: Object.fromEntries(Object.entries(entity.stages).map(([region, path]) => [region, named(path)])) }
}

/** Stages at which an entity stands and that the workflow of the other edition does not have. */
function lost(x: Situation, entity: Entity, edition: Edition, mapping: Mapping): string[] {
  const compiled = x.domain.workflow(entity.kind, edition)
  const placed = placedIn(entity, mapping)
  if (placed.how !== 'moved') return []
  return Object.entries(placed.stages)
    .filter(([region, path]) => !compiled?.leaves.has(path) || besideOf(compiled.workflow, path) !== region)
    .map(([, path]) => `${entity.kind} ${path}`)
}

/** Marks that rules look for on a kind, as one edition and as the other calls them. */
function marksOf({ domain }: Situation, kind: string, from: Edition, to: Edition): (readonly [string, string])[] {
  const ofCycle = [
    [from.agreement.planMark, to.agreement.planMark],
    [from.handover.maintenancePlanMark, to.handover.maintenancePlanMark],
  ].filter((pair): pair is [string, string] => pair.every((mark) => typeof mark === 'string'))
  return kind === 'cycle' ? ofCycle : domain.slice(kind).marks.map((mark) => [mark, mark])
}

/** What an entity would have reached by being moved and in no other way, or would no longer have reached. */
function unearned(x: Situation, entity: Entity, edition: Edition, mapping: Mapping): string[] {
  const placed = placedIn(entity, mapping)
  const [was, is] = [x.workflowOf(entity), x.domain.workflow(entity.kind, edition)]
  if (placed.how !== 'moved' || is === undefined || entity.edition === undefined) return []
  const stood = (compiled: Compiled, mark: string, paths: readonly string[]): boolean =>
    paths.some((path) => compiled.leaves.get(path)?.marks.includes(mark))
  const moved = Object.entries(placed.stages).flatMap(([region, path]) => (entity.stages[region] === path ? [] : [path]))
  const marks = marksOf(x, entity.kind, x.editionOf(entity.edition), edition).flatMap(([before, after]) => {
    const had = stood(was, before, entity.visited)
    const differs = had ? !stood(is, after, [...entity.visited, ...moved]) : stood(is, after, moved)
    return differs ? [`${entity.kind} ${after}`] : []
  })
  return is.ended(placed.stages) ? [...marks, `${entity.kind} ${placed.stages[''] ?? ''}`] : marks
}

/** The rules of changing an edition, asked alike for every kind that pins one. */
export interface ChangingRules<S, D> {
  readonly stillOpen: Rule<S, D>
  readonly otherEdition: Rule<S, D>
  readonly sameProgramme: Rule<S, D>
  readonly stagesKnown: Rule<S, D>
  readonly nothingEarned: Rule<S, D>
}

/** Builds the rules; `moved` names the entities that change together, with the mapping of their stages. */
export function changingRules<S, D extends Change>(
  moved: (x: Situation<S, D>) => readonly { readonly entity: Entity; readonly mapping: Mapping }[],
): ChangingRules<S, D> {
  return {
    stillOpen: dataRule<S, D>('edition-change-too-late', {
      id: '{kind} ini sudah berakhir; edisinya tidak berubah lagi.',
      en: 'This {kind} has ended; its edition does not change any more.',
      source: 'DESIGN §4',
      sort: 'order',
      broken: (x) => x.workflowOf(x.self).ended(x.self.stages) && { details: { kind: x.self.kind } },
    }),
    otherEdition: dataRule<S, D>('edition-unchanged', {
      id: 'Sudah berjalan menurut edisi {edition} revisi {revision}.',
      en: 'It runs by edition {edition} revision {revision} already.',
      source: 'DESIGN §4',
      broken: ({ self, call: { data } }) =>
        self.edition?.id === data.edition.id &&
        self.edition.revision === data.edition.revision && { details: { edition: data.edition.id, revision: data.edition.revision } },
    }),
    sameProgramme: dataRule<S, D>('edition-of-other-programme', {
      id: 'Edisi {edition} adalah edisi program {programme}, bukan {own}.',
      en: 'Edition {edition} is of the programme {programme}, not {own}.',
      source: 'DESIGN §4',
      broken: (x) => {
        const { edition } = x
        const own = x.self.edition && x.editionOf(x.self.edition).programme
        return own !== undefined && own !== edition.programme && { details: { edition: edition.id, programme: edition.programme, own } }
      },
    }),
    stagesKnown: dataRule<S, D>('stage-lost-by-edition', {
      id: 'Edisi {edition} tidak mempunyai tahap {lost}: sebutkan padanannya dalam stages.',
      en: 'Edition {edition} has no stage {lost}: name its counterpart in stages.',
      source: 'DESIGN §4; CONTRACTS C1',
      sort: 'input',
      broken: (x) => {
        const missing = moved(x).flatMap(({ entity, mapping }) => lost(x as Situation, entity, x.edition, mapping))
        const names = [...new Set(missing)].join(', ')
        return (
          missing.length > 0 && {
            details: { edition: x.edition.id, lost: names },
            errors: [{ pointer: '/stages', detail: { id: `tahap tidak ada: ${names}`, en: `no such stage: ${names}` } }],
          }
        )
      },
    }),
    nothingEarned: dataRule<S, D>('stage-not-earned', {
      id: 'Perubahan edisi mengubah apa yang sudah dicapai: {marks}.',
      en: 'The change of the edition would change what was reached: {marks}.',
      source: 'DESIGN §4; G-03, G-14',
      broken: (x) => {
        const marks = [...new Set(moved(x).flatMap(({ entity, mapping }) => unearned(x as Situation, entity, x.edition, mapping)))]
        return marks.length > 0 && { details: { marks: marks.join(', ') } }
      },
    }),
  }
}
