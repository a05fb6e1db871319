import type { Readable } from 'node:stream'

/** The bytes of a file as they come. */
export type Content = AsyncIterable<Uint8Array>

/** A file that was handed in. `known`: the very same bytes were there already, and nothing was stored. */
export interface Stored {
  readonly sha256: string
  readonly size: number
  readonly mediaType: string
  readonly known: boolean
}

/** A file whose bytes have been read through and are those of its name. Its content must be read or destroyed. */
export interface Opened {
  readonly size: number
  readonly mediaType: string
  /** What a file of this kind is called, without the dot. */
  readonly extension: string
  readonly content: Readable
}

/** What the bytes that stand under a name are. */
export interface Examined {
  readonly size: number
  readonly sha256: string
}

/**
 * The files that facts name, each under the SHA-256 of its bytes and under nothing else: no name that a client gives is ever a path. What
 * cannot be had now is thrown as EvidenceUnavailable, a store without room as EvidenceStoreFull.
 */
export interface EvidenceStore {
  /** Where the files are, in words without secrets. */
  readonly place: string
  /** The largest file that is taken, in bytes. */
  readonly sizeMax: number
  /**
   * Takes a file in, whole or not at all, and on the disk before it resolves. Throws EvidenceRefused, and whatever the content throws. A
   * stored file that is no longer what its name says is replaced by the sound one.
   */
  put(content: Content): Promise<Stored>
  /** Opens a file after reading it through; undefined when it is not here. Throws EvidenceAltered. */
  open(sha256: string): Promise<Opened | undefined>
  /** Reads a file through and tells what it is; undefined when it is not here. */
  examine(sha256: string): Promise<Examined | undefined>
  /** The names of all files whose SHA-256 begins with these two digits, in order. */
  list(prefix: string): AsyncIterable<string>
}

/** Why a file is not taken: it has no bytes, too many, or is of no kind that is taken. */
export type RefusedBecause = 'empty' | 'too-large' | 'type'

/** A file that is not taken. Nothing of it is kept. */
export class EvidenceRefused extends Error {
  override readonly name = 'EvidenceRefused'
  readonly because: RefusedBecause
  constructor(because: RefusedBecause) {
    super(`the file is not taken: ${because}`)
    this.because = because
  }
}

/** What stands under a name is not what was stored there. */
export class EvidenceAltered extends Error {
  override readonly name = 'EvidenceAltered'
  readonly sha256: string
  readonly found: Examined
  constructor(sha256: string, found: Examined) {
    super(`${sha256} was altered: its ${found.size} bytes are ${found.sha256}`)
    this.sha256 = sha256
    this.found = found
  }
}

/** There is no room for the file. Nothing of it is kept. */
export class EvidenceStoreFull extends Error {
  override readonly name = 'EvidenceStoreFull'
}

/** The store does not answer, or not as it should; the same may be asked again. */
export class EvidenceUnavailable extends Error {
  override readonly name = 'EvidenceUnavailable'
}

/** Names are digests, and only they become part of a path or an address. Throws RangeError for anything else. */
export function checkedName(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('not the SHA-256 of a file')
  return sha256
}
