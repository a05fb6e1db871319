import { domain, sentenceOf, whatNext, type Entity, type Reader, type Slice } from '@jejak/domain'
import { childId } from '@jejak/event-store'
import type { Context } from './context.ts'
import type { Caller } from './identity.ts'
import type { Language } from './problem.ts'

/** An entity whose next commands are asked for, and when: by default as it is now. */
export interface Asked {
  readonly slice: Slice
  readonly entity: Entity
  readonly reader?: Reader
  /** Microseconds since 1970. */
  readonly now?: bigint
}

const pathOf = ({ slice, entity }: Asked): string =>
  domain.slices.has(slice.kind) ? `${slice.plural}/${entity.id}` : `cases/${slice.kind}/${entity.id}`

/** The last part of a command's route; a step of a case is posted to `steps`. */
const routeOf = ({ slice }: Asked, verb: string): string => (!domain.slices.has(slice.kind) && verb === 'record-step' ? 'steps' : verb)

/** What can be recorded of an entity, by whom, and what stands in the way, in the caller's language. */
export async function actionsOf(context: Context, caller: Caller, language: Language, asked: Asked) {
  const viewer = { actor: caller.recorder, recorder: caller.recorder }
  const now = Number((asked.now ?? context.now()) / 1000n)
  const around = { now, childId, eventId: () => '', inScope: () => Promise.resolve(true) }
  const actions = await whatNext(domain, asked.slice, asked.entity, viewer, asked.reader ?? context.reader, around)
  return actions.map(({ unmet, verb, ...action }) => ({
    ...action,
    href: `/v1/${pathOf(asked)}/${routeOf(asked, verb)}`,
    unmet: unmet.map(({ refusal, metBy }) => ({
      code: refusal.code,
      sentence: sentenceOf(refusal.reason, refusal.details, language),
      facts: refusal.facts,
      metBy,
    })),
  }))
}
