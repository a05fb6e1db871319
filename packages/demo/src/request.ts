import { createHash } from 'node:crypto'
import { commands, domain, rupiah } from '@jejak/domain'
import type { NamedPaper, Paper } from './paper.ts'

/** A request as a client would send it, with who sends it and when the simulated log's clock stood. */
export interface ScenarioRequest {
  /** Line of the list it comes from. */
  readonly seq: number
  /** Row of the worked table of the manual, where the line comes from it. */
  readonly row: number | undefined
  readonly command: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly body: RequestBody
  /** The papers that its evidence names, whose files a client hands in. */
  readonly papers?: readonly Paper[]
  /** The token's holder. */
  readonly recorder: Party
  /** RFC 3339 instant. */
  readonly recordedAt: string
}

/** A person in a role of an institution, by ids. */
export interface Party {
  readonly person: string
  readonly role: string
  readonly institution?: string
}

export interface RequestBody {
  readonly effectiveOn: string
  readonly actor: Party
  readonly cosigners?: readonly Party[]
  readonly evidence: readonly NamedPaper[]
  readonly reason?: string
  readonly lateReason?: string
  readonly data: Record<string, unknown>
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * A UUIDv7 for a label of a scenario: its time is the scenario's start, the rest comes from the label, so that it is the same everywhere.
 */
export function idOf(scenario: string, label: string, millis: number): string {
  const hex = digest(`${scenario}\n${label}`)
  const time = millis.toString(16).padStart(12, '0')
  const variant = (8 + (Number.parseInt(hex[3] ?? '0', 16) % 4)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(8, 20)}`
}

/** The recorded time of a day: noon in the area's zone. */
export const noon = (date: string): string => `${date}T12:00:00+07:00`

/** Wire rupiah of a whole-rupiah column. */
export const wire = (whole: string): string => rupiah(BigInt(whole) * 100n)

/** The route of a command, and whether its body names a new entity. */
export function routeOf({ command, subject }: Pick<ScenarioRequest, 'command' | 'subject'>): { url: string; opens: boolean } {
  const entry = commands.get(command)
  if (!entry) throw new Error(`no command ${command}`)
  const { plural } = domain.slice(subject.kind)
  const { opens, verb } = entry.command
  return { url: opens ? `/v1/${plural}` : `/v1/${plural}/${subject.id}/${verb}`, opens }
}
