import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { domain, type Fact, type Read } from '@jejak/domain'
import type { Sitting } from './sitting.ts'

/** Sittings of one week of recorded time, packed: how they wait for the lives that are told after them. */
export interface Block {
  readonly week: number
  readonly packed: Uint8Array
}

/** Takes sittings of one life after the other and gives blocks by week. */
export interface Sorter {
  put(sitting: Sitting): void
  /** Gives what is still waiting. */
  end(): void
}

const weekMicros = 7 * 86_400_000_000
const timeDigits = 16
const keyDigits = timeDigits + 8
/** Characters that wait unpacked, at most. */
const waitingMax = 24 * 2 ** 20

/** Every list of types that a command can read by, so that a line names it by its number. */
const typeLists: readonly (readonly string[])[] = [...domain.slices.values()].flatMap(({ fold, aspects, keyFold }) => [
  fold.types,
  fold.pinsCorrected,
  ...[...aspects, ...(keyFold ? [keyFold] : [])].map(({ types }) => types),
])
const listNumbers = new Map(typeLists.map((types, index) => [types, index]))

interface Packed extends Omit<Sitting, 'reads'> {
  readonly reads: readonly (readonly [tag: string, list: number])[]
}

/** A line begins with its place in the order of the nation: recorded time, then life, both with leading zeros. */
function lineOf(sitting: Sitting): string {
  const reads = sitting.reads.map(({ tag, types }): readonly [string, number] => {
    const list = listNumbers.get(types)
    if (list === undefined) throw new Error(`a read by types that no fold has: ${tag}`)
    return [tag, list]
  })
  const packed: Packed = { ...sitting, reads }
  const time = String(sitting.recordedAt).padStart(timeDigits, '0')
  return `${time}${String(sitting.life).padStart(keyDigits - timeDigits, '0')}${JSON.stringify(packed)}`
}

function sittingOf(line: string): Sitting {
  const packed: Packed = JSON.parse(line.slice(keyDigits))
  const { reads, ...sitting } = packed
  return { ...sitting, reads: reads.map(([tag, list]): Read => ({ tag, types: typeLists[list] ?? [] })) }
}

/** Packing has to keep up with telling; a little larger does no harm. */
const quick = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
/** A block comes out in few pieces. */
const whole = { chunkSize: 2 ** 17 }

/** Builds a sorter; `give` is handed each block when enough has come together. */
export function newSorter(give: (block: Block) => void): Sorter {
  let waiting = new Map<number, string[]>()
  let size = 0
  const end = (): void => {
    // Copied: what the compressor gives is the beginning of a larger buffer, which would be kept, and sent to another thread, whole.
    for (const [week, lines] of waiting) give({ week, packed: new Uint8Array(zstdCompressSync(lines.join('\n'), quick)) })
    waiting = new Map()
    size = 0
  }
  return {
    put(sitting) {
      const line = lineOf(sitting)
      const week = Math.floor(sitting.recordedAt / weekMicros)
      const lines = waiting.get(week)
      if (lines === undefined) waiting.set(week, [line])
      else lines.push(line)
      size += line.length
      if (size > waitingMax) end()
    },
    end,
  }
}

/** The sittings of the blocks of one week, in the order of the nation. They are unpacked one by one. */
export function* inOrderOf(blocks: readonly Uint8Array[]): Generator<Sitting> {
  const lines = blocks.flatMap((packed) => zstdDecompressSync(packed, whole).toString('utf8').split('\n')).sort()
  for (const line of lines) yield sittingOf(line)
}

/** How many facts a sitting has. */
export const factsIn = ({ commands }: { readonly commands: readonly (readonly Fact[])[] }): number =>
  commands.reduce((sum, facts) => sum + facts.length, 0)
