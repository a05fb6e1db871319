import { z } from 'zod'
import type { Fact } from '@jejak/domain'
import type { CommandOutcome } from '../log.ts'
import type { Clock } from '../migrations.ts'

/**
 * A backup is text, a JSON object a line: the header; the facts in log order, each submission led by its command; the commands that
 * recorded nothing; the registry of persons, sealed as it is stored; the end with its counts. Instants are microseconds since 1970, as
 * text. How the text is packed into a file is the matter of `file.ts`.
 */
export const formatVersion = 1

/** The file is no backup, or cannot be restored here: the message says why and what to do. Nothing was changed. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused'
}

/** The file was cut off or altered; the message names the first record that is not as it was written. Nothing was changed. */
export class BackupDamaged extends Error {
  override readonly name = 'BackupDamaged'
}

/** What the log is. */
export interface BackupHeader {
  readonly clock: Clock
  readonly openedAt: bigint
  readonly createdAt: bigint
  /** When the backup was begun, by the clock of whoever made it, ISO 8601. */
  readonly madeAt: string
}

/** An idempotency key and what became of it (CONTRACTS A7). */
export interface BackupCommand {
  readonly key: string
  readonly fingerprint: string
  readonly boundAt: bigint
  readonly outcome: readonly CommandOutcome[]
}

/** A fact; its body is the canonical text, its leaf 64 hexadecimal digits. */
export interface BackupFact {
  readonly position: number
  readonly recordedAt: bigint
  readonly leaf: string
  readonly fact: Fact
  readonly body: string
}

/** A record of the registry. `sealed` is encrypted and null once the person is erased. */
export interface BackupPerson {
  readonly id: string
  readonly sealed: Buffer | null
  readonly keyId: string | null
  readonly changedAt: bigint
  readonly erasedAt: bigint | null
}

/** What a whole backup holds. `leaves` is the SHA-256 over all leaves in order, `keyIds` say which keys sealed the registry. */
export interface BackupContents {
  readonly head: number
  readonly tags: number
  readonly commands: number
  readonly persons: number
  readonly erased: number
  readonly leaves: string
  readonly keyIds: readonly string[]
}

const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const Position = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const Micros = z
  .string()
  .regex(/^-?[0-9]{1,18}$/)
  .transform(BigInt)

const Header = z
  .object({ clock: z.enum(['real', 'simulated']), openedAt: Micros, createdAt: Micros, madeAt: z.string() })
  .transform((header): BackupHeader => header)

/** What restore reads of a body; the rest is held by the leaf. */
const Body = z.object({
  id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  type: z.string().regex(/^[a-z][A-Za-z]*\.[A-Z][A-Za-z0-9]*$/),
  commandKeyHash: Hash,
  tags: z.array(z.string().min(1)).min(1),
  subject: z.object({ kind: z.string(), id: z.string() }),
})
const FactLine = z.object({
  position: Position,
  recordedAt: Micros,
  leaf: Hash,
  // Checked, not copied: what is hashed must be what was read.
  body: z.custom<Fact>((value) => Body.safeParse(value).success, { error: 'the body is not that of a fact' }),
})
const CommandLine = z.object({
  key: Hash,
  fingerprint: Hash,
  boundAt: Micros,
  outcome: z.array(z.strictObject({ positions: z.array(Position), repeated: z.boolean() })),
})
const PersonLine = z
  .object({
    id: z.uuid(),
    sealed: z.base64().nullable(),
    keyId: z.string().nullable(),
    changedAt: Micros,
    erasedAt: Micros.nullable(),
  })
  .refine((person) => (person.erasedAt === null) === (person.sealed !== null && person.keyId !== null), 'neither a record nor erased')
const EndLine = z.object({
  head: Count,
  tags: Count,
  commands: Count,
  persons: Count,
  erased: Count,
  leaves: Hash,
  keyIds: z.array(z.string()),
})

/** A line as read, shape checked, nothing else. */
export type BackupLine =
  | { readonly kind: 'fact'; readonly fact: Omit<BackupFact, 'body'> }
  | { readonly kind: 'command'; readonly command: BackupCommand }
  | { readonly kind: 'person'; readonly person: BackupPerson }
  | { readonly kind: 'end'; readonly end: BackupContents }

const Kind = z.union([
  z
    .strictObject({ fact: FactLine })
    .transform(({ fact: { body, ...rest } }): BackupLine => ({ kind: 'fact', fact: { ...rest, fact: body } })),
  z.strictObject({ command: CommandLine }).transform(({ command }): BackupLine => ({ kind: 'command', command })),
  z.strictObject({ person: PersonLine }).transform(({ person }): BackupLine => ({
    kind: 'person',
    person: { ...person, sealed: person.sealed === null ? null : Buffer.from(person.sealed, 'base64') },
  })),
  z.strictObject({ end: EndLine }).transform(({ end }): BackupLine => ({ kind: 'end', end })),
])

/** Writes the first line. */
export function headerLine({ clock, openedAt, createdAt, madeAt }: BackupHeader): string {
  const [opened, created] = [openedAt, createdAt].map(String)
  return `${JSON.stringify({ jejak: 'backup', version: formatVersion, clock, openedAt: opened, createdAt: created, madeAt })}\n`
}

/** Writes a fact; the body stands in it as it is stored. */
export function factLine({ position, recordedAt, leaf, body }: Omit<BackupFact, 'fact'>): string {
  return `{"fact":{"position":${position},"recordedAt":"${recordedAt}","leaf":"${leaf}","body":${body}}}\n`
}

/** Writes a command. */
export function commandLine({ key, fingerprint, boundAt, outcome }: BackupCommand): string {
  return `${JSON.stringify({ command: { key, fingerprint, boundAt: `${boundAt}`, outcome } })}\n`
}

/** Writes a person. */
export function personLine({ id, sealed, keyId, changedAt, erasedAt }: BackupPerson): string {
  const erased = erasedAt === null ? null : `${erasedAt}`
  const person = { id, sealed: sealed?.toString('base64') ?? null, keyId, changedAt: `${changedAt}`, erasedAt: erased }
  return `${JSON.stringify({ person })}\n`
}

/** Writes the last line. */
export function endLine(end: BackupContents): string {
  return `${JSON.stringify({ end })}\n`
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Reads the first line. Throws BackupRefused when it is none of a backup, or of a version that this program does not read. */
export function parseHeader(line: string): BackupHeader {
  const value = jsonOf(line)
  const known = z.object({ jejak: z.literal('backup'), version: z.number() }).safeParse(value)
  if (!known.success) throw new BackupRefused('this is no backup of Jejak')
  const { version } = known.data
  if (version !== formatVersion)
    throw new BackupRefused(`this backup has format ${version}, this program reads format ${formatVersion}: use the release that made it`)
  const header = Header.safeParse(value)
  if (!header.success) throw new BackupDamaged('the header is damaged')
  return header.data
}

/** Reads a line after the first; undefined when it has the shape of none. */
export function parseLine(line: string): BackupLine | undefined {
  const parsed = Kind.safeParse(jsonOf(line))
  return parsed.success ? parsed.data : undefined
}
