import { createWorld, type Read, type Recorded, type World } from '@jejak/domain'

/** A world through which one command looks, and what it has read there. */
export interface Look {
  readonly world: World
  readonly reads: readonly Read[]
}

/** The facts of one life in memory: all that a read of the log would find, kept folded from command to command. */
export interface History {
  apply(facts: readonly Recorded[]): void
  /** Every command reads for itself, so that its conditions name all that it rests on. */
  look(): Look
}

/** An empty history. */
export function newHistory(): History {
  const shared = createWorld()
  return {
    apply: (facts) => shared.apply(facts),
    look() {
      const reads: Read[] = []
      const has = (read: Read): boolean => reads.some(({ tag, types }) => types === read.types && tag === read.tag)
      const world: World = {
        ...shared,
        has,
        add(fresh) {
          for (const read of fresh) if (!has(read)) reads.push(read)
          shared.add(fresh, [], 0)
        },
      }
      return { world, reads }
    },
  }
}
