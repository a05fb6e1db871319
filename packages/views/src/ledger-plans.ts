import { sen, type Fact, type Json, type Recorded } from '@jejak/domain'
import { idIn, tagOf } from './entity-list.ts'
import { dimensionsAt, entitiesOfPlace, hasFields, saidBy, type EntityOf, type Place } from './ledger-dimensions.ts'
import type { LedgerPlansTable } from './ledger-tables.ts'

type Data = Fact['data']

/** An amount that a fact fixes for an entity, as `kind:id`, in sen; null where the fact takes it back. */
interface Fixed {
  readonly entity: string
  readonly amountSen: bigint | null
}

const amountOf = (value: Json | undefined): bigint | null => (typeof value === 'string' ? sen(value) : null)
const ofSubject =
  (field: string) =>
  (data: Data, entity: string): Fixed[] =>
    data[field] === undefined ? [] : [{ entity, amountSen: amountOf(data[field]) }]
const nothingMore = (_: Data, entity: string): Fixed[] => [{ entity, amountSen: 0n }]

function approved({ decisions }: Data): Fixed[] {
  if (!Array.isArray(decisions)) return []
  return decisions.filter(hasFields).flatMap(({ proposal, outcome, amount }): Fixed[] => {
    if (typeof proposal !== 'string') return []
    const entity = `proposal:${proposal}`
    if (outcome === 'rejected') return [{ entity, amountSen: 0n }]
    return amount === undefined ? [] : [{ entity, amountSen: amountOf(amount) }]
  })
}

/** Facts that fix what shall be paid: each states the whole amount from then on. What is asked, approved and agreed follow one another. */
const ways: ReadonlyMap<string, (data: Data, entity: string) => Fixed[]> = new Map([
  ['allocation.Decreed', ofSubject('amount')],
  ['allocation.Revised', ofSubject('amount')],
  ['allocation.Revoked', nothingMore],
  ['tranche.Planned', ofSubject('amount')],
  ['tranche.Replanned', ofSubject('amount')],
  ['tranche.Cancelled', nothingMore],
  ['proposal.Drafted', ofSubject('grant')],
  ['proposal.Submitted', ofSubject('grant')],
  ['proposal.Resubmitted', ofSubject('grant')],
  ['proposal.StepRecorded', ofSubject('amount')],
  ['proposal.ContractSigned', ofSubject('amount')],
  ['proposal.Withdrawn', nothingMore],
  ['cycle.PrioritiesDecided', approved],
  ['partnership.Signed', ofSubject('amount')],
])

/** Event types that fix an amount. */
export const planTypes: ReadonlySet<string> = new Set(ways.keys())

const fixedBy = (type: string, data: Data, subject: string): Fixed[] => ways.get(type)?.(data, subject) ?? []

/** Where the money that is planned will stand: the fund is the entity itself, or that which the fact names. */
function placeOf(fact: Fact, entity: string): Place {
  const allocation = idIn(fact.tags, 'allocation')
  const fund = /^(tranche|proposal):/.test(entity) ? (allocation === null ? undefined : `allocation:${allocation}`) : entity
  return { fund, ...(entity.startsWith('proposal:') ? { proposal: entity.slice('proposal:'.length) } : {}) }
}

/** The rows that the plans of a fact take their dimensions from. Of a correction the type is not known here: any may be. */
export function entitiesOfPlans(fact: Fact): string[] {
  const types = fact.corrects === undefined ? [fact.type] : [...planTypes]
  const fixed = types.flatMap((type) => fixedBy(type, saidBy(fact), tagOf(fact.subject)))
  return fixed.flatMap(({ entity }) => entitiesOfPlace(fact, placeOf(fact, entity)))
}

/** The rows that a fact of a type makes. `nth` counts on from those that the same fact has made already. */
export function plansOf(
  { fact, position, recordedAt }: Recorded,
  { type, origin, effectiveOn, nth }: { type: string; origin: string; effectiveOn: string; nth: number },
  entityOf: EntityOf,
): LedgerPlansTable[] {
  return fixedBy(type, saidBy(fact), tagOf(fact.subject)).map(({ entity, amountSen }, index) => {
    const place = placeOf(fact, entity)
    return {
      origin,
      position: BigInt(position),
      nth: nth + index,
      entity,
      kind: entity.slice(0, entity.indexOf(':')),
      fund: place.fund ?? null,
      amountSen,
      effectiveOn,
      recordedAt,
      factType: type,
      how: fact.corrects?.how ?? null,
      ...dimensionsAt(fact, place, entityOf),
    }
  })
}

/** The rows that strike what a fact fixed: since the original's date, or of a reversal since its own. */
export function strikePlans(standing: readonly LedgerPlansTable[], { fact, position, recordedAt }: Recorded): LedgerPlansTable[] {
  const last = standing.at(-1)?.position
  const latest = standing.filter((row) => row.position === last && row.amountSen !== null)
  return latest.map((row, nth) => ({
    ...row,
    position: BigInt(position),
    nth,
    amountSen: null,
    effectiveOn: fact.corrects?.how === 'reverse' ? fact.effectiveOn : row.effectiveOn,
    recordedAt,
    how: fact.corrects?.how ?? null,
  }))
}
