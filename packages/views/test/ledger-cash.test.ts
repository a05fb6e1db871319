import { expect, test } from 'vitest'
import type { Recorded } from '@jejak/domain'
import { cashLying, entityList, viewsDb, type LedgerFilter, type ViewsDb } from '../src/index.ts'
import { freshLog } from '../../event-store/test/database.ts'
import { catchUp, fact, reversal, uuid } from './support/ledger-log.ts'
import { load } from './support/scenario.ts'

const [allocation, tranche, next, proposal] = ['a1', 'b1', 'b2', 'c1'].map(uuid) as [string, string, string, string]
const own = [`allocation:${allocation}`]
const decreed = { source: 'APBN', component: 'ALL', fiscalYear: '2018', amount: '500000000', number: 'SK-1' }
const begun = [
  fact(1, 'allocation.Decreed', allocation, '2018-01-02', own, decreed),
  fact(2, 'tranche.Sp2dIssued', tranche, '2018-05-31', own, { number: 'SP2D-1', amount: '350000000' }),
  fact(3, 'tranche.Credited', tranche, '2018-06-05', own, { bankReference: 'RK-1', amount: '350000000' }),
  fact(4, 'tranche.InstalmentPaid', tranche, '2018-07-09', own, { proposal, bankReference: 'RK-2', amount: '88000000' }),
]
const drawn = (position: number, on: string, amount: string, of = tranche) =>
  fact(position, 'proposal.CashDrawn', proposal, on, own, { tranche: of, bankReference: `CEK-${position}`, amount })
const spent = (position: number, on: string, amount: string, of: string) =>
  fact(position, 'proposal.ExpenseRecorded', proposal, on, own, { tranche: of, paidFrom: 'cash', amount })
const carried = (position: number, on: string, amount: string) =>
  fact(position, 'tranche.LpjAccepted', tranche, on, own, {
    carriedOver: { into: next, parts: [{ tranche, proposal, where: 'cash', amount }] },
  })

async function withLedger(facts: readonly Recorded[], ask: (db: ViewsDb) => Promise<void>): Promise<void> {
  const made = await freshLog({ clock: 'simulated' })
  try {
    await load(made.log, facts)
    await catchUp(made, undefined, [entityList])
    await ask(viewsDb(made.servingPool))
  } finally {
    await made.close()
  }
}
/** Day, overdue and open in rupiah, and the tranche of the account. */
async function lying(db: ViewsDb, at: string, filter: LedgerFilter = {}): Promise<unknown[]> {
  const { rows } = await cashLying(db, { filter, limits: [], daysElse: 7 }, { at }, { limit: 100 })
  return rows.map(({ drawnOn, overdueSen, openSen, account }) => [
    drawnOn,
    Number(overdueSen) / 100,
    Number(openSen) / 100,
    account.tranche === tranche ? 1 : 2,
  ])
}

test('cash carried over as cash lies still, until it is spent out of the box that it came to', () =>
  withLedger(
    [
      ...begun,
      drawn(5, '2018-08-01', '9000000'),
      carried(6, '2018-08-05', '9000000'),
      drawn(7, '2018-08-20', '1000000', next),
      spent(8, '2018-09-01', '4000000', next),
      spent(9, '2018-09-10', '6000000', next),
    ],
    async (db) => {
      expect(await lying(db, '2018-08-08')).toEqual([])
      expect(await lying(db, '2018-08-31')).toEqual([
        ['2018-08-01', 9_000_000, 9_000_000, 1],
        ['2018-08-20', 1_000_000, 1_000_000, 2],
      ])
      expect(await lying(db, '2018-09-01')).toEqual([
        ['2018-08-01', 9_000_000, 5_000_000, 1],
        ['2018-08-20', 1_000_000, 1_000_000, 2],
      ])
      expect(await lying(db, '2018-12-31')).toEqual([
        ['2018-08-01', 9_000_000, 0, 1],
        ['2018-08-20', 1_000_000, 0, 2],
      ])
      // The rest of the box is reckoned with, though only one tranche is asked for.
      expect(await lying(db, '2018-09-01', { tranche })).toEqual([['2018-08-01', 9_000_000, 5_000_000, 1]])
      expect(await lying(db, '2018-09-01', { tranche: next })).toEqual([['2018-08-20', 1_000_000, 1_000_000, 2]])
    },
  ))

test('boxes between which nothing was carried over are apart', () =>
  withLedger(
    [...begun, drawn(5, '2018-08-01', '2000000'), drawn(6, '2018-08-01', '500000', next), spent(7, '2018-08-02', '500000', next)],
    async (db) => expect(await lying(db, '2018-12-31')).toEqual([['2018-08-01', 2_000_000, 2_000_000, 1]]),
  ))

test('a carrying over that was reversed accounts for nothing', () => {
  const moved = carried(6, '2018-08-05', '9000000')
  return withLedger([...begun, drawn(5, '2018-08-01', '9000000'), moved, reversal(7, moved, '2018-08-20')], async (db) =>
    expect(await lying(db, '2018-12-31')).toEqual([['2018-08-01', 9_000_000, 9_000_000, 1]]),
  )
})

test('the holders above their limit can be asked for by edition, unless two revisions of it hold for the same accounts', async () => {
  const other = uuid('a2')
  const pinned = (position: number, id: string, edition: string, revision: number): Recorded => {
    const made = fact(position, 'allocation.Decreed', id, '2018-01-02', [`allocation:${id}`], decreed)
    return { ...made, fact: { ...made.fact, edition: { id: edition, revision } } }
  }
  const inBox = (position: number, id: string, amount: string): Recorded =>
    fact(position, 'proposal.CashDrawn', uuid(`c${position}`), '2018-08-01', [`allocation:${id}`], {
      tranche,
      bankReference: 'CEK',
      amount,
    })
  const told = (second: readonly [edition: string, revision: number], expected: readonly unknown[]): Promise<void> =>
    withLedger(
      [pinned(1, allocation, 'E-1', 1), pinned(2, other, ...second), inBox(3, allocation, '9000000'), inBox(4, other, '6000000')],
      async (db) => {
        const revisions = [['E-1', 1] as const, second]
        const limits = revisions.map(([edition, revision]) => ({ edition, revision, mostSen: 500_000_000n }))
        const { above } = await cashLying(db, { filter: {}, limits, daysElse: 7 }, { at: '2018-12-31' }, { limit: 100 })
        expect(above.map(({ edition, revision, heldSen, bookedUnder }) => [edition, revision, heldSen, bookedUnder])).toEqual(expected)
      },
    )
  await told(
    ['E-2', 1],
    [
      ['E-1', 1, 900_000_000n, 'E-1'],
      ['E-2', 1, 600_000_000n, 'E-2'],
    ],
  )
  await told(
    ['E-1', 2],
    [
      ['E-1', 1, 900_000_000n, null],
      ['E-1', 2, 600_000_000n, null],
    ],
  )
})
