import type { Stage, Workflow } from '@jejak/domain'
import type { Sketch } from './diagram.ts'

const words = {
  id: {
    refuse: 'wajib',
    flag: 'dicatat bila belum',
    expects: 'diharapkan hadir',
    calendar: 'hari',
    working: 'hari kerja',
    warn: 'awas',
    stuck: 'macet',
  },
  en: {
    refuse: 'must',
    flag: 'noted if not',
    expects: 'expected',
    calendar: 'days',
    working: 'working days',
    warn: 'warn',
    stuck: 'stuck',
  },
} as const

/** Text that Mermaid does not take for its own signs. */
const plain = (text: string): string =>
  text
    .replaceAll(/[:;#<>"{}%]/g, ' ')
    .replaceAll(/end note/gi, 'end-note')
    .replaceAll(/\s+/g, ' ')
    .trim()

function limitOf({ language }: Sketch, { from, to, each, warn, stuck, clock }: Workflow['spans'][number]): string {
  const said = words[language]
  const what = each !== undefined ? `${each} → ${each}, ` : from === undefined ? '' : `${from} → ${to}, `
  return plain(`${what}${said.warn} ${warn}, ${said.stuck} ${stuck} ${said[clock]}`)
}

/** The place that a limit is shown at: its stage, else the first that carries the mark that it begins with, or ends with. */
function placeOf({ places }: Sketch, { stage, from, to }: Workflow['spans'][number]): string | undefined {
  const all = [...places.values()]
  if (stage !== undefined) return all.find(({ path }) => path === stage || path.startsWith(`${stage}.`))?.path
  const carrying = (mark: string | undefined) => all.find(({ marks }) => mark !== undefined && marks.includes(mark))
  return (carrying(from) ?? carrying(to) ?? all[0])?.path
}

/** What stages ask of those who leave them, and limits, by the place that they are shown at. */
export function notesOf(sketch: Sketch): string[] {
  const { workflow, language, places, idOf } = sketch
  const said = words[language]
  const notes = new Map<string, string[]>()
  const add = (path: string | undefined, text: string): void => {
    if (path !== undefined) notes.set(path, [...(notes.get(path) ?? []), text])
  }
  const visit = (path: string, { exit = [], expects = [], stages = {} }: Stage): void => {
    const at = [...places.keys()].find((place) => place === path || place.startsWith(`${path}.`))
    for (const { name, onOpen } of exit) add(at, plain(`${said[onOpen]} - ${name[language]}`))
    if (expects.length > 0) add(at, plain(`${said.expects} - ${expects.join(', ')}`))
    for (const [name, child] of Object.entries(stages)) visit(`${path}.${name}`, child)
  }
  for (const [name, stage] of Object.entries({ ...workflow.stages, ...workflow.beside })) visit(name, stage)
  for (const span of workflow.spans) add(placeOf(sketch, span), limitOf(sketch, span))
  return [...notes].flatMap(([path, texts]) => [`  note right of ${idOf(path)}`, ...texts.map((text) => `    • ${text}`), '  end note'])
}
