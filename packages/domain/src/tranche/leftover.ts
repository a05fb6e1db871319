import type { Entity } from '../kernel/entity.ts'
import { rupiah, sumSen } from '../kernel/rupiah.ts'
import { reached, type Situation } from '../kernel/rule.ts'
import { membersOf, one, type Read } from '../kernel/world.ts'
import { proposalFold } from '../proposal/machine.ts'
import { heldAs } from '../proposal/money.ts'
import { heldByBoard, leftover, trancheFold, type Tranche } from './machine.ts'
import { coveredBy, proposalsOf, siblings, tag, tranchesOf, type X } from './rules.ts'

/** Reads the tranches of the allocation: those that leftover may have been carried over from. */
export const allTranches = [(x: Situation<Tranche>): Read[] => [membersOf(trancheFold, tag(x))], siblings]

/** As {@link allTranches}; where leftover is carried over also the proposals, whose groups hold it. */
export const allHolders = [
  (x: Situation<Tranche>): Read[] => [
    membersOf(trancheFold, tag(x)),
    ...(x.edition.leftover.carryOver ? [membersOf(proposalFold, tag(x))] : []),
  ],
  (x: Situation<Tranche>): Read[] => [
    ...siblings(x),
    ...(x.edition.leftover.carryOver ? x.world.idsOf(proposalFold, tag(x)).map((id) => one(proposalFold, id)) : []),
  ],
]

type Settling = X & Pick<Situation<Tranche>, 'edition' | 'workflowOf'>

/** The tranches whose leftover is settled with this one: itself; with the last, all of them where the edition carries leftover over. */
export const settledWith = (x: Settling, tranche: Entity<Tranche> = x.self): readonly Entity<Tranche>[] => {
  if (!x.edition.leftover.carryOver) return [tranche]
  const all = tranchesOf(x)
  const last = all.findLast((each) => each.id === tranche.id || !reached(x, each, 'cancelled'))
  return last?.id === tranche.id ? all : []
}

/** What must be settled when a tranche is accounted for; nothing where it is carried over into the next. */
export const leftoverDue = (x: Settling, tranche: Entity<Tranche> = x.self): bigint =>
  sumSen(settledWith(x, tranche).map((each) => leftover(each.data)))

/** What of a tranche is carried over into which later one, and who holds it; nothing where the edition settles it at once. */
export function carriedOver(x: Settling): { into: string; parts: Part[] } | undefined {
  if (!x.edition.leftover.carryOver) return undefined
  const covered = [x.self.id, ...coveredBy(x.self)]
  const tranches = tranchesOf(x)
  const lastCovered = Math.max(...tranches.filter(({ id }) => covered.includes(id)).map(({ data }) => data.ordinal))
  const into = tranches.find(
    (each) => each.data.ordinal > lastCovered && !['accounted-for', 'cancelled'].some((mark) => reached(x, each, mark)),
  )
  const parts = tranches.filter(({ id }) => covered.includes(id)).flatMap((tranche) => heldOf(x, tranche))
  return into === undefined || parts.length === 0 ? undefined : { into: into.id, parts }
}

type Part = { readonly tranche: string; readonly proposal?: string; readonly amount: string; readonly where?: 'cash' }

/** What is left of a tranche: with each group, and with the board, in the bank and in cash. */
function heldOf(x: X, { id, data }: Entity<Tranche>): Part[] {
  const purses = [
    ...proposalsOf(x).map((proposal) => ({
      of: { proposal: proposal.id },
      bank: heldAs(proposal.data, id, 'bank'),
      cash: heldAs(proposal.data, id, 'cash'),
    })),
    { of: {}, bank: heldByBoard(data) - data.cashSen, cash: data.cashSen },
  ]
  return purses.flatMap(({ of, bank, cash }) => [
    ...(bank > 0n ? [{ tranche: id, ...of, amount: rupiah(bank) }] : []),
    ...(cash > 0n ? [{ tranche: id, ...of, amount: rupiah(cash), where: 'cash' as const }] : []),
  ])
}
