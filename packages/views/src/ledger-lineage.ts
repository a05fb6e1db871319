/** A movement that stands after corrections, in sen; below zero where it was reversed, on the day of the reversal. */
export interface StandingMovement {
  /** Position of the fact whose money it is. */
  readonly origin: number
  readonly effectiveOn: string
  readonly factType: string
  readonly from: bigint
  readonly to: bigint
  readonly amountSen: bigint
  /** Positions of the fact and of the corrections that made it what it is, in the order of the log. */
  readonly positions: readonly number[]
}

/** What lineage needs to know of an account. */
export interface Pool {
  readonly role: string
  /** Accounts of one pool share their money. */
  readonly pool: string
}

/** A part of an amount, and the release that it came with: position of the fact that paid it into the fund; null where more went out. */
export interface PaidBy {
  readonly release: number | null
  readonly amountSen: bigint
}

/**
 * Money that reached its end: spent, kept, or given back to the source; below zero where it goes on from there. What paid it has its sign,
 * and comes to it.
 */
export interface Use extends StandingMovement {
  readonly paidBy: readonly PaidBy[]
}

/** The money of the accounts of one pool, in the order in which it came. */
class Queue {
  #parts: PaidBy[] = []
  /** What was taken back after it had gone on: the account lacks it until as much comes in. */
  #lackingSen = 0n

  add(parts: readonly PaidBy[]): void {
    for (const part of parts) {
      const covered = part.amountSen < this.#lackingSen ? part.amountSen : this.#lackingSen
      this.#lackingSen -= covered
      if (part.amountSen > covered) this.#parts.push({ ...part, amountSen: part.amountSen - covered })
    }
  }

  /** Takes an amount from the front; what is not there came from nowhere that is known. */
  take(amountSen: bigint): PaidBy[] {
    const taken = this.#takeWhere(() => true, amountSen)
    const rest = amountSen - sumOf(taken)
    return rest > 0n ? [...taken, { release: null, amountSen: rest }] : taken
  }

  /** Takes back what had come in, of the releases that it had come with. */
  takeBack(parts: readonly PaidBy[]): void {
    for (const { release, amountSen } of parts)
      this.#lackingSen += amountSen - sumOf(this.#takeWhere((part) => part.release === release, amountSen))
  }

  #takeWhere(fits: (part: PaidBy) => boolean, amountSen: bigint): PaidBy[] {
    const [taken, left]: [PaidBy[], PaidBy[]] = [[], []]
    let rest = amountSen
    for (const part of this.#parts) {
      const own = !fits(part) ? 0n : part.amountSen < rest ? part.amountSen : rest
      rest -= own
      if (own > 0n) taken.push({ ...part, amountSen: own })
      if (part.amountSen > own) left.push({ ...part, amountSen: part.amountSen - own })
    }
    this.#parts = left
    return taken
  }
}

const sumOf = (parts: readonly PaidBy[]): bigint => parts.reduce((sum, { amountSen }) => sum + amountSen, 0n)

/** A use with what paid it, with its sign; parts of one release are one. */
function usedOf(movement: StandingMovement, parts: readonly PaidBy[]): Use {
  const sums = new Map<number | null, bigint>()
  for (const { release, amountSen } of parts) sums.set(release, (sums.get(release) ?? 0n) + amountSen)
  const sign = movement.amountSen < 0n ? -1n : 1n
  return { ...movement, paidBy: [...sums].map(([release, amountSen]) => ({ release, amountSen: sign * amountSen })) }
}

const inOrder = (a: StandingMovement, b: StandingMovement): number =>
  a.effectiveOn < b.effectiveOn ? -1 : a.effectiveOn > b.effectiveOn ? 1 : a.origin - b.origin

/**
 * Which release paid which use. The rule: money is taken from the account that the fact names; within an account what came first goes
 * first, by date and within a date in the order of the log. Accounts are kept by tranche, so that across tranches nothing is assumed. What
 * is reversed goes back on the day of the reversal, with the releases that it had come with: until then it was there. Pure.
 */
export function lineageOf(movements: readonly StandingMovement[], poolOf: (account: bigint) => Pool): Use[] {
  const queues = new Map<string, Queue>()
  const moved = new Map<string, readonly PaidBy[]>()
  const uses: Use[] = []
  const queueOf = (pool: string): Queue => {
    const queue = queues.get(pool) ?? new Queue()
    queues.set(pool, queue)
    return queue
  }
  for (const movement of movements.toSorted(inOrder)) {
    const [from, to] = [poolOf(movement.from), poolOf(movement.to)]
    if (from.role === 'memorandum' || from.pool === to.pool) continue
    const { origin, amountSen } = movement
    const key = `${origin} ${movement.from} ${movement.to}`
    const parts = amountSen < 0n ? (moved.get(key) ?? []) : comingFrom(from, movement, queueOf)
    moved.set(key, parts)
    if (amountSen < 0n) {
      if (from.role !== 'source') queueOf(from.pool).add(parts.filter(({ release }) => release !== null))
      if (to.role !== 'source') queueOf(to.pool).takeBack(parts)
    } else if (to.role !== 'source') queueOf(to.pool).add(parts)
    // What was used and goes on from there, such as tax that is withheld of a payment, is a use taken back.
    if (from.role !== 'source' && from.role !== 'held') uses.push(usedOf({ ...movement, amountSen: -amountSen }, parts))
    if (to.role !== 'held') uses.push(usedOf(movement, parts))
  }
  return uses
}

const comingFrom = (from: Pool, { origin, amountSen }: StandingMovement, queueOf: (pool: string) => Queue): PaidBy[] =>
  from.role === 'source' ? [{ release: origin, amountSen }] : queueOf(from.pool).take(amountSen)
