import type { EntityRef } from '@jejak/domain'
import type { WorkingDays } from '../days.ts'
import type { Plan, Signer } from '../deed.ts'
import type { Officers, Post, Span } from '../officers.ts'
import type { Place } from '../places.ts'
import type { Programme } from '../programmes.ts'
import type { Random } from '../random.ts'

/** What every chapter of a kelurahan's life is told with. */
export interface Setting {
  readonly span: Span
  readonly place: Place
  readonly working: WorkingDays
  readonly officers: Officers
  readonly plan: Plan
  readonly board: Board
}

/** The community board (BKM) with its people, and the kelurahan that it belongs to. */
export interface Board {
  readonly id: string
  readonly lurah: Post
  readonly coordinator: Post
  readonly treasurer: Post
  readonly secretary: Post
  readonly upl: Post
  readonly ups: Post
  readonly upk: Post
  /** From this day on it has an account and may be given money; infinite while nobody has founded it. */
  readonly ready: number
}

/** One year of grant in a kelurahan. */
export interface Year extends Setting {
  readonly year: number
  readonly programme: Programme
  readonly random: Random
}

/** The entity of an id. */
export const entity = (kind: string, id: string): EntityRef => ({ kind, id })

/** A working day after a delay around a median, but no later than `limit` unless the day it starts from is. */
export function after(of: Pick<Year, 'random' | 'working'>, day: number, median: number, limit = Number.POSITIVE_INFINITY): number {
  const found = of.working.from(day + of.random.delay(median))
  return found <= limit ? found : Math.max(day, limit)
}

/** The unit of the board that looks after a field of empowerment. */
export const unitOf = ({ upl, ups, upk }: Board, field: string): Post => (field === 'sosial' ? ups : field === 'ekonomi' ? upk : upl)

/** Everybody of a list but one. */
export const others = (list: readonly Signer[], not: Signer): Signer[] => list.filter(({ person }) => person !== not.person)
