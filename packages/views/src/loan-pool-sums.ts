import { allBehind, foldEntity, poolMoneyFold, rupiah, signedRupiah, type Entity, type PoolMoney } from '@jejak/domain'

type SumName = 'capital' | 'cash' | 'outstanding' | 'jasa' | 'income' | 'cost' | 'writtenOff' | 'capitalised'

/** What a pool has, received and paid, in rupiah; the positions of each sum stand in `facts` under its name. */
export type PoolSums = Readonly<Record<SumName, string>> & { readonly facts: Readonly<Record<SumName, readonly number[]>> }

/** What a fact adds to each sum, asked of a pool that knows only that fact: sums only add up. */
function behindSums({ id, facts }: Pick<Entity, 'id' | 'facts'>): PoolSums['facts'] {
  const alone = facts.map((recorded) => ({ recorded, adds: foldEntity(poolMoneyFold, id, [recorded], false).data }))
  const behind = (name: SumName): number[] =>
    allBehind(alone.filter(({ adds }) => adds[`${name}Sen`] !== 0n).map(({ recorded }) => recorded))
  return {
    capital: behind('capital'),
    cash: behind('cash'),
    outstanding: behind('outstanding'),
    jasa: behind('jasa'),
    income: behind('income'),
    cost: behind('cost'),
    writtenOff: behind('writtenOff'),
    capitalised: behind('capitalised'),
  }
}

/** The sums of a pool from its money, folded of the facts that count. */
export function poolSums({ id, data, facts }: Entity<PoolMoney>): PoolSums {
  return {
    capital: signedRupiah(data.capitalSen),
    cash: signedRupiah(data.cashSen),
    outstanding: signedRupiah(data.outstandingSen),
    jasa: rupiah(data.jasaSen),
    income: rupiah(data.incomeSen),
    cost: rupiah(data.costSen),
    writtenOff: rupiah(data.writtenOffSen),
    capitalised: rupiah(data.capitalisedSen),
    facts: behindSums({ id, facts }),
  }
}
