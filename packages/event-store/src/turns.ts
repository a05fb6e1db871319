/** Runs work when no other work of this process under the same name is under way; in the order in which it was handed in. */
export type InTurn = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** Turns by name. A courtesy that spares conflicts: nothing that is right depends on it, other processes know nothing of it. */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<void>>()
  const after = async (before: Promise<unknown> | undefined): Promise<void> => {
    await before?.catch(() => undefined)
  }
  return async (name, work) => {
    const before = last.get(name)
    const mine = before === undefined ? work() : before.then(work)
    const over = after(mine)
    last.set(name, over)
    try {
      return await mine
    } finally {
      if (last.get(name) === over) last.delete(name)
    }
  }
}
