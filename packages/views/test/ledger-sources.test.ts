import { expect, test } from 'vitest'
import { purbayan, purbayanLabels, purbayanPrelude } from '@jejak/demo'
import type { Recorded } from '@jejak/domain'
import { fundFlow, plannedAndSpent, viewsDb, type LedgerGrouping, type PlanRow, type ViewsDb } from '../src/index.ts'
import { freshLog } from '../../event-store/test/database.ts'
import { memoryLog } from '../../domain/test/support/memory.ts'
import { catchUp, fact, reversal, uuid } from './support/ledger-log.ts'
import { load } from './support/scenario.ts'

const whole = { limit: 500 }
/** Released, spent, kept, returned and held, in rupiah. */
const figures = ({ releasedSen, spentSen, keptSen, returnedSen, heldSen }: PlanRow): number[] =>
  [releasedSen, spentSen, keptSen, returnedSen, heldSen].map((sen) => Number(sen) / 100)
const planBy = async (db: ViewsDb, by: readonly LedgerGrouping[], position?: number) => {
  const { rows } = await plannedAndSpent(db, {}, { position }, by, whole)
  return Object.fromEntries(rows.map((row) => [Object.values(row.group).join(), figures(row)]))
}

async function withLedger(facts: readonly Recorded[], ask: (db: ViewsDb) => Promise<void>): Promise<void> {
  const made = await freshLog({ clock: 'simulated' })
  try {
    await load(made.log, facts)
    await catchUp(made)
    await ask(viewsDb(made.servingPool))
  } finally {
    await made.close()
  }
}

const [allocation, tranche, next, proposal, pool, loan] = ['a1', 'b1', 'b2', 'c1', 'd1', 'e1'].map(uuid) as [
  string,
  string,
  string,
  string,
  string,
  string,
]
const own = [`allocation:${allocation}`]
const decreed = { source: 'APBN', component: 'ALL', fiscalYear: '2018', amount: '500000000', number: 'SK-1' }
const begun = [
  fact(1, 'allocation.Decreed', allocation, '2018-01-02', own, decreed),
  fact(2, 'tranche.Sp2dIssued', tranche, '2018-05-31', own, { number: 'SP2D-1', amount: '350000000' }),
  fact(3, 'tranche.Credited', tranche, '2018-06-05', own, { bankReference: 'RK-1', amount: '350000000' }),
]

test('cash that residents give is of the source swadaya, what it pays and what is left of it too; APBN released its SP2D', () =>
  withLedger(
    [
      ...begun,
      fact(4, 'tranche.InstalmentPaid', tranche, '2018-07-09', own, { proposal, bankReference: 'RK-2', amount: '88000000' }),
      fact(5, 'proposal.SwadayaRealised', proposal, '2018-07-10', own, { kind: 'cash', amount: '500000', received: 'cash' }),
      fact(6, 'proposal.SwadayaRealised', proposal, '2018-07-10', own, { kind: 'labour', amount: '1000' }),
      fact(7, 'proposal.ExpenseRecorded', proposal, '2018-07-11', own, { swadaya: 'cash', paidFrom: 'cash', amount: '200000' }),
      fact(8, 'proposal.ExpenseRecorded', proposal, '2018-07-11', own, { tranche, amount: '8000000', payee: 'labour' }),
      fact(9, 'tranche.LpjAccepted', tranche, '2018-12-01', own, {
        carriedOver: { into: next, parts: [{ tranche, amount: '2000000' }] },
      }),
    ],
    async (db) => {
      expect(await planBy(db, ['source'])).toEqual({
        APBN: [350_000_000, 8_000_000, 0, 0, 342_000_000],
        swadaya: [500_000, 200_000, 0, 0, 300_000],
      })
      expect(await planBy(db, ['proposal'])).toEqual({ [proposal]: [88_500_000, 8_200_000, 0, 0, 80_300_000] })
      // Carried over is released to the next tranche, and returned by the one that it left.
      expect(await planBy(db, ['tranche'])).toEqual({
        [tranche]: [350_000_000, 8_000_000, 0, 2_000_000, 340_000_000],
        [next]: [2_000_000, 0, 0, 0, 2_000_000],
        '': [500_000, 200_000, 0, 0, 300_000],
      })
      const accounts = await db.selectFrom('ledgerAccounts').select(['kind', 'source']).orderBy('account').execute()
      expect(accounts.filter(({ source }) => source === 'swadaya').map(({ kind }) => kind)).toEqual([
        'swadaya-contributed',
        'swadaya-used',
        'residents',
        'group-cash',
        'swadaya-contributed',
        'swadaya-used',
        'suppliers',
      ])
    },
  ))

test('what goes into a pool is kept of its source; what the pool loses of it stands with the pool', () => {
  const ofPool = [`loanPool:${pool}`]
  return withLedger(
    [
      ...begun,
      fact(4, 'tranche.PoolFunded', tranche, '2018-07-01', [...own, ...ofPool], { pool, amount: '35000000' }),
      fact(5, 'loan.Disbursed', loan, '2018-07-02', ofPool, { amount: '30000000' }),
      fact(6, 'loan.InstalmentReceived', loan, '2018-08-02', ofPool, { principal: '10000000', jasa: '450000' }),
      fact(7, 'loanPool.CostPaid', pool, '2018-08-03', ofPool, { amount: '15000000' }),
      fact(8, 'loanPool.CostPaid', pool, '2018-08-04', ofPool, { amount: '1000000' }),
      fact(9, 'loan.WrittenOff', loan, '2018-09-03', ofPool, { amount: '1000000' }),
    ],
    async (db) => {
      expect(await planBy(db, ['source'])).toEqual({
        APBN: [350_000_000, 0, 35_000_000, 0, 315_000_000],
        '': [450_000, 17_000_000, -16_550_000, 0, 0],
      })
      expect(await planBy(db, ['fund'], 4)).toEqual({
        [`allocation:${allocation}`]: [350_000_000, 0, 35_000_000, 0, 315_000_000],
        [`loanPool:${pool}`]: [0, 0, 0, 0, 0],
      })
      const flow = await fundFlow(db, `loanPool:${pool}`, undefined, {}, whole)
      const paid = flow?.uses.map(({ origin, amountSen, paidBy }) => [
        origin,
        Number(amountSen) / 100,
        ...paidBy.map(({ release, amountSen: sen }) => `${Number(sen) / 100} of ${release}`),
      ])
      expect(paid).toEqual([
        [4, 35_000_000, '35000000 of 4'],
        [5, -30_000_000, '-30000000 of 4'],
        [5, 30_000_000, '30000000 of 4'],
        [6, 450_000, '450000 of 6'],
        [6, -10_000_000, '-10000000 of 4'],
        [6, 10_000_000, '10000000 of 4'],
        [7, -15_000_000, '-14550000 of 4', '-450000 of 6'],
        [7, 15_000_000, '14550000 of 4', '450000 of 6'],
        // More than the pool has.
        [8, -1_000_000, '-450000 of 4', '-550000 of null'],
        [8, 1_000_000, '450000 of 4', '550000 of null'],
        [9, -1_000_000, '-1000000 of 4'],
        [9, 1_000_000, '1000000 of 4'],
      ])
    },
  )
})

test('Purbayan: 35 million of P2KP went into the pool, and every use of the pool leads back to what came in', async () => {
  const log = memoryLog()
  for (const request of [...purbayanPrelude(), ...purbayan()]) await log.ask(request)
  await withLedger(log.facts, async (db) => {
    const row = [140_000_000, 68_150_250, 35_000_000, 0, 36_849_750]
    for (const by of ['source', 'programme', 'edition', 'component'] as const)
      expect([by, Object.values(await planBy(db, [by]))]).toEqual([by, expect.arrayContaining([row])])
    const flow = await fundFlow(db, `loanPool:${purbayanLabels.labelId('UPK-BLM2008')}`, undefined, {}, whole)
    expect(flow?.usesCount).toBeGreaterThan(150)
    expect(flow?.uses.flatMap(({ paidBy }) => paidBy).filter(({ release }) => release === null)).toEqual([])
  })
})

test('a credit that is reversed was there until then: what it paid keeps its release', () => {
  const [, , credited] = begun as [Recorded, Recorded, Recorded]
  return withLedger(
    [
      ...begun,
      fact(4, 'tranche.BopSpent', tranche, '2018-06-08', own, { amount: '7000000' }),
      reversal(5, credited, '2018-07-20'),
      fact(6, 'tranche.Credited', tranche, '2018-07-25', own, { bankReference: 'RK-2', amount: '350000000' }),
      fact(7, 'tranche.LeftoverKept', tranche, '2018-12-01', own, { amount: '343000000' }),
      fact(8, 'tranche.LeftoverKept', tranche, '2018-12-02', own, { amount: '1' }),
    ],
    async (db) => {
      const usesAt = async (at: string) => {
        const flow = await fundFlow(db, `allocation:${allocation}`, undefined, { at }, whole)
        return flow?.uses.map(({ origin, effectiveOn, paidBy }) => [origin, effectiveOn, ...paidBy.map((part) => part.release)])
      }
      const spent = [4, '2018-06-08', 2]
      expect(await usesAt('2018-06-30')).toEqual([spent])
      expect(await usesAt('2018-07-22')).toEqual([spent])
      expect(await usesAt('2018-12-31')).toEqual([spent, [7, '2018-12-01', 2], [8, '2018-12-02', null]])
    },
  )
})

test('an expense that is reversed is a use until the day of the reversal, and its money can be spent again', () => {
  const paid = fact(4, 'tranche.BopSpent', tranche, '2018-06-08', own, { amount: '350000000' })
  return withLedger(
    [...begun, paid, reversal(5, paid, '2018-07-20'), fact(6, 'tranche.BopSpent', tranche, '2018-08-01', own, { amount: '350000000' })],
    async (db) => {
      const flow = await fundFlow(db, `allocation:${allocation}`, undefined, {}, whole)
      const [sen, back] = [35_000_000_000n, -35_000_000_000n]
      expect(flow?.uses.map(({ effectiveOn, positions, amountSen, paidBy }) => [effectiveOn, positions, amountSen, paidBy])).toEqual([
        ['2018-06-08', [4], sen, [{ release: 2, amountSen: sen }]],
        ['2018-07-20', [4, 5], back, [{ release: 2, amountSen: back }]],
        ['2018-08-01', [6], sen, [{ release: 2, amountSen: sen }]],
      ])
    },
  )
})

test('where the decree is recorded after the money moved, what no account knew the source of stays together in one row', () =>
  withLedger(
    [
      fact(1, 'tranche.Credited', tranche, '2018-06-05', own, { bankReference: 'RK-1', amount: '350000000' }),
      fact(2, 'tranche.BopSetAside', tranche, '2018-06-05', own, { amount: '7000000' }),
      fact(3, 'allocation.Decreed', allocation, '2018-06-05', own, decreed),
      fact(4, 'tranche.Sp2dIssued', tranche, '2018-06-06', own, { number: 'SP2D-1', amount: '350000000' }),
      fact(5, 'tranche.BopSpent', tranche, '2018-06-08', own, { amount: '7000000' }),
      fact(6, 'tranche.LeftoverReturned', tranche, '2018-12-20', own, { amount: '2750000' }),
    ],
    async (db) =>
      expect(await planBy(db, ['source'])).toEqual({
        '': [350_000_000, 7_000_000, 0, 2_750_000, 340_250_000],
        APBN: [0, 0, 0, 0, 0],
      }),
  ))
