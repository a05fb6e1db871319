import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { commands, domain, type CommandSpec, type Decider, type Slice } from '@jejak/domain'
import type { Context } from './context.ts'
import { callerOf } from './identity.ts'
import { problem } from './problem.ts'
import { answerCommand, askedOf } from './putting.ts'
import {
  bodyOf,
  CommandAnswerSchema,
  CommandQuery,
  DryRunSchema,
  EditionId,
  ForeignKind,
  NewId,
  ProblemSchema,
  Uuid,
  type CommandBody,
} from './schemas.ts'
import { ifMatchOf, sentBy, type Sent } from './sending.ts'

/** What a route of commands answers. */
export const commandAnswers = {
  200: z.union([CommandAnswerSchema, DryRunSchema]),
  201: CommandAnswerSchema,
  '4xx': ProblemSchema,
  '5xx': ProblemSchema,
}

const noted = ({ records }: CommandSpec): string => (records.observation ? ', an observation: a broken rule is noted, not refused' : '')
const summaryOf = (command: CommandSpec): string => command.records.means
const bodyLimits: Readonly<Record<string, number>> = { edition: 1_048_576, bankStatement: 262_144 }

/** How the ids of a kind are written: of what exists, and of what a client makes. */
export const idsOf = (kind: string): { readonly known: z.ZodType<string>; readonly fresh: z.ZodType<string> } =>
  kind === 'edition' ? { known: EditionId, fresh: EditionId } : { known: Uuid, fresh: NewId }

function sentOn(request: FastifyRequest & { query: { dryRun: 'true' | 'false' } }, route: string): Sent {
  const ids = (request.params ?? {}) as Record<string, string>
  return sentBy(request, callerOf(request), { route, ids, body: request.body }, request.query.dryRun === 'true')
}

function registerCommand(app: FastifyInstance, context: Context, slice: Slice, decider: Decider): void {
  const { command } = decider
  const { known, fresh } = idsOf(slice.kind)
  const route = command.opens ? `/v1/${slice.plural}` : `/v1/${slice.plural}/:id/${command.verb}`
  app.withTypeProvider<ZodTypeProvider>().route({
    method: 'POST',
    url: route,
    bodyLimit: bodyLimits[slice.kind] ?? 65_536,
    schema: {
      operationId: command.name,
      summary: summaryOf(command),
      description: `Records \`${command.records.type}\`${noted(command)}.${decider.correction ? ' Needs If-Match.' : ''}`,
      tags: [slice.plural],
      security: [{ bearer: [] }],
      headers: z.looseObject({ 'idempotency-key': z.string().optional(), 'if-match': z.string().optional() }),
      querystring: CommandQuery,
      body: bodyOf(command, fresh),
      ...(command.opens ? {} : { params: z.strictObject({ id: known }) }),
      response: commandAnswers,
    },
    handler: async (request, reply) => {
      const body = request.body as unknown as CommandBody
      const { id } = command.opens ? body : (request.params as { id: string })
      const sent = sentOn(request, route)
      return answerCommand(context, request, reply, askedOf(slice, decider, id ?? '', body, sent, ifMatchOf(request)), sent, slice.plural)
    },
  })
}

/** One route per command, derived from the slices. Persons have a port of their own; foreign kinds run on their workflow alone. */
export function registerCommands(app: FastifyInstance, context: Context): void {
  for (const { slice, decider } of commands.values())
    // Of a person only what the log says is corrected here: the record itself has a port of its own.
    if (slice.kind !== 'case' && (slice.kind !== 'person' || decider.correction)) registerCommand(app, context, slice, decider)
  registerCases(app, context)
}

/** The slice of a kind that no slice knows; a known kind has routes of its own and is none. */
export function foreignSlice(kind: string): Slice {
  if (domain.slices.has(kind)) throw problem('not-found')
  return domain.slice(kind)
}

function registerCases(app: FastifyInstance, context: Context): void {
  const open = commands.get('case.Open')
  const step = commands.get('case.RecordStep')
  const change = commands.get('case.ChangeEdition')
  if (!open || !step || !change) throw new Error('the case commands are missing')
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const shared = { tags: ['cases'], security: [{ bearer: [] }], querystring: CommandQuery, response: commandAnswers }
  typed.post(
    '/v1/cases/:kind',
    {
      schema: {
        ...shared,
        operationId: 'case.Open',
        summary: summaryOf(open.command),
        params: z.strictObject({ kind: ForeignKind }),
        body: bodyOf(open.command),
      },
    },
    async (request, reply) => {
      const { kind } = request.params
      const sent = sentOn(request, '/v1/cases/:kind')
      const body = request.body as unknown as CommandBody
      const asked = askedOf(foreignSlice(kind), open.decider, body.id ?? '', body, sent, ifMatchOf(request))
      return answerCommand(context, request, reply, asked, sent, `cases/${kind}`)
    },
  )
  // What is recorded of a case that exists: a step, that it goes on under another edition, or that a fact of it is wrong.
  for (const { command, decider, verb } of [
    { ...step, verb: 'steps' },
    { ...change, verb: 'change-edition' },
    ...[...commands.values()].flatMap((each) =>
      each.slice.kind === 'case' && each.decider.correction ? [{ ...each, verb: each.command.verb }] : [],
    ),
  ]) {
    const route = `/v1/cases/:kind/:id/${verb}`
    typed.post(
      route,
      {
        schema: {
          ...shared,
          operationId: command.name,
          summary: summaryOf(command),
          params: z.strictObject({ kind: ForeignKind, id: Uuid }),
          body: bodyOf(command),
        },
      },
      async (request, reply) => {
        const { kind, id } = request.params
        const sent = sentOn(request, route)
        const body = request.body as unknown as CommandBody
        const asked = askedOf(foreignSlice(kind), decider, id, body, sent, ifMatchOf(request))
        return answerCommand(context, request, reply, asked, sent, `cases/${kind}`)
      },
    )
  }
}
