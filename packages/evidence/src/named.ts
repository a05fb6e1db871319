import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { checkedName } from './store.ts'

/** That a fact at a position of the log names a file. */
export interface Naming {
  readonly sha256: string
  readonly position: number
}

/** What is named in a log of any length: kept by the first byte of the hash, on the disk as soon as it is much. */
export interface Named {
  /** How many times a file was named. */
  readonly count: number
  add(naming: Naming): Promise<void>
  /** The positions that name each file whose SHA-256 begins with these two digits. */
  of(prefix: string): Promise<ReadonlyMap<string, readonly number[]>>
  /** Removes what was put on the disk. */
  close(): Promise<void>
}

const hashBytes = 32
const entryBytes = hashBytes + 6
/** Entries of one part that are kept in memory: 256 parts of 38 bytes each make 10 MB. */
const inMemory = 1_024

/** Collects what a log names. Memory is bounded: `folder`, which must not exist, takes what is beyond it until `close`. */
export function collectNamed(folder: string): Named {
  const parts = new Map<string, { bytes: Buffer; used: number }>()
  const spooled = new Set<string>()
  let count = 0

  async function spool(prefix: string, bytes: Buffer): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await appendFile(path.join(folder, prefix), bytes)
    spooled.add(prefix)
  }

  return {
    get count() {
      return count
    },
    async add({ sha256, position }) {
      const prefix = checkedName(sha256).slice(0, 2)
      const part = parts.get(prefix) ?? { bytes: Buffer.alloc(inMemory * entryBytes), used: 0 }
      parts.set(prefix, part)
      if (part.used === part.bytes.length) {
        await spool(prefix, part.bytes)
        part.used = 0
      }
      part.bytes.write(sha256, part.used, 'hex')
      part.bytes.writeUIntBE(position, part.used + hashBytes, 6)
      part.used += entryBytes
      count += 1
    },
    async of(prefix) {
      const part = parts.get(prefix)
      const early = spooled.has(prefix) ? await readFile(path.join(folder, prefix)) : Buffer.alloc(0)
      const found = new Map<string, number[]>()
      for (const bytes of [early, part?.bytes.subarray(0, part.used) ?? Buffer.alloc(0)])
        for (let at = 0; at < bytes.length; at += entryBytes) {
          const sha256 = bytes.toString('hex', at, at + hashBytes)
          const positions = found.get(sha256) ?? []
          positions.push(bytes.readUIntBE(at + hashBytes, 6))
          found.set(sha256, positions)
        }
      return found
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
