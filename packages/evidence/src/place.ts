import { openFolder } from './folder.ts'
import { openS3 } from './s3.ts'
import type { EvidenceStore } from './store.ts'

/** Where a store is, as settings say it. */
export interface PlaceOptions {
  /** `folder:<path>` or `s3://bucket/prefix`. */
  readonly place: string
  /** The largest file that is taken, in bytes. */
  readonly sizeMax: number
  /** A folder of this machine for files on their way to a bucket. */
  readonly drafts: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** For a bucket. The endpoint is that of AWS in the region unless another is named. */
  readonly s3?: { readonly endpoint?: string; readonly region: string; readonly keyId: string; readonly secret: string }
}

/** Opens the store that a place names. Throws RangeError where it names none, EvidenceUnavailable when it does not answer. */
export async function openEvidence({ place, sizeMax, drafts, now, s3 }: PlaceOptions): Promise<EvidenceStore> {
  const [, root] = /^folder:(.+)$/s.exec(place) ?? []
  if (root !== undefined) return openFolder({ root, sizeMax, now })
  const [, bucket, prefix] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,62})(?:\/([A-Za-z0-9._/-]*?))?\/?$/.exec(place) ?? []
  if (bucket === undefined) throw new RangeError('a place of evidence is folder:<path> or s3://bucket/prefix')
  if (s3 === undefined) throw new RangeError('a bucket needs a region and a key')
  const { region, keyId, secret, endpoint = `https://s3.${region}.amazonaws.com` } = s3
  return openS3({ endpoint, region, bucket, prefix: prefix ?? '', keyId, secret, sizeMax, drafts, now })
}
