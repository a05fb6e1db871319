import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { commands, kernelReasons, refuse, type Json } from '@jejak/domain'
import { canonicalJson, PersonExists } from '@jejak/event-store'
import { commandAnswers } from './commands.ts'
import { instantOf, type Context } from './context.ts'
import { callerOf, type Caller } from './identity.ts'
import { problem, refusalProblem } from './problem.ts'
import { answerCommand, askedOf, put } from './putting.ts'
import { CommandQuery, NewId, ProblemSchema, Uuid } from './schemas.ts'
import { sentBy, type Sent } from './sending.ts'

const RecordSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    nik: z
      .string()
      .regex(/^[0-9]{16}$/, { error: 'a NIK: 16 digits' })
      .optional(),
    phone: z
      .string()
      .regex(/^[+0-9 -]{6,20}$/, { error: 'a telephone number: 6 to 20 digits, spaces, + and -' })
      .optional(),
    address: z.string().trim().min(1).max(300).optional(),
    account: z.string().trim().min(1).max(60).optional(),
  })
  .meta({ id: 'PersonRecord', description: 'Personal data: kept encrypted beside the log and never in it' })
type PersonRecord = z.infer<typeof RecordSchema>

const registrars = ['PMU', 'KORKOT', 'LURAH', 'SEK_BKM', 'BKM', 'UPL', 'system']
const readers = [...registrars, 'AUDITOR']

/** Facts are recorded in the first role of a token; a record may be read in any. */
function allow(roles: readonly string[], allowed: readonly string[], what: string): void {
  if (roles.some((role) => allowed.includes(role))) return
  throw refusalProblem(refuse(kernelReasons.roleNotAllowed, { role: roles.join(', '), key: what, allowed: allowed.join(', ') }))
}

/** A commitment that stands for one still to be made, where a command is only tried. */
const noCommitment = '0'.repeat(64)

const exists = (id: string) => refusalProblem(refuse(kernelReasons.alreadyExists, { kind: 'person', id, stage: '-' }))

const fieldsOf = (record: PersonRecord): { readonly [field: string]: Json } =>
  Object.fromEntries(Object.entries(record).filter((field): field is [string, string] => field[1] !== undefined))

/** The command of a person as the log's handler takes it: its date is that of the fact it may repeat, else the day of the log's clock. */
async function askedAbout(context: Context, name: string, id: string, data: Record<string, unknown>, sent: Sent) {
  const entry = commands.get(name)
  if (!entry) throw new Error(`no command ${name}`)
  const { facts, headRecordedAt } = await context.log.read([{ tag: `person:${id}`, types: ['person.Registered'] }])
  const now = context.now() > headRecordedAt ? context.now() : headRecordedAt
  const first = name === 'person.Register' ? facts[0]?.fact.effectiveOn : undefined
  const effectiveOn = first ?? instantOf(sent.recordedAt ?? now).slice(0, 10)
  return askedOf(entry.slice, entry.decider, id, { effectiveOn, evidence: [], data }, sent)
}

/**
 * The commitment to a record that the registry holds already, or undefined. Throws a problem when it holds another one of this person, or
 * none
 * although the key was used: it was for something else then.
 */
async function commitmentKept(context: Context, id: string, record: PersonRecord, keyHash: string): Promise<string | undefined> {
  const known = await context.persons.read(id)
  if (known?.kind === 'known' && canonicalJson(known.record) === canonicalJson(fieldsOf(record))) return known.commitment
  if (await context.log.outcomeOf(keyHash)) throw problem('key-reused')
  if (known) throw exists(id)
  return undefined
}

/** Stores a record. Who comes second with another one is refused. */
async function store(context: Context, id: string, record: PersonRecord): Promise<string> {
  try {
    return await context.persons.register(id, fieldsOf(record))
  } catch (error) {
    throw error instanceof PersonExists ? exists(id) : error
  }
}

type Posted = FastifyRequest & { readonly query: { readonly dryRun: 'true' | 'false' } }

// The fingerprint is over the commitment: a digest of the record itself would tell for ever whether a guess at it is right (CONTRACTS A8).
const registration = (request: Posted, caller: Caller, id: string, commitment: string): Sent =>
  sentBy(request, caller, { route: 'person.Register', ids: { id }, body: { commitment } }, request.query.dryRun === 'true')

function registerRegistration(app: FastifyInstance, context: Context): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/persons',
    {
      schema: {
        tags: ['persons'],
        security: [{ bearer: [] }],
        operationId: 'person.Register',
        summary: 'Register a person; the log learns the id and a commitment only',
        querystring: CommandQuery,
        body: z.strictObject({ id: NewId, record: RecordSchema }),
        response: commandAnswers,
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      allow([caller.recorder.role], registrars, 'person.Registered')
      const { id, record } = request.body
      const tried = registration(request, caller, id, noCommitment)
      let kept = await commitmentKept(context, id, record, tried.keyHash)
      if (kept === undefined) {
        // A refused command stores nothing, so it is tried before the record is kept.
        const asked = await askedAbout(context, 'person.Register', id, { commitment: noCommitment }, tried)
        if (tried.dryRun) return answerCommand(context, request, reply, asked, tried, 'persons')
        await put(context, [asked], { ...tried, dryRun: true }).catch(async (error: unknown) => {
          // The same may have been sent twice at once, and the other was first: then this one repeats it.
          kept = await commitmentKept(context, id, record, tried.keyHash)
          if (kept === undefined) throw error
        })
      }
      const commitment = kept ?? (await store(context, id, record))
      const sent = registration(request, caller, id, commitment)
      return answerCommand(context, request, reply, await askedAbout(context, 'person.Register', id, { commitment }, sent), sent, 'persons')
    },
  )
}

function registerRecords(app: FastifyInstance, context: Context): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const shared = { tags: ['persons'], security: [{ bearer: [] }], params: z.strictObject({ id: Uuid }) }
  typed.get(
    '/v1/persons/:id',
    {
      schema: {
        ...shared,
        operationId: 'person.read',
        summary: 'The record of a person, for those who may see it',
        response: {
          200: z.object({ id: z.string(), record: z.record(z.string(), z.unknown()).nullable(), erased: z.boolean() }),
          '4xx': ProblemSchema,
        },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      allow(caller.roles, readers, 'person.read')
      const { id } = request.params
      const known = await context.persons.read(id)
      if (!known || !(await concerns(context, caller, id))) throw problem('not-found')
      return { id, record: known.kind === 'known' ? { ...known.record } : null, erased: known.kind === 'erased' }
    },
  )

  typed.post(
    '/v1/persons/:id/erase',
    {
      schema: {
        ...shared,
        operationId: 'person.Erase',
        summary: 'Erase the record; facts keep the id, which leads nowhere then',
        querystring: CommandQuery,
        body: z.strictObject({ why: z.string().trim().min(1).max(2000) }),
        response: commandAnswers,
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      allow([caller.recorder.role], ['PMU', 'system'], 'person.Erased')
      const { id } = request.params
      const { why } = request.body
      const sent = sentBy(request, caller, { route: 'person.Erase', ids: { id }, body: { why } }, request.query.dryRun === 'true')
      const asked = await askedAbout(context, 'person.Erase', id, { why }, sent)
      // After the fact, and again with every repetition: who finds the fact finds no record.
      return answerCommand(context, request, reply, asked, sent, 'persons', () => context.persons.erase(id))
    },
  )
}

/**
 * Whether a caller has to do with a person: registered by the caller's institution, in an office or group of it, or of the caller's
 * region. Callers of the
 * whole nation see everybody.
 */
async function concerns(context: Context, caller: Caller, person: string): Promise<boolean> {
  if (caller.region === '') return true
  const house = caller.recorder.institution
  const { facts } = await context.log.read([{ tag: `person:${person}` }])
  for (const { fact } of facts) {
    if (house !== undefined && (fact.recordedBy.institution === house || fact.tags.includes(`institution:${house}`))) return true
    for (const tag of fact.tags) if (tag.startsWith('area:') && (await context.regions.within(tag.slice(5), caller.region))) return true
  }
  return false
}

/** The port to the registry of persons: records go to the registry, and only a commitment to them into the log (CONTRACTS A8). */
export function registerPersons(app: FastifyInstance, context: Context): void {
  registerRegistration(app, context)
  registerRecords(app, context)
}
