import { hundredthsOf, movements, percentText, rupiah, sen, sumSen, type Recorded, type Sen } from '@jejak/domain'

/**
 * Own contribution beside the grant, in rupiah, with both denominators: percent of the grant, and of the whole cost (grant and
 * contribution). Percent has two decimals, half up; null of nothing. Source: DOMAIN §2.8, appendix C5.
 */
export interface SwadayaLine {
  readonly grant: string
  readonly pledged: string
  readonly realised: string
  readonly percentOfGrant: string | null
  readonly percentOfTotal: string | null
  readonly cash: string
  /** Cash in percent of what was contributed. */
  readonly cashPercent: string | null
  readonly byKind: Readonly<Record<string, string>>
  readonly facts: readonly number[]
}

/** The own contribution of each proposal, and of all. */
export interface SwadayaReport {
  readonly total: SwadayaLine
  readonly proposals: readonly (SwadayaLine & { readonly proposal: string; readonly number: string | null })[]
}

interface Sums {
  readonly grantSen: Sen
  readonly pledgedSen: Sen
  readonly realisedSen: Sen
  readonly byKind: ReadonlyMap<string, Sen>
  readonly facts: readonly number[]
}

/** The grant of a proposal: the last amount that was asked for, approved or contracted. */
function grantOf(facts: readonly Recorded[]): { readonly sen: Sen; readonly position: number | undefined; readonly number: string | null } {
  const grants = facts.flatMap(({ fact, position }) => {
    const { grant, amount, number } = fact.data
    const value = fact.type === 'proposal.ContractSigned' ? amount : grant
    return typeof value === 'string' ? [{ value, position, number: typeof number === 'string' ? number : null }] : []
  })
  const contract = grants.at(-1)
  return {
    sen: contract ? sen(contract.value) : 0n,
    position: contract?.position,
    number: grants[0]?.number ?? null,
  }
}

function sumsOf(facts: readonly Recorded[]): Sums {
  const grant = grantOf(facts)
  const moved = facts.flatMap((recorded) =>
    recorded.fact.type.startsWith('proposal.Swadaya') ? movements(recorded.fact).map((movement) => ({ ...movement, recorded })) : [],
  )
  const pledged = moved.filter(({ to }) => to.kind === 'swadaya-pledged')
  const used = moved.flatMap(({ from, to, amountSen }) => {
    if (to.kind === 'swadaya-used') return [{ kind: to.swadaya ?? 'unspecified', amountSen }]
    return from.kind === 'swadaya-used' ? [{ kind: from.swadaya ?? 'unspecified', amountSen: -amountSen }] : []
  })
  const byKind = new Map<string, Sen>()
  for (const { kind, amountSen } of used) byKind.set(kind, (byKind.get(kind) ?? 0n) + amountSen)
  return {
    grantSen: grant.sen,
    pledgedSen: sumSen(pledged.map(({ amountSen }) => amountSen)),
    realisedSen: sumSen(used.map(({ amountSen }) => amountSen)),
    byKind,
    facts: [...(grant.position === undefined ? [] : [grant.position]), ...moved.map(({ recorded }) => recorded.position)],
  }
}

const signed = (amount: Sen): string => (amount < 0n ? `-${rupiah(-amount)}` : rupiah(amount))
const percent = (part: Sen, whole: Sen): string | null => {
  const value = hundredthsOf({ part, whole })
  return value === undefined ? null : percentText(value)
}

function lineOf({ grantSen, pledgedSen, realisedSen, byKind, facts }: Sums): SwadayaLine {
  const cash = byKind.get('cash') ?? 0n
  return {
    grant: rupiah(grantSen),
    pledged: rupiah(pledgedSen),
    realised: signed(realisedSen),
    percentOfGrant: percent(realisedSen, grantSen),
    percentOfTotal: percent(realisedSen, grantSen + realisedSen),
    cash: signed(cash),
    cashPercent: percent(cash, realisedSen),
    byKind: Object.fromEntries([...byKind].map(([kind, amount]) => [kind, signed(amount)])),
    facts,
  }
}

/** The own contribution to the proposals of an allocation, from the facts that bear its tag. Pure. */
export function swadayaReport(facts: readonly Recorded[]): SwadayaReport {
  const ofProposal = Map.groupBy(
    facts.filter(({ fact }) => fact.subject.kind === 'proposal'),
    ({ fact }) => fact.subject.id,
  )
  const each = [...ofProposal].map(([proposal, own]) => ({ proposal, number: grantOf(own).number, sums: sumsOf(own) }))
  const all = each.map(({ sums }) => sums)
  const byKind = new Map<string, Sen>()
  for (const sums of all) for (const [kind, amount] of sums.byKind) byKind.set(kind, (byKind.get(kind) ?? 0n) + amount)
  const total: Sums = {
    grantSen: sumSen(all.map(({ grantSen }) => grantSen)),
    pledgedSen: sumSen(all.map(({ pledgedSen }) => pledgedSen)),
    realisedSen: sumSen(all.map(({ realisedSen }) => realisedSen)),
    byKind,
    facts: all.flatMap(({ facts: positions }) => positions).sort((a, b) => a - b),
  }
  return { total: lineOf(total), proposals: each.map(({ proposal, number, sums }) => ({ proposal, number, ...lineOf(sums) })) }
}
