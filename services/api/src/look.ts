import {
  bankBookFold,
  bankStatementFold,
  domain,
  foldEntity,
  trueBy,
  type Entity,
  type Fact,
  type Recorded,
  type Slice,
} from '@jejak/domain'
import type { Context } from './context.ts'
import type { Caller } from './identity.ts'
import { problem, type Problem } from './problem.ts'
import { momentOf, type Moment } from './time.ts'

/** An entity at a moment, with the facts that bear its tag: as they counted then, and as they were known. */
export interface Seen {
  readonly slice: Slice
  readonly entity: Entity
  readonly facts: readonly Recorded[]
  /** All that was recorded up to the moment, struck facts and later dates among them. */
  readonly known: readonly Recorded[]
  readonly moment: Moment
  readonly area: string | undefined
}

const areaOf = (entity: Entity): string | undefined =>
  entity.kind === 'area' ? entity.id : entity.ancestors.find((tag) => tag.startsWith('area:'))?.slice(5)

/** What belongs to no area, such as a ministry, is seen by all; the facts of elsewhere that concern it are not. */
export async function shown(context: Context, caller: Caller, facts: readonly Recorded[]): Promise<readonly Recorded[]> {
  if (caller.region === '') return facts
  const areas = new Set(facts.flatMap(({ fact }) => areasOf(fact.tags)))
  const hidden = new Set<string>()
  for (const area of areas) if (!(await context.regions.within(area, caller.region))) hidden.add(area)
  return facts.filter(({ fact }) => {
    const where = areasOf(fact.tags)
    return where.length === 0 || where.some((area) => !hidden.has(area))
  })
}

/** Whether a fact concerns no area outside the caller's region. */
export async function liesWithin(context: Context, caller: Caller, { tags }: Fact): Promise<boolean> {
  for (const area of areasOf(tags)) if (!(await context.regions.within(area, caller.region))) return false
  return true
}

const areasOf = (tags: readonly string[]): string[] => tags.filter((tag) => tag.startsWith('area:')).map((tag) => tag.slice(5))

/** The proposals whose money facts without an area move: what an agreement that belongs to none pays lies where the works are. */
function proposalsPaidBy(facts: readonly Recorded[]): string[] {
  const named = facts
    .filter(({ fact }) => areasOf(fact.tags).length === 0)
    .flatMap(({ fact: { data } }) => [data['proposal'], (data['replacement'] as Fact['data'] | undefined)?.['proposal']])
  return [...new Set(named.filter((id) => typeof id === 'string'))]
}

/**
 * Lines of a bank cannot be told apart by region. They are seen by the institution itself, and by callers from whom no movement of its
 * account is hidden.
 */
async function maySeeAccountOf(context: Context, caller: Caller, institution: string): Promise<boolean> {
  if (caller.region === '' || caller.recorder.institution === institution) return true
  const hides = async (facts: readonly Recorded[]): Promise<boolean> => (await shown(context, caller, facts)).length < facts.length
  const { facts } = await context.log.read([{ tag: `institution:${institution}`, types: bankBookFold.types }])
  if (await hides(facts)) return false
  const paid = proposalsPaidBy(facts).map((id) => ({ tag: `proposal:${id}`, types: domain.slice('proposal').fold.pins }))
  return paid.length === 0 || !(await hides((await context.log.read(paid)).facts))
}

/** The moment that is asked for, on both clocks; `at` is what some questions call `effectiveUntil`. */
interface Time {
  readonly asOf?: string | undefined
  readonly effectiveUntil?: string | undefined
  readonly at?: string | undefined
}

/** There is no fact of it by then: none was recorded, or none has such a date. */
function notYetKnown({ asOf, effectiveUntil, at }: Time, wasKnown: boolean, moment: Moment): Problem {
  const more = { asOf: moment }
  const date = at ?? effectiveUntil
  if (wasKnown && date !== undefined)
    return problem('not-yet-known', {
      detail: { id: `Fakta pertama bertanggal sesudah ${date}.`, en: `The first fact is dated after ${date}.` },
      errors: [
        {
          parameter: at === undefined ? 'effectiveUntil' : 'at',
          detail: { id: 'sebelum tanggal fakta pertama', en: 'before the date of the first fact' },
        },
      ],
      more,
    })
  const detail = { id: 'sebelum fakta pertama tercatat', en: 'before the first fact was recorded' }
  return problem('not-yet-known', {
    detail: { id: 'Fakta pertama tercatat sesudah waktu yang ditanyakan.', en: 'The first fact was recorded after the time asked for.' },
    ...(asOf === undefined ? {} : { errors: [{ parameter: 'asOf', detail }] }),
    more,
  })
}

/** Folds an entity from the log as it was known and as it was true. Throws a problem when it is unknown or outside the caller's region. */
export async function look(context: Context, caller: Caller, slice: Slice, id: string, time: Time): Promise<Seen> {
  const tag = `${slice.kind}:${id}`
  const { facts: all, head, headRecordedAt } = await context.log.read([{ tag }])
  const whole = foldEntity(slice.fold, id, all)
  const area = areaOf(whole)
  if (whole.last === 0 || !(await context.regions.within(area, caller.region))) throw problem('not-found')
  if (slice.kind === bankStatementFold.kind) {
    const { institution } = foldEntity(bankStatementFold, id, all).data
    if (!(await maySeeAccountOf(context, caller, institution))) throw problem('not-found')
  }
  const moment = await momentOf(context, { position: head, recordedAt: headRecordedAt }, time.asOf, await context.regions.zone(area))
  const known = await shown(
    context,
    caller,
    all.filter(({ position }) => position <= moment.position),
  )
  const until = time.effectiveUntil ?? time.at
  const facts = trueBy(known, until)
  const entity = foldEntity(slice.fold, id, facts, until === undefined)
  if (entity.last === 0) throw notYetKnown(time, foldEntity(slice.fold, id, known).last > 0, moment)
  return { slice, entity, facts, known, moment, area }
}
