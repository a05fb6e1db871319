import { createHash } from 'node:crypto'
import { z } from 'zod'
import { domain, Role, type Call, type Decider, type Json, type Slice, type Source } from '@jejak/domain'
import { canonicalJson, importedId, type Asked } from '@jejak/event-store'
import { columnsOf, evaluate, textIn, textNeeded, type Cells, type Habits } from './evaluate.ts'
import { deciderOf } from './mapping-file.ts'
import type { Activity, Fields, Mapping, Opening, Value } from './mapping.ts'
import { importReasons, RowWrong } from './reasons.ts'
import { dateOf, whenOf, type When } from './values.ts'

/** A file as facts name it. */
export interface NamedFile {
  readonly name: string
  readonly sha256: string
}

/** A row to be read as a command. */
export interface RowIn {
  readonly caseId: string
  readonly row: number
  /** Its own cells, those of its case behind them. */
  readonly cells: Cells
  /** The row of its case in the file of cases, if it has one there. */
  readonly caseRow: number | undefined
}

/** Where a case lies: the area, if one is known, and its time zone. */
export interface Place {
  readonly area: string | undefined
  readonly zone: string
}

/** What becomes of the rows of one import. */
export interface Mapper {
  /** What the mapping says of where it lies: a code or an id. Throws RowWrong. */
  areaOf(row: RowIn): string | undefined
  /** What opens its case; undefined where nothing does. Throws RowWrong. */
  opening(row: RowIn, place: Place): Asked | undefined
  /** What the row says; undefined where it is ignored. Throws RowWrong. */
  command(row: RowIn, place: Place): Asked | undefined
  /** Where it stands in time, as microseconds since 1970; undefined where it does not say. */
  when(cells: Cells): When | undefined
  /** The columns that are used at all. */
  readonly columns: ReadonlySet<string>
  /** The columns without which no row can be read. */
  readonly needed: ReadonlySet<string>
}

const ActorSchema = z.strictObject({
  role: Role,
  person: z.uuid().toLowerCase().optional(),
  institution: z.uuid().toLowerCase().optional(),
})
const CosignerSchema = ActorSchema.required({ person: true })
const EvidenceSchema = z.strictObject({
  docType: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  number: z.string().trim().min(1).max(120).optional(),
  date: z.iso.date().optional(),
})
const Text = z.string().trim().min(1).max(2000)
const Id = z.string().min(1).max(64)

/** Parses what was evaluated. Throws RowWrong, naming the field. */
function fitting<T>(schema: z.ZodType<T>, value: unknown, what: string, command: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = [what, ...(issue?.path ?? []).map(String)].join('/')
  throw new RowWrong(importReasons.data, { field, command, detail: issue?.message ?? 'not valid' })
}

/** Without the fields that are undefined: what is hashed has no trace of them. */
const tidy = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as never

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** SHA-256 of what identifies a record of the older system. */
export const recordKey = (...parts: readonly string[]): string =>
  createHash('sha256')
    .update(canonicalJson(['jejak/import-row', ...parts]))
    .digest('hex')

interface Files {
  readonly events: NamedFile
  readonly cases: NamedFile | undefined
}

type Envelope = Omit<Exclude<Opening, { readonly command: string }>, 'title' | 'amount'>

/** Reads rows of files as commands, as a mapping says. */
export function createMapper(mapping: Mapping, files: Files): Mapper {
  const { kind, source, edition, recorder, time } = mapping
  const habitsAt = ({ zone }: Place): Habits => ({ source, numbers: mapping.numbers, zone: mapping.zone ?? zone })
  const correlation = importedId('import', source, files.events.sha256)
  const recordedBy = tidy(recorder)
  // A kind that no slice knows has one made for it: once, so that its reads are known again.
  const slices = new Map<string, Slice>()
  const sliceOf = (name: string): Slice => {
    const known = slices.get(name) ?? domain.slice(name)
    slices.set(name, known)
    return known
  }

  const whenIn = (cells: Cells, { column, format = 'iso' }: Mapping['time'], zone: string): When => {
    const read = whenOf(textNeeded(cells, column), format, zone)
    if ('why' in read) throw new RowWrong(importReasons.unreadable, { column, detail: read.why })
    return read.value
  }
  const claimIn = (cells: Cells, zone: string): string | undefined => {
    const spec = mapping.recordedAt
    if (!spec || (spec.optional && (textIn(cells, spec.column) ?? '') === '')) return undefined
    const when = whenIn(cells, spec, zone)
    return when.at ?? `${when.date ?? ''}T00:00:00Z`
  }
  const envelopeOf = (from: Envelope, cells: Cells, habits: Habits, command: string) => {
    const one = (value: Value | undefined) => (value === undefined ? undefined : evaluate(value, cells, habits))
    const text = (value: Value | undefined, what: string) => fitting(Text.optional(), one(value), what, command)
    const papers = (from.evidence ?? []).map((paper) => evaluate({ ...tidy(paper) } as Fields, cells, habits))
    const signers = (from.cosigners ?? []).map((signer) => evaluate({ ...tidy(signer) } as Fields, cells, habits))
    return {
      actor: tidy(fitting(ActorSchema, evaluate({ ...tidy(from.actor ?? mapping.actor) } as Fields, cells, habits), 'actor', command)),
      cosigners: signers.map((signer) => tidy(fitting(CosignerSchema, signer, 'cosigners', command))),
      // A paper whose kind is left out is not there.
      evidence: papers
        .filter((paper) => isRecord(paper) && paper['docType'] !== undefined)
        .map((paper) => tidy(fitting(EvidenceSchema, paper, 'evidence', command))),
      reason: text(from.reason, 'reason'),
      lateReason: text(from.lateReason, 'lateReason'),
    }
  }
  const asked = (
    decider: Decider,
    subject: Call['subject'],
    given: Json | undefined,
    from: Envelope,
    { row, place, origin }: { readonly row: RowIn; readonly place: Place; readonly origin: Omit<Source, 'recordedAt'> },
  ): Asked => {
    const { cells } = row
    const command = decider.command.name
    const habits = habitsAt(place)
    const when = whenIn(cells, time, habits.zone)
    const claim = claimIn(cells, habits.zone)
    const { cosigners, ...envelope } = envelopeOf(from, cells, habits, command)
    const data = fitting(decider.command.records.data, given, 'data', command) as Call['data']
    return {
      slice: sliceOf(subject.kind),
      decider,
      call: tidy({
        command,
        subject,
        data,
        effectiveOn: dateOf(when, place.zone),
        effectiveAt: when.at,
        ...envelope,
        cosigners: cosigners.length > 0 ? cosigners : undefined,
        recordedBy,
        correlation,
        source: tidy({ ...origin, recordedAt: claim }),
      }) as Asked['call'],
    }
  }
  const known = (name: string): Decider => {
    const decider = deciderOf(name)
    if (!decider) throw new Error(`no command ${name}`)
    return decider
  }
  const own = (row: RowIn, key: string): Omit<Source, 'recordedAt'> => ({
    file: files.events.name,
    sha256: files.events.sha256,
    row: row.row,
    key,
  })
  const entity = (row: RowIn): string => {
    try {
      return importedId(kind, source, row.caseId)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new RowWrong(importReasons.unreadable, { column: mapping.events.caseId, detail: error.message })
    }
  }

  const opening = (row: RowIn, place: Place): Asked | undefined => {
    const { open } = mapping
    if (!open) return undefined
    const key = recordKey(source, 'case', kind, row.caseId)
    const origin =
      row.caseRow === undefined || !files.cases
        ? own(row, key)
        : { file: files.cases.name, sha256: files.cases.sha256, row: row.caseRow, key }
    const named = 'title' in open
    const fields: Fields = named
      ? tidy({ edition: edition as Value | undefined, title: open.title, amount: open.amount, area: place.area } as Fields)
      : open.data
    const decider = known(named ? 'case.Open' : open.command)
    return asked(decider, { kind, id: entity(row) }, evaluate(fields, row.cells, habitsAt(place)), open, { row, place, origin })
  }

  const activityOf = (row: RowIn): Exclude<Activity, 'ignore'> | undefined => {
    const name = textNeeded(row.cells, mapping.activity)
    const activity = Object.hasOwn(mapping.activities, name) ? mapping.activities[name] : undefined
    if (activity === 'ignore' || (activity === undefined && mapping.others === 'ignore')) return undefined
    if (activity === undefined) throw new RowWrong(importReasons.activity, { column: mapping.activity, value: name })
    return activity
  }
  const command = (row: RowIn, place: Place): Asked | undefined => {
    const activity = activityOf(row)
    if (!activity) return undefined
    const habits = habitsAt(place)
    const key = recordKey(source, 'row', ...mapping.events.row.map((column) => textNeeded(row.cells, column)))
    const context = { row, place, origin: own(row, key) }
    if ('step' in activity) {
      const { step, outcome, amount, notes } = activity
      const fields = tidy({ step, outcome, amount, notes }) as Fields
      return asked(known('case.RecordStep'), { kind, id: entity(row) }, evaluate(fields, row.cells, habits), activity, context)
    }
    const subject = activity.subject
      ? { kind: activity.subject.kind, id: fitting(Id, evaluate(activity.subject.id, row.cells, habits), 'subject', activity.command) }
      : { kind, id: entity(row) }
    return asked(known(activity.command), subject, evaluate(activity.data, row.cells, habits), activity, context)
  }

  const { needed, columns } = columnsUsed(mapping)
  return {
    areaOf: (row) => {
      const { area } = mapping
      const value = area === undefined ? undefined : evaluate(area, row.cells, habitsAt({ area: undefined, zone: 'Asia/Jakarta' }))
      return value === undefined ? undefined : String(value)
    },
    opening,
    command,
    when: (cells) => {
      try {
        return whenIn(cells, time, mapping.zone ?? 'Asia/Jakarta')
      } catch (error) {
        if (error instanceof RowWrong) return undefined
        throw error
      }
    },
    columns,
    needed,
  }
}

function columnsUsed(mapping: Mapping): { columns: ReadonlySet<string>; needed: ReadonlySet<string> } {
  const { events, time, activity, recordedAt } = mapping
  const needed = [events.caseId, ...events.row, time.column, activity, ...(recordedAt && !recordedAt.optional ? [recordedAt.column] : [])]
  const others = [mapping.actor, mapping.area, mapping.open, mapping.activities, recordedAt].flatMap(columnsOf)
  return { needed: new Set(needed), columns: new Set([...needed, ...others]) }
}
