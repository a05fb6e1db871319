import { z } from 'zod'
import type { CommandSpec } from '@jejak/domain'

const Role = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{1,30}$/, { error: 'a role: letters, digits and underscores' })
const PlainDate = z.iso.date()

/** An RFC 3339 instant. More digits of a second than nanoseconds have cannot be read. */
export const Instant = z.iso
  .datetime({ offset: true })
  .refine((text) => !/\.\d{10}/.test(text), { error: 'an RFC 3339 instant, at most nine digits of a second' })

/** The id of an entity. Upper case means the same id (RFC 9562), and there is one way to write it in the log. */
export const Uuid = z.uuid().toLowerCase()
/** The id of a new entity, made by the client (CONTRACTS A5). */
export const NewId = z.uuidv7().toLowerCase()
/** The id of an edition: a slug. */
export const EditionId = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{1,60}$/, { error: 'an id: capital letters, digits and hyphens, 2 to 61 of them' })
/** A kind that no slice knows. */
export const ForeignKind = z.string().regex(/^[a-z][a-zA-Z-]{1,40}$/, { error: 'a kind: a small letter, then letters and hyphens' })
/** What a query searches for or filters by. */
export const QueryText = z
  .string()
  .max(100)
  .regex(/^\P{Cc}*$/u, { error: 'text without control characters' })
/** What an answer holds is made once and never changed. */
export const listOf = <T extends z.ZodType>(each: T) => z.array(each).readonly()
export const Positions = listOf(z.int()).meta({ description: 'Positions of the facts that make it' })
/** A whole number in a query, written in digits and nothing else. */
export const digits = (min: number, max: number) =>
  z.preprocess(
    (given) => (typeof given === 'string' && /^[0-9]{1,15}$/.test(given) ? Number(given) : given),
    z
      .int({ error: ({ code }) => (code === 'invalid_type' ? 'a whole number: digits only' : undefined) })
      .min(min)
      .max(max),
  )
const Text = z.string().trim().min(1).max(2000)

/** Who decided on paper. Left out: the holder of the token. */
export const ActorSchema = z.strictObject({ person: Uuid.optional(), role: Role, institution: Uuid.optional() }).meta({
  id: 'Actor',
  description: 'Who decided: person, role and institution. External roles (a bank, the treasury) need only the role.',
})

export const CosignerSchema = z
  .strictObject({ person: z.uuid(), role: Role, institution: z.uuid().optional() })
  .meta({ id: 'Cosigner', description: 'A further signer of the same paper' })

export const EvidenceSchema = z
  .strictObject({
    docType: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, { error: 'a kind of paper: small letters, digits and hyphens' }),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256: 64 hexadecimal digits, a to f small' }),
    number: z.string().trim().min(1).max(120).optional(),
    date: PlainDate.optional(),
  })
  .meta({ id: 'Evidence', description: 'A paper: its kind, the SHA-256 of its file, and number and date as printed' })

const envelope = {
  effectiveOn: PlainDate.meta({ description: 'The date on the paper, in the time zone of the area' }),
  effectiveAt: Instant.optional().meta({ description: 'An instant on that date, where the paper names one' }),
  actor: ActorSchema.optional(),
  cosigners: z.array(CosignerSchema).max(20).optional(),
  evidence: z.array(EvidenceSchema).max(50).default([]),
  reason: Text.optional().meta({ description: 'Needed for a back-dated fact, a forced stage, a chosen tranche plan' }),
  lateReason: Text.optional().meta({ description: 'Needed when entered later than the edition allows' }),
}

/** The envelope of a command as it comes in. */
export interface CommandBody {
  readonly id?: string
  readonly effectiveOn: string
  readonly effectiveAt?: string | undefined
  readonly actor?: z.infer<typeof ActorSchema> | undefined
  readonly cosigners?: z.infer<typeof CosignerSchema>[] | undefined
  readonly evidence: z.infer<typeof EvidenceSchema>[]
  readonly reason?: string | undefined
  readonly lateReason?: string | undefined
  readonly data: Record<string, unknown>
}

const sha = 'a3f5c0de00112233445566778899aabbccddeeff00112233445566778899aabb'

/** The schema of a command's body: envelope and data; an opening command also names the new entity. */
export function bodySchema(command: CommandSpec, idSchema: z.ZodType<string>) {
  const shape = { ...envelope, data: command.records.data }
  return z.strictObject(command.opens ? { id: idSchema, ...shape } : shape)
}

const bodies = new WeakMap<CommandSpec, ReturnType<typeof bodySchema>>()

/**
 * The body of a command's route, named and with an example for the OpenAPI document. A command has one, however many services a process
 * opens: a second schema of the same name would not be told from the first.
 */
export function bodyOf(command: CommandSpec, idSchema: z.ZodType<string> = NewId) {
  const known = bodies.get(command)
  if (known !== undefined) return known
  const example = {
    ...(command.opens ? { id: command.kind === 'edition' ? 'PLPBK-2009' : '0190a5f0-0000-7000-8000-000000000001' } : {}),
    effectiveOn: '2018-09-10',
    evidence: [{ docType: 'berita-acara', sha256: sha, number: 'BA-001', date: '2018-09-10' }],
    data: command.example,
  }
  const name = `${command.name.replace('.', '')}Body`
  const body = bodySchema(command, idSchema).meta({ id: name, description: command.records.means, examples: [example] })
  bodies.set(command, body)
  return body
}

export const StagesSchema = z.record(z.string(), z.string()).meta({ description: 'Stage by region; the region "" is the whole' })

export const CommandAnswerSchema = z
  .object({
    subject: z.object({ kind: z.string(), id: z.string() }),
    repeated: z.boolean().meta({ description: 'True when the same was recorded before: nothing was added' }),
    facts: z.array(
      z.object({
        id: z.string(),
        type: z.string(),
        position: z.int(),
        recordedAt: z.string(),
        deviations: z.array(z.unknown()).optional(),
      }),
    ),
    position: z.int(),
    stages: StagesSchema,
    suspended: z.boolean(),
    etag: z.string(),
  })
  .meta({ id: 'CommandAnswer' })

const Side = <T extends z.ZodType>(value: T) => z.array(z.object({ name: z.string(), from: value.nullable(), to: value.nullable() }))

/** What would be different for an entity under another edition; what is alike in both is not told. */
export const EditionPreviewSchema = z
  .object({
    kind: z.string(),
    id: z.string(),
    stages: Side(z.string()).meta({ description: 'By region; empty where it stands at a stage of the same name' }),
    holders: Side(z.string()).meta({ description: 'By whose desk it stands, by region' }),
    facts: Side(z.object({ to: z.string().nullable(), roles: z.array(z.string()), papers: z.array(z.string()) })).meta({
      description: 'Facts that can be recorded where it stands: stage they lead to, roles, papers',
    }),
    exits: Side(z.enum(['refuse', 'flag'])).meta({ description: 'Criteria to be proven before the stages around it are left' }),
    limits: Side(z.object({ warn: z.int(), stuck: z.int(), clock: z.string() })).meta({ description: 'Days' }),
    values: Side(z.unknown()).meta({ description: 'Values of the edition beside its workflows, by JSON pointer' }),
  })
  .meta({ id: 'EditionPreview' })

/** What a dry run answers: what would be recorded, and nothing that only the log can give. */
export const DryRunSchema = z
  .object({
    dryRun: z.literal(true),
    subject: z.object({ kind: z.string(), id: z.string() }),
    repeated: z.boolean().meta({ description: 'True when the same was recorded before: nothing would be added' }),
    facts: z.array(
      z.object({
        type: z.string(),
        subject: z.object({ kind: z.string(), id: z.string() }),
        moves: z.array(z.record(z.string(), z.unknown())),
        deviations: z.array(z.unknown()).optional(),
        data: z.record(z.string(), z.unknown()),
      }),
    ),
    preview: z
      .array(EditionPreviewSchema)
      .optional()
      .meta({ description: 'Of a change of edition: what would be different, for each entity that goes with it' }),
  })
  .meta({ id: 'DryRunAnswer' })

export const ProblemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional(),
          parameter: z.string().optional(),
          header: z.string().optional(),
          detail: z.string(),
          code: z.string().optional(),
        }),
      )
      .optional(),
    also: z
      .array(z.object({ code: z.string(), detail: z.string(), details: z.looseObject({}), facts: z.array(z.int()) }))
      .optional()
      .meta({ description: 'What else stands in the way, or would have been noted' }),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457; type is a page that explains the code' })

export const CommandQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).default('false').meta({ description: 'Same checks, nothing stored' }),
})

/** `asOf`: a position, an instant, or a date (its end in the area's zone). */
export const AsOf = z
  .union([z.string().regex(/^[0-9]{1,15}$/, { error: 'a position: digits only' }), Instant, PlainDate])
  .optional()
  .meta({ description: 'What did we know: a position of the log, an instant, or a date (its end in the zone of the area)' })
export const EffectiveUntil = PlainDate.optional().meta({
  description: 'What was true by then: facts with effectiveOn on or before this date',
})
export const TimeQuery = z.strictObject({ asOf: AsOf, effectiveUntil: EffectiveUntil })
