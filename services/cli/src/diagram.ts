import { beginnings, besideFirst, leavesOf, stageAt, type Edition, type Leaf, type Stage, type Stages, type Workflow } from '@jejak/domain'
import type { Language } from '@jejak/api'
import { notesOf } from './diagram-notes.ts'

/** A workflow on its way to a picture. */
export interface Sketch {
  readonly workflow: Workflow
  readonly language: Language
  /** Where an entity can stand, by path: no groups that only hold other stages. */
  readonly places: ReadonlyMap<string, Leaf>
  /** A fact in few words: its kind is said where it is another. */
  readonly short: (key: string) => string
  /** The name of a place in the diagram. A stage that holds others and is a place itself stands inside its own box. */
  readonly idOf: (path: string) => string
}

const words = {
  id: { parallel: 'bersamaan', beside: 'di samping', missing: 'tidak ada', end: 'akhir' },
  en: { parallel: 'in parallel', beside: 'beside', missing: 'does not exist', end: 'end' },
} as const

const boxId = (path: string): string => `s_${path.replaceAll('-', '__').replaceAll('.', '_')}`
const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1)
const isInside = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`)
/** What a stage is called within the one around it; a number says nothing without the others. */
const nameOf = (path: string): string => (/^[0-9]+$/.test(lastName(path)) ? path : lastName(path))

/** Without groups that hold other stages and are nobody's desk: nothing ever stands there. */
function placesOf(kind: string, workflow: Workflow): Map<string, Leaf> {
  const leaves = leavesOf(kind, workflow)
  const targets = new Set([...beginnings(workflow), ...leaves.values().flatMap((leaf) => [...leaf.legal.values()].map(({ to }) => to))])
  const isPlace = ({ path, holder }: Leaf): boolean => {
    const stage = stageAt(workflow, path)
    return stage?.stages === undefined || stage.own !== undefined || holder !== undefined || targets.has(path)
  }
  return new Map([...leaves].filter(([, leaf]) => isPlace(leaf)))
}

function sketchOf(edition: Edition, kind: string, language: Language): Sketch {
  const workflow = edition.workflows[kind]
  if (!workflow) throw new Error(`${edition.id} has no workflow for ${kind}`)
  const places = placesOf(kind, workflow)
  const idOf = (path: string): string => (places.has(path) && stageAt(workflow, path)?.stages ? `at_${boxId(path)}` : boxId(path))
  const short = (key: string): string =>
    key
      .replace(new RegExp(`^(${kind}|case)\\.`), '')
      .replace('StepRecorded:', '')
      .replaceAll(':', ' ')
  return { workflow, language, places, short, idOf }
}

/** A stage as a box: with those inside it, or by itself with the role whose desk it is. */
function boxOf(sketch: Sketch, path: string, stage: Stage, indent: string, more = ''): string[] {
  const said = words[sketch.language]
  const holder = stage.final ? `<br/>${said.end}` : stage.holder === undefined ? '' : `<br/>(${stage.holder})`
  const place = `${indent}state "${nameOf(path)}${holder}" as ${sketch.idOf(path)}`
  if (stage.stages === undefined) return [place]
  const aside = stage.parallel ? ` (${said.parallel})` : more
  const inner = Object.entries(stage.stages).flatMap(([name, child]) => boxOf(sketch, `${path}.${name}`, child, `${indent}  `))
  return [
    `${indent}state "${nameOf(path)}${aside}" as ${boxId(path)} {`,
    ...(sketch.places.has(path) ? [`  ${place}`] : []),
    ...inner,
    ...regionStarts(sketch, path, indent),
    `${indent}}`,
  ]
}

/** Where a region begins: one beside the stages, or one of a parallel stage. */
function regionStarts({ workflow, idOf }: Sketch, path: string, indent: string): string[] {
  const parent = path.includes('.') ? stageAt(workflow, path.slice(0, path.lastIndexOf('.'))) : undefined
  const first = besideFirst(workflow).find(({ region }) => region === path)?.path
  const stage = stageAt(workflow, path)
  const inner = parent?.parallel ? `${path}.${stage?.initial ?? Object.keys(stage?.stages ?? {})[0]}` : undefined
  const begin = first ?? inner
  return begin === undefined ? [] : [`${indent}  [*] --> ${idOf(begin)}`]
}

/** Facts that lead from one place or group to another, by both. */
type Ways = Map<string, Map<string, string[]>>

const addWay = (ways: Ways, from: string, to: string, key: string): void => {
  const targets = ways.get(from) ?? new Map<string, string[]>()
  targets.set(to, [...(targets.get(to) ?? []), key])
  ways.set(from, targets)
}

const groupsOf = (stages: Workflow['stages'], around = ''): string[] =>
  Object.entries(stages).flatMap(([name, { stages: inner }]) =>
    inner === undefined ? [] : [`${around}${name}`, ...groupsOf(inner, `${around}${name}.`)],
  )

/** Every transition; what all places of a group have in common and leads out of it leaves the group itself, once. */
function waysOf({ workflow, places }: Sketch): Ways {
  const ways: Ways = new Map()
  const left = [...places.values()].flatMap(({ path, legal }) =>
    [...legal.values()].flatMap(({ key, to }) => (to === undefined || to === path ? [] : [{ from: path, key, to }])),
  )
  let rest = left
  for (const group of groupsOf({ ...workflow.stages, ...workflow.beside })) {
    const inside = [...places.keys()].filter((path) => isInside(path, group))
    const shared = (key: string, to: string): boolean =>
      inside.length > 1 &&
      !isInside(to, group) &&
      inside.every((path) => rest.some((way) => way.from === path && way.key === key && way.to === to))
    const lifted = rest.filter((way) => isInside(way.from, group) && shared(way.key, way.to))
    for (const { key, to } of lifted.filter((way) => way.from === inside[0])) addWay(ways, `group ${group}`, to, key)
    rest = rest.filter((way) => !lifted.includes(way))
  }
  for (const { from, key, to } of rest) addWay(ways, from, to, key)
  return ways
}

/**
 * A workflow of an edition as a Mermaid state diagram: stages with their desks, groups as boxes, the facts that lead from one to another,
 * and as notes what a stage asks for and its limits. Targets that do not exist are drawn as such.
 */
export function diagramOf(edition: Edition, kind: string, language: Language): string {
  const sketch = sketchOf(edition, kind, language)
  const { workflow, places, short, idOf } = sketch
  const ways = waysOf(sketch)
  const missing = new Set([...ways.values()].flatMap((targets) => [...targets.keys()].filter((path) => !stageAt(workflow, path))))
  const opened = new Map<string, string[]>()
  for (const [key, { to = workflow.initial }] of Object.entries(workflow.opens))
    if (to !== undefined) opened.set(to, [...(opened.get(to) ?? []), short(key)])
  const ends = [...places.values()].filter(({ final }) => final)
  const lines = [
    // Lines to one common end would cross the whole picture.
    '  classDef ends fill:#e8e8e8,stroke-width:3px',
    ...Object.entries(workflow.stages).flatMap(([name, stage]) => boxOf(sketch, name, stage, '  ')),
    ...Object.entries(workflow.beside).flatMap(([name, stage]) => boxOf(sketch, name, stage, '  ', ` (${words[language].beside})`)),
    ...[...missing].map((path) => `  state "${path} (${words[language].missing})" as ${idOf(path)}`),
    ...[...opened].map(([to, keys]) => `  [*] --> ${idOf(to)}: ${keys.join(' / ')}`),
    ...[...ways].flatMap(([from, targets]) => {
      const id = from.startsWith('group ') ? boxId(from.slice('group '.length)) : idOf(from)
      return [...targets].map(([to, keys]) => `  ${id} --> ${idOf(to)}: ${keys.map(short).join(' / ')}`)
    }),
    ...(ends.length > 0 ? [`  class ${ends.map(({ path }) => idOf(path)).join(',')} ends`] : []),
    ...notesOf(sketch),
  ]
  return ['---', `title: ${edition.id} ${kind}`, '---', 'stateDiagram-v2', ...lines].join('\n')
}

/** The stages of an entity as one text. */
export const stageText = (stages: Stages): string => Object.values(stages).join(' + ') || '-'
