import { allBehind, atLeastZero, countedBy, percentOf, positionsBehind, rupiah, sen, type Recorded, type Sen } from '@jejak/domain'
import type { Until } from './fund-trail.ts'

/** An amount in rupiah and the positions of the facts that make it. */
export interface Told {
  readonly amount: string
  readonly positions: readonly number[]
}

/**
 * Own contribution of one kind, `unspecified` where a pledge does not say: realised less what was written down of it. Hours are those that
 * were told when it was given.
 */
export interface SwadayaKindSums {
  readonly kind: string
  readonly planned: Told
  readonly realised: Told
  readonly hours: number
}

/** A share of both wholes, in percent with two decimals, half up; null where there is no whole. Source: appendix C5. */
export interface SwadayaShares {
  readonly ofGrant: string | null
  readonly ofTotal: string | null
}

/** What was given, one by one, and how it was valued. */
export interface SwadayaEntry {
  readonly position: number
  /** The fact and the corrections that replaced what it says. */
  readonly positions: readonly number[]
  readonly proposal: string
  readonly effectiveOn: string
  readonly number: string
  readonly kind: string
  readonly amount: string
  readonly hours: number | null
  readonly rate: string | null
  readonly method: string | null
  readonly valuedBy: string | null
  readonly valuerRole: string | null
  /** Whether it came to the account or the cash box of the group. */
  readonly received: string | null
  /** Told only when the works were finished, and nothing before (F5, A-07). */
  readonly onlyAtLpj: boolean
}

/** Own contribution planned and realised, against the grant and against the total cost. `realised` is less what was written down. */
export interface SwadayaSums {
  readonly grant: Told
  readonly planned: Told & SwadayaShares
  readonly realised: Told & SwadayaShares
  readonly writtenDown: Told
  readonly kinds: readonly SwadayaKindSums[]
  /** Percent of what is realised that was given in cash. */
  readonly cashShare: string | null
}

/** The sums of all proposals, those of each, and what was given, one by one. */
export interface Swadaya extends SwadayaSums {
  readonly proposals: readonly (SwadayaSums & { readonly proposal: string; readonly number: string | null })[]
  readonly entries: readonly SwadayaEntry[]
}

interface Sum {
  readonly sen: Sen
  readonly positions: readonly number[]
}
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const amountOf = ({ fact }: Recorded): Sen => sen(textOf(fact.data['amount']) ?? '0')
const told = ({ sen: amount, positions }: Sum): Told => ({ amount: rupiah(atLeastZero(amount)), positions })

const sumOf = (rows: readonly Recorded[]): Sum => ({
  sen: rows.reduce((sum, row) => sum + amountOf(row), 0n),
  positions: allBehind(rows),
})

/** What the grant gives: by proposal its contract, until there is one what was last asked for. */
function grantOf(facts: readonly Recorded[]): Sum {
  const asked = new Map<string, Sum>()
  for (const recorded of facts) {
    const { fact } = recorded
    const of = fact.subject.id
    const contracted = fact.type === 'proposal.ContractSigned'
    const amount = contracted ? fact.data['amount'] : fact.data['grant']
    if (contracted || ['proposal.Drafted', 'proposal.Submitted', 'proposal.Resubmitted'].includes(fact.type))
      asked.set(of, { sen: sen(textOf(amount) ?? '0'), positions: positionsBehind(recorded) })
    // What was turned down or taken back costs nothing.
    if (fact.moves.some(({ kind, id, to }) => kind === 'proposal' && id === of && (to === 'Rejected' || to === 'Withdrawn')))
      asked.delete(of)
  }
  const sums = [...asked.values()]
  return { sen: sums.reduce((sum, each) => sum + each.sen, 0n), positions: sums.flatMap(({ positions }) => positions) }
}

function entryOf(recorded: Recorded): SwadayaEntry {
  const { position, fact } = recorded
  const { data, subject, effectiveOn, deviations = [] } = fact
  return {
    position,
    positions: positionsBehind(recorded),
    proposal: subject.id,
    effectiveOn,
    number: textOf(data['number']) ?? '',
    kind: textOf(data['kind']) ?? 'unspecified',
    amount: textOf(data['amount']) ?? '0',
    hours: typeof data['hours'] === 'number' ? data['hours'] : null,
    rate: textOf(data['rate']),
    method: textOf(data['method']),
    valuedBy: textOf(data['valuedBy']),
    valuerRole: textOf(data['valuerRole']),
    received: textOf(data['received']),
    onlyAtLpj: deviations.some(({ rule }) => rule === 'swadaya-only-at-lpj'),
  }
}

const sharesOf = (part: Sen, grant: Sen): SwadayaShares => ({ ofGrant: percentOf(part, grant), ofTotal: percentOf(part, grant + part) })

const kindOf = ({ fact }: Recorded): string => textOf(fact.data['kind']) ?? 'unspecified'

function sumsOf(facts: readonly Recorded[]): SwadayaSums {
  const of = (type: string): Recorded[] => facts.filter(({ fact }) => fact.type === type)
  const [pledges, gifts, less] = [of('proposal.SwadayaPledged'), of('proposal.SwadayaRealised'), of('proposal.SwadayaWrittenDown')]
  const kinds = [...new Set([...pledges, ...gifts].map(kindOf))].sort()
  const grant = grantOf(facts)
  const [planned, down] = [sumOf(pledges), sumOf(less)]
  const netOf = (which: (each: Recorded) => boolean): Sum => {
    const [given, lowered] = [gifts.filter(which), less.filter(which)]
    return { sen: sumOf(given).sen - sumOf(lowered).sen, positions: allBehind([...given, ...lowered]) }
  }
  const realised = netOf(() => true)
  return {
    grant: told(grant),
    planned: { ...told(planned), ...sharesOf(planned.sen, grant.sen) },
    realised: { ...told(realised), ...sharesOf(realised.sen > 0n ? realised.sen : 0n, grant.sen) },
    writtenDown: told(down),
    kinds: kinds.map((kind) => {
      const own = gifts.filter((each) => kindOf(each) === kind)
      return {
        kind,
        planned: told(sumOf(pledges.filter((each) => kindOf(each) === kind))),
        realised: told(netOf((each) => kindOf(each) === kind)),
        hours: own.reduce((sum, { fact }) => sum + (typeof fact.data['hours'] === 'number' ? fact.data['hours'] : 0), 0),
      }
    }),
    cashShare: percentOf(netOf((each) => kindOf(each) === 'cash').sen, realised.sen),
  }
}

/** The number of a proposal, as its first paper has it. */
const numberOf = (facts: readonly Recorded[]): string | null =>
  facts.map(({ fact }) => textOf(fact.data['number'])).find((number) => number !== null) ?? null

/**
 * Own contribution of a proposal or of all proposals of an allocation, planned and realised, by kind and against both denominators. Pure;
 * `facts` bear the tag, in log order. Source: DOMAIN §2.8, appendix C5.
 */
export function swadaya(facts: readonly Recorded[], { effectiveUntil }: Until = {}): Swadaya {
  const counted = countedBy(facts, effectiveUntil).filter(({ fact }) => fact.subject.kind === 'proposal')
  const byProposal = Map.groupBy(counted, ({ fact }) => fact.subject.id)
  return {
    ...sumsOf(counted),
    proposals: [...byProposal].map(([proposal, own]) => ({ proposal, number: numberOf(own), ...sumsOf(own) })),
    entries: counted.filter(({ fact }) => fact.type === 'proposal.SwadayaRealised').map(entryOf),
  }
}
