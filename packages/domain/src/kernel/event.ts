/** The envelope of every fact (CONTRACTS A1). What is written here is stored for ever: add optional fields only. */

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** What a fact is about or touches: a kind (`tranche`) and an identifier (UUID, or slug for editions and roles). */
export interface EntityRef {
  readonly kind: string
  readonly id: string
}

/** A revision of an edition, as pinned by an entity. */
export interface EditionRef {
  readonly id: string
  readonly revision: number
}

/** Who decided on paper. External roles (a bank, the treasury) need neither person nor institution. */
export interface Actor {
  readonly person?: string
  readonly role: string
  readonly institution?: string
}

/** Who entered the fact: the holder of the token. */
export interface Recorder {
  readonly person: string
  readonly role: string
  readonly institution?: string
}

/** A further signer of the same paper (CONTRACTS C4). */
export interface Cosigner {
  readonly person: string
  readonly role: string
  readonly institution?: string
}

/** A paper that proves the fact: type, number and date as printed, SHA-256 of the file in lower-case hex. */
export interface Evidence {
  readonly sha256?: string
  readonly docType: string
  readonly number?: string
  readonly date?: string
}

/** A change of stage made by a fact (CONTRACTS C1, C2). `region` is empty outside parallel stages, `from` null on creation. */
export interface Move {
  readonly kind: string
  readonly id: string
  readonly region: string
  readonly from: string | null
  readonly to: string | null
  readonly suspended?: { readonly from: boolean; readonly to: boolean }
  readonly edition?: EditionRef
}

/** A rule that an accepted fact breaks, with the values that show it. */
export interface Deviation {
  readonly rule: string
  readonly [detail: string]: Json
}

/**
 * The record of another system that an imported fact comes from: name and SHA-256 of its file, and its row there. `recordedAt` is when that
 * system says it was entered: a claim. `key` is the SHA-256 of what identifies the record, so that it is imported once.
 */
export interface Source {
  readonly file: string
  readonly sha256: string
  readonly row: number
  readonly recordedAt?: string
  readonly key?: string
}

/** A fact as it is stored: the body whose canonical text (RFC 8785) is hashed. */
export interface Fact {
  readonly id: string
  readonly type: string
  readonly schemaVersion: number
  readonly subject: EntityRef
  /** Date in the area's time zone, `YYYY-MM-DD`. */
  readonly effectiveOn: string
  /** RFC 3339 instant on that date. */
  readonly effectiveAt?: string
  readonly actor: Actor
  readonly cosigners?: readonly Cosigner[]
  readonly recordedBy: Recorder
  readonly edition?: EditionRef
  readonly moves: readonly Move[]
  readonly reason?: string
  readonly lateReason?: string
  readonly deviations?: readonly Deviation[]
  readonly corrects?: { readonly position: number; readonly id: string; readonly how: 'annul' | 'replace' | 'reverse' }
  readonly source?: Source
  readonly evidence: readonly Evidence[]
  readonly correlation: string
  readonly causation?: string
  readonly commandKeyHash: string
  /** Sorted, unique (CONTRACTS A6). */
  readonly tags: readonly string[]
  readonly data: { readonly [field: string]: Json }
}

/** A fact with its place in the log: position from 1, recorded time in microseconds since 1970. */
export interface Recorded<F extends Fact = Fact> {
  readonly position: number
  readonly recordedAt: bigint
  readonly fact: F
  /** Positions of the confirmed corrections that gave the fact the data it has here; absent where it says what was recorded. */
  readonly replacedBy?: readonly number[]
}
