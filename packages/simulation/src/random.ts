import { hash } from 'node:crypto'
import { uuidV7 } from '@jejak/event-store'

/** A stream of numbers that only its seed decides. Two streams of different paths have nothing to do with each other. */
export interface Random {
  /** 0 ≤ n < 1. */
  fraction(): number
  /** A whole number, both ends included. */
  whole(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the list by its weights, which need not add up to anything. */
  weighted<T>(list: readonly (readonly [item: T, weight: number])[]): T
  /** A delay in days around a median, never below zero; the logarithm is spread as a normal deviation of `spread`. */
  delay(median: number, spread?: number): number
  /** How often something happens that happens `mean` times on average, each time by chance (Poisson). */
  count(mean: number): number
  bytes(count: number): Buffer
  /** A client's UUIDv7 of a day, counted from 1970. */
  id(day: number): string
  /** The SHA-256 that a scanned paper would have. */
  digest(): string
}

const dayMillis = 86_400_000

/** Opens a stream: xoshiro128** (Blackman and Vigna), seeded by the SHA-256 of the path. */
export function randomOf(...path: readonly (string | number)[]): Random {
  const seed = hash('sha256', path.join('\n'), 'buffer')
  let a = (seed.readUInt32LE(0) | 1) >>> 0
  let b = seed.readUInt32LE(4)
  let c = seed.readUInt32LE(8)
  let d = seed.readUInt32LE(12)

  const next = (): number => {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result
  }
  const bytes = (count: number): Buffer => {
    const made = Buffer.allocUnsafe(Math.ceil(count / 4) * 4)
    for (let at = 0; at < made.length; at += 4) made.writeUInt32LE(next(), at)
    return made.subarray(0, count)
  }
  const scanned = Buffer.alloc(32)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction())

  const random: Random = {
    fraction: () => next() / 4_294_967_296,
    whole: (least, most) => least + Math.floor(random.fraction() * (most - least + 1)),
    chance: (probability) => random.fraction() < probability,
    pick(list) {
      const picked = list[Math.floor(random.fraction() * list.length)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    weighted(list) {
      let left = random.fraction() * list.reduce((sum, [, weight]) => sum + weight, 0)
      const found = list.find(([, weight]) => (left -= weight) < 0) ?? list.at(-1)
      if (found === undefined) throw new RangeError('nothing to pick from')
      return found[0]
    },
    delay: (median, spread = 0.5) => (median === 0 ? 0 : Math.max(0, Math.round(median * Math.exp(normal() * spread)))),
    count(mean) {
      const limit = Math.exp(-mean)
      let times = 0
      for (let product = random.fraction(); product > limit; product *= random.fraction()) times += 1
      return times
    },
    bytes,
    id: (day) => uuidV7(day * dayMillis, bytes(10)),
    digest() {
      for (let at = 0; at < scanned.length; at += 4) scanned.writeUInt32LE(next(), at)
      return scanned.toString('hex')
    },
  }
  return random
}
