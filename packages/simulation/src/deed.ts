import type { Cosigner, EntityRef } from '@jejak/domain'

/** A person in an office, or an external role (a bank, the treasury) without either. */
export interface Party {
  readonly person?: string
  readonly role: string
  readonly institution?: string
}

/** A party that is somebody: who can sign and who can enter facts. */
export type Signer = Cosigner

/** What somebody decided or saw on a day, as a command of the domain. Nothing is stored of it that the rules do not let through. */
export interface Deed {
  /** The day on the paper. */
  readonly day: number
  /** The day on which it can be entered: the same, unless the paper lay somewhere. */
  readonly known: number
  readonly command: string
  readonly subject: EntityRef
  readonly by: Party
  readonly with: readonly Signer[]
  /** Who enters it. */
  readonly recorder: Signer
  /** Kinds of paper that prove it; the first bears the number. */
  readonly papers: readonly string[]
  readonly number: string | undefined
  readonly reason: string | undefined
  readonly lateReason: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

/** What a deed needs to be told; the rest follows from it. */
export interface Telling {
  readonly by: Party
  readonly with?: readonly Signer[]
  readonly recorder?: Signer
  readonly papers?: readonly string[]
  readonly number?: string
  readonly known?: number
  readonly reason?: string
  readonly lateReason?: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** The deeds of one life, in the order in which they were thought of; what rests on another comes after it. */
export interface Plan {
  readonly deeds: readonly Deed[]
  tell(day: number, command: string, subject: EntityRef, telling: Telling): void
}

const isSigner = (party: Party): party is Signer => party.person !== undefined

/** An empty plan. */
export function newPlan(): Plan {
  const deeds: Deed[] = []
  return {
    deeds,
    tell(day, command, subject, { by, with: signers = [], recorder, papers = [], number, known = day, reason, lateReason, data = {} }) {
      const enters = recorder ?? (isSigner(by) ? by : undefined)
      if (enters === undefined) throw new Error(`${command} by ${by.role} names nobody who enters it`)
      deeds.push({ day, known, command, subject, by, with: signers, recorder: enters, papers, number, reason, lateReason, data })
    },
  }
}
