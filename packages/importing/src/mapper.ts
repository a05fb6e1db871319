import { createHash } from 'node:crypto'
import { z } from 'zod'
import { domain, Role, type Call, type Decider, type Slice, type Source } from '@jejak/domain'
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
  /** Whether the row is ignored. Throws RowWrong where the mapping does not know its activity. */
  isIgnored(row: RowIn): boolean
  /** What the row says; undefined where it says nothing more than that its case is opened. Throws RowWrong. */
  command(row: RowIn, place: Place): Asked | undefined
  /** Where it stands in time, as microseconds since 1970; undefined where it does not say. */
  when(cells: Cells): When | undefined
  /** The columns that are used at all. */
  readonly columns: ReadonlySet<string>
  /** The columns without which no row can be read. */
  readonly needed: ReadonlySet<string>
}

const Uuid = z.uuid().toLowerCase()
const ActorSchema = z.strictObject({ role: Role, person: Uuid.exactOptional(), institution: Uuid.exactOptional() })
const CosignerSchema = ActorSchema.extend({ person: Uuid })
const EvidenceSchema = z.strictObject({
  docType: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
  number: z.string().trim().min(1).max(120).exactOptional(),
  date: z.iso.date().exactOptional(),
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

/** Where the facts of a row come from, but for what is claimed of it. */
type Origin = Omit<Source, 'recordedAt'>

const originIn = ({ name, sha256 }: NamedFile, row: number, key: string): Origin => ({ file: name, sha256, row, key })

/** A row where it lies. */
interface Placed {
  readonly row: RowIn
  readonly place: Place
  readonly habits: Habits
}

const nowhere: Place = { area: undefined, zone: 'Asia/Jakarta' }

function known(name: string): Decider {
  const decider = deciderOf(name)
  if (!decider) throw new Error(`no command ${name}`)
  return decider
}

function whenIn(cells: Cells, { column, format = 'iso' }: Mapping['time'], zone: string): When {
  const read = whenOf(textNeeded(cells, column), format, zone)
  if ('why' in read) throw new RowWrong(importReasons.unreadable, { column, detail: read.why.id, detailEn: read.why.en })
  return read.value
}

class RowMapper implements Mapper {
  readonly columns: ReadonlySet<string>
  readonly needed: ReadonlySet<string>
  readonly #mapping: Mapping
  readonly #files: Files
  readonly #correlation: string
  readonly #recordedBy: Asked['call']['recordedBy']
  // A kind that no slice knows has one made for it: once, so that its reads are known again.
  readonly #slices = new Map<string, Slice>()

  constructor(mapping: Mapping, files: Files) {
    this.#mapping = mapping
    this.#files = files
    this.#correlation = importedId('import', mapping.source, files.events.sha256)
    const { person, role, institution } = mapping.recorder
    this.#recordedBy = { person, role, ...(institution === undefined ? {} : { institution }) }
    const { columns, needed } = columnsUsed(mapping)
    this.columns = columns
    this.needed = needed
  }

  areaOf(row: RowIn): string | undefined {
    const { area } = this.#mapping
    const value = area === undefined ? undefined : evaluate(area, row.cells, this.#at(row, nowhere).habits)
    return typeof value === 'string' ? value : undefined
  }

  when(cells: Cells): When | undefined {
    const { time, zone = nowhere.zone } = this.#mapping
    try {
      return whenIn(cells, time, zone)
    } catch (error) {
      if (error instanceof RowWrong) return undefined
      throw error
    }
  }

  opening(row: RowIn, place: Place): Asked | undefined {
    const { open, kind, source, edition } = this.#mapping
    if (!open) return undefined
    const at = this.#at(row, place)
    const key = recordKey(source, 'case', kind, row.caseId)
    const { events, cases } = this.#files
    const origin = row.caseRow === undefined || !cases ? originIn(events, row.row, key) : originIn(cases, row.caseRow, key)
    if (!('title' in open)) return this.#asked(known(open.command), { kind, id: this.#caseId(row) }, open.data, open, at, origin)
    const fields = { edition, title: open.title, amount: open.amount, area: place.area }
    return this.#asked(known('case.Open'), { kind, id: this.#caseId(row) }, fields, open, at, origin)
  }

  isIgnored(row: RowIn): boolean {
    return this.#activityOf(row) === 'ignore'
  }

  command(row: RowIn, place: Place): Asked | undefined {
    const activity = this.#activityOf(row)
    if (activity === 'ignore' || activity === 'open') return undefined
    const { kind, source, events } = this.#mapping
    const at = this.#at(row, place)
    const key = recordKey(source, 'row', ...events.row.map((column) => textNeeded(row.cells, column)))
    const origin = originIn(this.#files.events, row.row, key)
    if ('step' in activity) {
      const { step, outcome, amount, notes } = activity
      const fields = { step, outcome, amount, notes }
      return this.#asked(known('case.RecordStep'), { kind, id: this.#caseId(row) }, fields, activity, at, origin)
    }
    const { subject, command, data } = activity
    const about = subject
      ? { kind: subject.kind, id: fitting(Id, evaluate(subject.id, row.cells, at.habits), 'subject', command) }
      : { kind, id: this.#caseId(row) }
    return this.#asked(known(command), about, data, activity, at, origin)
  }

  #at(row: RowIn, place: Place): Placed {
    const { source, numbers, zone = place.zone } = this.#mapping
    return { row, place, habits: { source, numbers, zone } }
  }

  #sliceOf(kind: string): Slice {
    const slice = this.#slices.get(kind) ?? domain.slice(kind)
    this.#slices.set(kind, slice)
    return slice
  }

  #caseId({ caseId }: RowIn): string {
    const { kind, source, events } = this.#mapping
    if (caseId === '') throw new RowWrong(importReasons.empty, { column: events.caseId })
    try {
      return importedId(kind, source, caseId)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new RowWrong(importReasons.unreadable, { column: events.caseId, detail: error.message })
    }
  }

  #activityOf({ cells }: RowIn): Activity {
    const { activity: column, activities, others } = this.#mapping
    const name = textNeeded(cells, column)
    const activity = Object.hasOwn(activities, name) ? activities[name] : undefined
    if (activity === undefined && others === 'ignore') return others
    if (activity === undefined) throw new RowWrong(importReasons.activity, { column, value: name })
    return activity
  }

  /** When the older system says that it was entered. A date alone is that date in every zone of Indonesia. */
  #claimIn(cells: Cells, zone: string): string | undefined {
    const spec = this.#mapping.recordedAt
    if (!spec || (spec.optional && (textIn(cells, spec.column) ?? '').trim() === '')) return undefined
    const { at, date } = whenIn(cells, spec, zone)
    return at ?? `${date ?? ''}T00:00:00Z`
  }

  #asked(
    decider: Decider,
    subject: Call['subject'],
    fields: Fields,
    from: Envelope,
    { row, place, habits }: Placed,
    origin: Origin,
  ): Asked {
    const { cells } = row
    const command = decider.command.name
    const when = whenIn(cells, this.#mapping.time, habits.zone)
    const claim = this.#claimIn(cells, habits.zone)
    return {
      slice: this.#sliceOf(subject.kind),
      decider,
      call: {
        command,
        subject,
        data: fitting(decider.command.records.data, evaluate(fields, cells, habits), 'data', command),
        effectiveOn: dateOf(when, place.zone),
        ...(when.at === undefined ? {} : { effectiveAt: when.at }),
        ...this.#envelopeOf(from, cells, habits, command),
        recordedBy: this.#recordedBy,
        correlation: this.#correlation,
        source: claim === undefined ? origin : { ...origin, recordedAt: claim },
      },
    }
  }

  #envelopeOf(
    from: Envelope,
    cells: Cells,
    habits: Habits,
    command: string,
  ): Pick<Call, 'actor' | 'cosigners' | 'evidence' | 'reason' | 'lateReason'> {
    const made = (fields: Fields): unknown => evaluate(fields, cells, habits)
    const text = (value: Value | undefined, what: string): string | undefined =>
      value === undefined ? undefined : fitting(Text.optional(), evaluate(value, cells, habits), what, command)
    const cosigners = (from.cosigners ?? []).map((signer) => fitting(CosignerSchema, made(signer), 'cosigners', command))
    const papers = (from.evidence ?? []).map(made)
    const reason = text(from.reason, 'reason')
    const lateReason = text(from.lateReason, 'lateReason')
    return {
      actor: fitting(ActorSchema, made(from.actor ?? this.#mapping.actor), 'actor', command),
      // A paper whose kind is left out is not there.
      evidence: papers
        .filter((paper) => isRecord(paper) && paper['docType'] !== undefined)
        .map((paper) => fitting(EvidenceSchema, paper, 'evidence', command)),
      ...(cosigners.length > 0 ? { cosigners } : {}),
      ...(reason === undefined ? {} : { reason }),
      ...(lateReason === undefined ? {} : { lateReason }),
    }
  }
}

/** Reads rows of files as commands, as a mapping says. */
export const createMapper = (mapping: Mapping, files: Files): Mapper => new RowMapper(mapping, files)

function columnsUsed(mapping: Mapping): { columns: ReadonlySet<string>; needed: ReadonlySet<string> } {
  const { events, time, activity, recordedAt } = mapping
  const needed = [events.caseId, ...events.row, time.column, activity, ...(recordedAt && !recordedAt.optional ? [recordedAt.column] : [])]
  const others = [mapping.actor, mapping.area, mapping.open, mapping.activities, recordedAt].flatMap(columnsOf)
  return { needed: new Set(needed), columns: new Set([...needed, ...others]) }
}
