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
  /** Of the facts that bear the tags read, one for each edition that they pin: a command loads the editions of what it reads. */
  pinning(reads: readonly Read[]): readonly Recorded[]
}

/** Notes a fact under its tags if no earlier one there pins the same edition. */
function notePins(pins: Map<string, Recorded[]>, recorded: Recorded): void {
  const { edition, tags } = recorded.fact
  if (edition === undefined) return
  for (const tag of tags) {
    const known = pins.get(tag)
    if (known === undefined) pins.set(tag, [recorded])
    else if (!known.some(({ fact }) => fact.edition?.id === edition.id && fact.edition.revision === edition.revision)) known.push(recorded)
  }
}

/** An empty history. */
export function newHistory(): History {
  const shared = createWorld()
  const pins = new Map<string, Recorded[]>()
  return {
    apply(facts) {
      for (const recorded of facts) notePins(pins, recorded)
      shared.apply(facts)
    },
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
    pinning: (reads) => [...new Set(reads.flatMap(({ tag }) => pins.get(tag) ?? []))],
  }
}
