import { z } from 'zod'
import { Role } from '@jejak/domain'

const Column = z.string().min(1).max(200)
const Scalar = z.union([z.string(), z.number(), z.boolean()])
const Kind = z.string().regex(/^[a-z][a-zA-Z-]{1,40}$/)

/** How people wrote numbers in the file: `1000000.50`, or `1.000.000,50`. */
const Numbers = z.enum(['plain', 'indonesian'])

/** How times are written: ISO 8601, or a pattern of yyyy, MM, dd, HH, mm and ss such as `dd/MM/yyyy HH:mm`. */
const TimeFormat = z.string().regex(/^(iso|[yMdHms./: T-]+)$/)

/** A value that stands in a column. */
const FromColumn = z
  .strictObject({
    column: Column,
    as: z.enum(['text', 'integer', 'amount', 'date', 'instant', 'boolean']).optional(),
    /** What a text of the file stands for here. One that is not listed is refused, unless `others` is `keep`. */
    values: z.record(z.string(), Scalar).optional(),
    others: z.literal('keep').optional(),
    /** Instead of an empty cell. */
    default: Scalar.optional(),
    /** An empty cell leaves the field out, instead of refusing the row. */
    optional: z.literal(true).optional(),
    /** Values, as they would be recorded, that leave the field out: an amount of `0`. */
    omit: z.array(z.string()).optional(),
    numbers: Numbers.optional(),
    /** Of an amount with more than two digits of sen; without it such a row is refused. */
    rounding: z.enum(['half-up', 'down']).optional(),
    format: TimeFormat.optional(),
  })
  .meta({ id: 'FromColumn', description: 'A value that stands in a column' })

/** A text with columns in braces: `Permintaan {number}`. */
const Template = z.strictObject({ template: z.string().min(1) }).meta({ id: 'Template', description: 'A text with columns in braces' })

type Scalars = z.infer<typeof Scalar>
export type FromColumn = z.infer<typeof FromColumn>
export type Template = z.infer<typeof Template>

/** The id of what the older system, by default this one, knows under a name of its own. */
export interface Imported {
  readonly imported: { readonly kind: string; readonly id: Value; readonly source?: string | undefined }
}
/** The id of a child that a decision creates: the second tranche of an allocation. */
export interface Child {
  readonly child: { readonly of: Value; readonly kind: string; readonly number: Value }
}
/** The id of the area with this code in the reference data. */
export interface AreaCode {
  readonly areaCode: Value
}
/** Values by name. */
export interface Fields {
  readonly [name: string]: Value | undefined
}
/** Where a value comes from: itself, a column, or what is made of columns. */
export type Value = Scalars | FromColumn | Template | Imported | Child | AreaCode | readonly Value[] | Fields

const special = ['column', 'template', 'imported', 'child', 'areaCode']

const Imported: z.ZodType<Imported> = z
  .lazy(() => z.strictObject({ imported: z.strictObject({ kind: Kind, id: Value, source: z.string().optional() }) }))
  .meta({ id: 'Imported', description: 'The id of what an older system knows under a name of its own' })
const Child: z.ZodType<Child> = z
  .lazy(() => z.strictObject({ child: z.strictObject({ of: Value, kind: Kind, number: Value }) }))
  .meta({ id: 'Child', description: 'The id of a child that a decision creates' })
const AreaCode: z.ZodType<AreaCode> = z
  .lazy(() => z.strictObject({ areaCode: Value }))
  .meta({ id: 'AreaCode', description: 'The id of the area with this code' })
const Fields: z.ZodType<Fields> = z
  .lazy(() =>
    z.record(
      z.string().refine((name) => !special.includes(name), { error: `${special.join(', ')} stand alone, and with known options` }),
      Value,
    ),
  )
  .meta({ id: 'Fields', description: 'Values by name' })
export const Value: z.ZodType<Value> = z
  .lazy(() => z.union([Scalar, FromColumn, Template, Imported, Child, AreaCode, z.array(Value), Fields]))
  .meta({ id: 'Value', description: 'Where a value comes from: itself, a column, or what is made of columns' })

const Actor = z
  .strictObject({ role: Value, person: Value.optional(), institution: Value.optional() })
  .meta({ id: 'MappedActor', description: 'Who decided: external roles need only the role' })

const Evidence = z.strictObject({ docType: Value, number: Value.optional(), date: Value.optional(), sha256: Value.optional() })

/** What any fact may say besides its data. */
const envelope = {
  actor: Actor.optional(),
  cosigners: z.array(Actor).optional(),
  evidence: z.array(Evidence).optional(),
  reason: Value.optional(),
  lateReason: Value.optional(),
}

/** Any command, with its data. */
const AnyCommand = { command: z.string().regex(/^[a-z][a-zA-Z-]*\.[A-Z][A-Za-z0-9]*$/), data: Fields }

/** What an activity of the file is here: a step of a case, or any command on what it is about. */
export const Activity = z
  .union([
    z.enum(['ignore', 'open']).meta({ description: 'Nothing; or that it opens its case, and says no more' }),
    z.strictObject({ step: Value, outcome: Value.optional(), amount: Value.optional(), notes: Value.optional(), ...envelope }),
    z.strictObject({ ...AnyCommand, subject: z.strictObject({ kind: Kind, id: Value }).optional(), ...envelope }),
  ])
  .meta({ id: 'Activity', description: 'What an activity of the file is here' })
export type Activity = z.infer<typeof Activity>

/** How a case is opened: of a kind that no slice knows by its title, of others by a command. */
export const Opening = z
  .union([z.strictObject({ title: Value, amount: Value.optional(), ...envelope }), z.strictObject({ ...AnyCommand, ...envelope })])
  .meta({ id: 'Opening', description: 'How a case is opened before its first row' })
export type Opening = z.infer<typeof Opening>

const file = {
  format: z.enum(['csv', 'xes', 'xlsx']).optional(),
  delimiter: z.string().length(1).optional(),
  encoding: z.string().optional(),
  sheet: z.string().optional(),
}

/** How the files of an older system are read as facts (docs/import.md). */
export const Mapping = z
  .strictObject({
    /** The older system. It is part of every identifier: another name is another system. */
    source: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/),
    edition: z.strictObject({ id: z.string(), revision: z.int().min(1) }).optional(),
    kind: Kind,
    /** The time zone of times that name none; by default that of the area. */
    zone: z.string().optional(),
    /** Where the cases lie: the code or the id of an area. */
    area: Value.optional(),
    numbers: Numbers.default('plain'),
    events: z.strictObject({
      ...file,
      caseId: Column,
      /** The columns that together identify a row, whatever else is in the file. */
      row: z.array(Column).min(1),
    }),
    /** The file of cases, if there is one; its columns may be used wherever those of the events may. */
    cases: z.strictObject({ ...file, caseId: Column }).optional(),
    time: FromColumn.pick({ column: true, format: true }).strict(),
    /** When the older system says that the row was entered: a claim. */
    recordedAt: FromColumn.pick({ column: true, format: true, optional: true }).strict().optional(),
    actor: Actor,
    /** Who imports, as the facts will say. */
    recorder: z.strictObject({ person: z.uuid(), role: Role, institution: z.uuid().optional() }),
    open: Opening.optional(),
    activity: Column,
    activities: z.record(z.string(), Activity),
    /** What becomes of rows with another activity. */
    others: z.enum(['refuse', 'ignore']).default('refuse'),
  })
  .meta({ id: 'ImportMapping', description: 'How the files of an older system are read as facts' })
export type Mapping = z.infer<typeof Mapping>
