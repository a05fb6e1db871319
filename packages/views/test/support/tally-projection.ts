import type { Projection } from '../../src/index.ts'

export interface TallyTable {
  readonly tag: string
  readonly facts: number
}

export type TallyRows = { readonly tally: TallyTable }

/** Counts facts by tag. It adds to what stands, so that a fact taken twice or passed over shows. */
export function tallyOf(name: string, more: Partial<Projection<TallyRows>> = {}): Projection<TallyRows> {
  return {
    name,
    version: 1,
    tables: { tally: { key: ['tag'], groupedBy: 'tag' } },
    sql: 'create table tally (tag text not null, facts int not null, constraint tally_pkey primary key (tag))',
    types: new Set(['tranche.InstalmentPaid', 'area.Named']),
    groups: ({ fact }) => ({ tally: fact.tags }),
    project: (known, { fact }) => ({
      tally: new Map(fact.tags.map((tag) => [tag, [{ tag, facts: (known.tally(tag)[0]?.facts ?? 0) + 1 }]])),
    }),
    ...more,
  }
}
