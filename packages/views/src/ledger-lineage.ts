/** A movement that stands after corrections, in sen above zero. */
export interface StandingMovement {
  /** Position of the fact whose money it is. */
  readonly origin: number
  readonly effectiveOn: string
  readonly factType: string
  readonly from: bigint
  readonly to: bigint
  readonly amountSen: bigint
  /** Positions of the fact and of the corrections that made it what it is. */
  readonly positions: readonly number[]
}

/** What lineage needs to know of an account. */
export interface Pool {
  readonly role: string
  /** Accounts of one pool share their money. */
  readonly pool: string
}

/** A part of an amount, and the release that it came with; null where more went out than had come in. */
export interface PaidBy {
  readonly release: number | null
  readonly amountSen: bigint
}

/** Money that reached its end: spent, kept, or given back to the source; below zero where it goes on from there. */
export interface Use extends StandingMovement {
  readonly paidBy: readonly PaidBy[]
}

/** Takes an amount from the front of a queue; what is not there came from nowhere that is known. */
function take(queue: PaidBy[], amountSen: bigint): PaidBy[] {
  const taken: PaidBy[] = []
  let rest = amountSen
  while (rest > 0n) {
    const first = queue.shift()
    if (first === undefined) return [...taken, { release: null, amountSen: rest }]
    const part = first.amountSen < rest ? first.amountSen : rest
    taken.push({ ...first, amountSen: part })
    if (first.amountSen > part) queue.unshift({ ...first, amountSen: first.amountSen - part })
    rest -= part
  }
  return taken
}

/** Parts of one release that follow one another are one. */
function joined(parts: readonly PaidBy[]): PaidBy[] {
  const sums = new Map<number | null, bigint>()
  for (const { release, amountSen } of parts) sums.set(release, (sums.get(release) ?? 0n) + amountSen)
  return [...sums].map(([release, amountSen]) => ({ release, amountSen }))
}

const inOrder = (a: StandingMovement, b: StandingMovement): number =>
  a.effectiveOn < b.effectiveOn ? -1 : a.effectiveOn > b.effectiveOn ? 1 : a.origin - b.origin

/**
 * Which release paid which use. The rule: money is taken from the account that the fact names; within an account what came first goes
 * first, by date and within a date in the order of the log. Accounts are kept by tranche, so that across tranches nothing is assumed. Pure.
 */
export function lineageOf(movements: readonly StandingMovement[], poolOf: (account: bigint) => Pool): Use[] {
  const queues = new Map<string, PaidBy[]>()
  const uses: Use[] = []
  const queueOf = (pool: string): PaidBy[] => {
    const queue = queues.get(pool) ?? []
    queues.set(pool, queue)
    return queue
  }
  for (const movement of movements.toSorted(inOrder)) {
    const [from, to] = [poolOf(movement.from), poolOf(movement.to)]
    if (from.role === 'memorandum' || from.pool === to.pool) continue
    const { origin, amountSen } = movement
    const parts = from.role === 'source' ? [{ release: origin, amountSen }] : take(queueOf(from.pool), amountSen)
    // What was used and goes on from there, such as tax that is withheld of a payment, is a use taken back.
    if (from.role !== 'source' && from.role !== 'held') uses.push({ ...movement, amountSen: -amountSen, paidBy: joined(parts) })
    if (to.role !== 'source') queueOf(to.pool).push(...parts)
    if (to.role !== 'held') uses.push({ ...movement, paidBy: joined(parts) })
  }
  return uses
}
