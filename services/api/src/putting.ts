import { previewsOf } from './edition-change.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { refsOf, type Decider, type Fact, type Json, type Slice } from '@jejak/domain'
import { handle, type Asked, type Handled } from '@jejak/event-store'
import { answerOf, lastOf } from './answer.ts'
import { instantOf, type Context } from './context.ts'
import { problem, refusalProblem, type Problem, type RequestError } from './problem.ts'
import type { CommandBody } from './schemas.ts'
import type { Sent } from './sending.ts'

/** A command as the log's handler takes it. The actor is the holder of the token unless the body names one. */
export function askedOf(slice: Slice, decider: Decider, id: string, body: CommandBody, sent: Sent, ifMatch?: number): Asked {
  const { recorder } = sent.caller
  return {
    slice,
    decider,
    call: {
      command: decider.command.name,
      subject: { kind: slice.kind, id },
      data: body.data,
      effectiveOn: body.effectiveOn,
      ...(body.effectiveAt === undefined ? {} : { effectiveAt: body.effectiveAt }),
      actor: tidy(body.actor ?? recorder),
      ...(body.cosigners && body.cosigners.length > 0 ? { cosigners: body.cosigners.map(tidy) } : {}),
      evidence: body.evidence.map(tidy),
      ...(body.reason === undefined ? {} : { reason: body.reason }),
      ...(body.lateReason === undefined ? {} : { lateReason: body.lateReason }),
      recordedBy: recorder,
      ...(ifMatch === undefined ? {} : { ifMatch }),
      correlation: sent.correlation,
    },
  }
}

/** Leaves out fields that are undefined, so that what is compared and hashed has no trace of them. */
const tidy = <T extends object>(value: T): { [F in keyof T]: Exclude<T[F], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as { [F in keyof T]: Exclude<T[F], undefined> }

/** Where the request holds a command: alone it is the body, in a batch one of several. */
interface Place {
  /** Where the body holds the command. */
  readonly at: string
  readonly subject: RequestError
  readonly more: Readonly<Record<string, unknown>>
}

const placeOf = (index: number | undefined): Place =>
  index === undefined
    ? { at: '', subject: { parameter: 'id', detail: '' }, more: {} }
    : { at: `/commands/${index}/body`, subject: { pointer: `/commands/${index}/subject/id`, detail: '' }, more: { index } }

/** Areas that a command names must be in the reference tables. */
async function checkAreas(context: Context, asked: readonly Asked[], batch: boolean): Promise<void> {
  for (const [index, { decider, call }] of asked.entries()) {
    const { at: place, subject, more } = placeOf(batch ? index : undefined)
    const refs = refsOf(decider.command.records.data, call.data as Record<string, Json>).filter((tag) => tag.startsWith('area:'))
    const named = [
      ...refs.map((tag) => ({ id: tag.slice(5), at: { pointer: `${place}/data/area`, detail: '' } })),
      ...(call.subject.kind === 'area' ? [{ id: call.subject.id, at: subject }] : []),
    ]
    for (const { id, at } of named)
      if (!(await context.regions.byId(id))) throw problem('unknown-area', { errors: [{ ...at, detail: id }], more })
  }
}

/** What became of commands that were not refused. */
export type Put = Extract<Handled, { kind: 'done' | 'would-do' }>

/** Puts commands to the log under one key and turns what became of them into an answer or a problem. */
export async function put(context: Context, asked: readonly Asked[], sent: Sent, batch = false): Promise<Put> {
  const { caller } = sent
  await checkAreas(context, asked, batch)
  const handled = await handle(
    {
      key: { issuer: caller.issuer, subject: caller.subject, key: sent.key },
      fingerprint: sent.fingerprint,
      commands: asked,
      dryRun: sent.dryRun,
      ...(sent.recordedAt === undefined ? {} : { recordedAt: sent.recordedAt }),
    },
    { log: context.log, reader: context.reader, now: context.now, inScope: (area) => context.regions.within(area, caller.region) },
  )
  if (handled.kind === 'done' || handled.kind === 'would-do') return handled
  throw problemOf(handled, batch)
}

// oxlint-disable-next-line consistent-return -- a switch without default: the compiler finds a missing case
function problemOf(handled: Exclude<Handled, { kind: 'done' | 'would-do' }>, batch: boolean): Problem {
  const { at, more } = placeOf(batch && 'index' in handled ? handled.index : undefined)
  switch (handled.kind) {
    case 'refused':
      return refusalProblem(handled.refusal, more, at)
    case 'unknown':
      return problem('not-found', { more })
    case 'stale':
      return problem('stale-version', {
        more: {
          ...more,
          newer: handled.newer.map(({ position, fact }) => ({ position, id: fact.id, type: fact.type, effectiveOn: fact.effectiveOn })),
        },
      })
    case 'conflict':
      return problem('conflict', { headers: { 'retry-after': '1' }, more: { newer: handled.newer } })
    case 'key-reused':
      return problem('key-reused')
    case 'clock-runs-backwards':
      return problem('clock-runs-backwards', { more: { last: instantOf(handled.last) } })
    case 'clock-is-real':
      return problem('clock-is-real')
  }
}

/** What a dry run says of a command: the facts that it would record; none when it is the same again. */
export const dryRunOf = ({ call: { subject } }: Asked, facts: readonly Fact[]) => ({
  dryRun: true as const,
  subject,
  repeated: facts.length === 0,
  facts: facts.map((fact) => ({
    type: fact.type,
    subject: fact.subject,
    moves: fact.moves,
    ...(fact.deviations ? { deviations: fact.deviations } : {}),
    data: fact.data,
  })),
})

/**
 * Answers a single command: 201 when it was recorded, 200 when it was the same again or only a dry run. `afterwards` is done when its facts
 * are in the log, also for a repetition.
 */
export async function answerCommand(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
  sent: Sent,
  plural: string,
  afterwards?: () => Promise<unknown>,
): Promise<FastifyReply> {
  const { kind, id } = asked.call.subject
  // Every line about this request names what it is about, refusals too.
  request.log = request.log.child({ entity: `${kind}:${id}` })
  const done = await put(context, [asked], sent)
  if (done.kind === 'would-do') {
    request.log.info({ outcome: 'dry-run' }, 'command')
    const facts = done.facts[0] ?? []
    const preview = await previewsOf(context, facts)
    return reply.code(200).send({ ...dryRunOf(asked, facts), ...(preview.length > 0 ? { preview } : {}) })
  }
  await afterwards?.()
  const [outcome] = done.outcome
  if (!outcome) throw new Error('no outcome')
  const body = await answerOf(context.log, outcome, lastOf(done.outcome), done.fresh?.[0])
  request.log.info({ position: body.position, outcome: done.replayed ? 'replayed' : outcome.repeated ? 'same' : 'recorded' }, 'command')
  return reply
    .code(outcome.repeated ? 200 : 201)
    .headers({
      etag: body.etag,
      location: `/v1/${plural}/${body.subject.id}`,
      'jejak-position': String(body.position),
      ...(done.replayed ? { 'idempotency-replayed': 'true' } : {}),
    })
    .send(body)
}
