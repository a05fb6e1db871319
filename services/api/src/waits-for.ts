import { CorruptHistory, domain, foldEntity, goesOn, trueBy, type Compiled, type Entity, type Reader } from '@jejak/domain'
import { actionsOf } from './actions.ts'
import { endOfDay, type Context } from './context.ts'
import type { Caller } from './identity.ts'
import type { Language, Words } from './problem.ts'

/** Reads only what was true by a date, as far as it is known now. */
const readerUntil = (reader: Reader, date: string): Reader => ({
  ...reader,
  async read(reads) {
    const { facts, head } = await reader.read(reads)
    return { facts: trueBy(facts, date), head }
  },
})

const lateFacts: Words = {
  id: 'Fakta yang dicatat belakangan dengan tanggal lebih awal mengubah urutan hari itu; yang ditunggu saat itu tidak dapat ditelusuri.',
  en: 'Facts recorded later with earlier dates changed the order of that day; what was waited for then cannot be retraced.',
}

interface Way {
  readonly leadsTo: readonly string[]
  readonly onward: boolean
}

const nowhere: Way = { leadsTo: [], onward: false }

/** Where keys lead from the stages of an entity; nowhere when they move nothing or would only suspend it. */
function wayOf(entity: Entity, workflow: Compiled, keys: readonly string[]): Way {
  const here = Object.values(entity.stages)
  const after = keys.flatMap((key) => {
    const next = workflow.next(entity.stages, entity.suspended, key)
    if (next === undefined) return []
    // Nobody waits for a suspension, but whatever is suspended waits for its end.
    if (entity.suspended && !next.suspended) return Object.values(next.stages)
    return Object.values(next.stages).filter((stage) => !here.includes(stage))
  })
  const leadsTo = [...new Set(after)]
  return { leadsTo, onward: leadsTo.some((to) => here.includes(to) || here.some((from) => goesOn(workflow.workflow, from, to))) }
}

/** An entity, where it stands by the list, and the day asked for; `past` when that is not today. */
export interface WaitingEntity {
  readonly kind: string
  readonly id: string
  readonly holders: readonly string[]
  readonly at: string
  readonly past: boolean
}

/**
 * What an entity waited for on a day: the commands that would have led it to another stage, those that lead onward and those of the desk
 * that held it first. For a day that is over, from the facts that were true by then; where late facts make these contradict each other it
 * says so instead.
 */
export async function waitsFor(context: Context, caller: Caller, language: Language, waiting: WaitingEntity) {
  const { kind, id, at, past } = waiting
  const slice = domain.slice(kind)
  const reader = past ? readerUntil(context.reader, at) : context.reader
  try {
    const { facts } = await reader.read([{ tag: `${kind}:${id}`, types: slice.fold.types }])
    const entity = foldEntity(slice.fold, id, facts)
    const workflow = domain.workflow(kind, entity.edition && (await reader.edition(entity.edition)))
    const now = past ? { now: endOfDay(at, 'Asia/Jakarta') } : {}
    const actions = await actionsOf(context, caller, language, { slice, entity, reader, ...now })
    const ways = actions.map((action) => ({ ...action, ...(workflow ? wayOf(entity, workflow, action.keys) : nowhere) }))
    const atDesk = (roles: readonly string[]): number => (roles.some((role) => waiting.holders.includes(role)) ? 1 : 0)
    const leading = ways
      .filter(({ leadsTo }) => leadsTo.length > 0)
      .toSorted((a, b) => Number(b.onward) - Number(a.onward) || atDesk(b.roles) - atDesk(a.roles))
    return { waitsFor: leading, waitsForOmitted: null }
  } catch (error) {
    if (past && error instanceof CorruptHistory) return { waitsFor: null, waitsForOmitted: lateFacts[language] }
    throw error
  }
}

/** Does work for each, some at a time, and keeps the order. */
export async function eachOf<T, R>(many: readonly T[], atOnce: number, work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  const queue = many.entries()
  const worker = async (): Promise<void> => {
    for (const [index, one] of queue) done[index] = await work(one)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, many.length) }, worker))
  return done
}
