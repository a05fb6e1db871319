import type { Recorded } from '@jejak/domain'
import { domain } from '@jejak/domain'
import type { Later, Wish } from './given.ts'
import type { MemoryLog } from './memory.ts'
import { act } from './prabumulih.ts'

type Subject = Wish['subject']

/** The ETag of an entity as a client would have read it. */
export const etagOf = (log: MemoryLog, { kind, id }: Subject): number => log.fold(domain.slice(kind).fold, id).last

/** The n-th last fact of a type about an entity. */
export function factOf(log: MemoryLog, type: string, { kind, id }: Subject, back = 0): Recorded {
  const found = log.facts.filter(({ fact }) => fact.type === type && fact.subject.kind === kind && fact.subject.id === id).at(-1 - back)
  if (!found) throw new Error(`no ${type} of ${kind}:${id}`)
  return found
}

const commandKind = (kind: string): string => (domain.slices.has(kind) ? kind : 'case')

interface Meant {
  /** Fields of the data that are to be other. */
  readonly other?: object
  /** Not the last fact of the type but one before. */
  readonly back?: number
  readonly more?: Partial<Wish>
}

/** Says that the last fact of a type about an entity is wrong. */
export const proposed = (
  actor: Wish['actor'],
  how: 'annul' | 'replace' | 'reverse',
  type: string,
  subject: Subject,
  { other, back = 0, more = {} }: Meant = {},
): Later => ({
  of(log) {
    const { position, fact } = factOf(log, type, subject, back)
    const replacement = other && { replacement: { ...log.standing(fact.id), ...other } }
    const data = { target: { position, id: fact.id }, how, ...replacement }
    return act(`${commandKind(subject.kind)}.ProposeCorrection`, subject, actor, data, {
      reason: 'Salah catat',
      ifMatch: etagOf(log, subject),
      ...more,
    })
  },
})

const decided =
  (command: string) =>
  (actor: Wish['actor'], subject: Subject, more: Partial<Wish> = {}): Later => ({
    of(log) {
      const kind = commandKind(subject.kind)
      const { fact } = factOf(log, `${kind}.CorrectionProposed`, subject)
      return act(
        `${kind}.${command}`,
        subject,
        actor,
        { proposed: fact.id },
        { reason: 'Sesuai bukti', ifMatch: etagOf(log, subject), ...more },
      )
    },
  })

/** Confirms, or declines, what was proposed last about an entity. */
export const confirmed = decided('ConfirmCorrection')
export const declined = decided('DeclineCorrection')
