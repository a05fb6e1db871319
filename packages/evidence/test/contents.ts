import { createHash } from 'node:crypto'
import type { EvidenceStore } from '@jejak/evidence'

/** Bytes as they would come over a network. */
export async function* inPieces(bytes: Buffer, pieceBytes = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield await Promise.resolve(bytes.subarray(at, at + pieceBytes))
}

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** What a store gives under a name; undefined when it has nothing. */
export async function contentOf(store: EvidenceStore, sha256: string): Promise<Buffer | undefined> {
  const opened = await store.open(sha256)
  return opened && Buffer.concat((await opened.content.toArray()) as Buffer[])
}

/** Every name in a store. */
export async function namesIn(store: EvidenceStore): Promise<string[]> {
  const names: string[] = []
  for (let part = 0; part < 256; part += 1) for await (const name of store.list(part.toString(16).padStart(2, '0'))) names.push(name)
  return names
}
