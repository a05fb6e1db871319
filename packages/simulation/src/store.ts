import { mkdtempSync } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Block } from './sorter.ts'

/** Keeps blocks until their week comes: in memory as far as they fit, the rest in a temporary file. */
export interface BlockStore {
  keep(block: Block): Promise<void>
  /** The weeks that have blocks, in order. */
  weeks(): number[]
  /** The blocks of a week; they are not kept any longer. */
  take(week: number): Promise<Uint8Array[]>
  /** Removes the file. */
  close(): Promise<void>
}

/** Where a block lies that did not fit into memory. */
interface Filed {
  readonly at: number
  readonly length: number
}

const inMemory = (kept: Uint8Array | Filed): kept is Uint8Array => kept instanceof Uint8Array

/** Opens a store that holds at most `memoryMax` bytes in memory. */
export function openStore(memoryMax: number): BlockStore {
  const kept = new Map<number, (Uint8Array | Filed)[]>()
  let held = 0
  let file: Promise<{ handle: FileHandle; folder: string }> | undefined
  let end = 0
  const openFile = async (): Promise<{ handle: FileHandle; folder: string }> => {
    const folder = mkdtempSync(path.join(tmpdir(), 'jejak-simulation-'))
    return { folder, handle: await open(path.join(folder, 'blocks'), 'w+', 0o600) }
  }
  return {
    async keep({ week, packed }) {
      const ofWeek = kept.get(week) ?? []
      kept.set(week, ofWeek)
      if (held + packed.length <= memoryMax) {
        held += packed.length
        ofWeek.push(packed)
        return
      }
      const filed: Filed = { at: end, length: packed.length }
      end += packed.length
      ofWeek.push(filed)
      const { handle } = await (file ??= openFile())
      await handle.write(packed, 0, filed.length, filed.at)
    },
    weeks: () => [...kept.keys()].toSorted((a, b) => a - b),
    async take(week) {
      const blocks = kept.get(week) ?? []
      kept.delete(week)
      return Promise.all(
        blocks.map(async (block) => {
          if (inMemory(block)) {
            held -= block.length
            return block
          }
          const packed = new Uint8Array(block.length)
          const { handle } = await (file ??= openFile())
          await handle.read(packed, 0, block.length, block.at)
          return packed
        }),
      )
    },
    async close() {
      kept.clear()
      if (file === undefined) return
      const { handle, folder } = await file
      await handle.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
