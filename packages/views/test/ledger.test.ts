import { expect, test } from 'vitest'
import type { Fact, Recorded } from '@jejak/domain'
import { commandKeyHash, eventId } from '@jejak/event-store'
import { checkProjection, foldInMemory, idleMoney, ledger, rebuildProjection, resetProjection, viewsDb } from '../src/index.ts'
import { freshLog } from '../../event-store/test/database.ts'
import { correction } from './support/ledger.ts'
import { catchUp } from './support/ledger-log.ts'
import { load, playedScenario } from './support/scenario.ts'

/** Corrections of money of the scenario after its end: one of each kind, and a second one of the same fact. */
function withCorrections(facts: readonly Recorded[]): Recorded[] {
  const expenses = facts.filter(({ fact }) => fact.type === 'proposal.ExpenseRecorded')
  const decreed = facts.find(({ fact }) => fact.type === 'allocation.Decreed') as Recorded
  const less = ({ fact }: Recorded): Fact['data'] => ({ ...fact.data, amount: '1' })
  const targets: (readonly [Recorded | undefined, 'annul' | 'replace' | 'reverse'])[] = [
    [expenses[0], 'annul'],
    [expenses[1], 'replace'],
    [expenses[1], 'replace'],
    [expenses[2], 'reverse'],
    [decreed, 'replace'],
  ]
  const last = facts.at(-1) as Recorded
  const added = targets.map(([target, how], index) => {
    const position = last.position + 1 + index
    const made = correction(position, target as Recorded, how, '2019-02-01', how === 'replace' ? less(target as Recorded) : undefined)
    const keyHash = commandKeyHash('urn:tests', 'ledger', String(position))
    const fact: Fact = { ...made.fact, id: eventId(keyHash, 0), commandKeyHash: keyHash }
    return { position, recordedAt: last.recordedAt + BigInt(index), fact }
  })
  return [...facts, ...added]
}

test('the tables are what the pure fold says, however the log is cut into pages, kept or rebuilt in little memory', async () => {
  const facts = withCorrections(await playedScenario())
  const made = await freshLog({ clock: 'simulated' })
  try {
    await load(made.log, facts)
    const pure = foldInMemory(ledger, facts)
    const db = viewsDb(made.servingPool)
    const key = ({ position, nth }: { position: bigint; nth: number }): number => Number(position) * 100 + nth
    const byKey = (a: { position: bigint; nth: number }, b: { position: bigint; nth: number }): number => key(a) - key(b)
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)
    const kept = async () => ({
      postings: (await db.selectFrom('ledgerPostings').selectAll().execute()).toSorted(byKey),
      plans: (await db.selectFrom('ledgerPlans').selectAll().execute()).toSorted(byKey),
      accounts: (await db.selectFrom('ledgerAccounts').selectAll().execute()).toSorted(byName),
    })
    const expected = {
      postings: pure.ledgerPostings.toSorted(byKey),
      plans: pure.ledgerPlans.toSorted(byKey),
      accounts: pure.ledgerAccounts.toSorted(byName),
    }
    expect(expected.postings.length).toBeGreaterThan(50)
    expect(new Set(expected.postings.map(({ how }) => how))).toEqual(new Set([null, 'annul', 'replace', 'reverse']))
    for (const pageSize of [1, 7]) {
      await catchUp(made, pageSize)
      expect(await kept()).toEqual(expected)
      await resetProjection(made.servingPool, ledger)
    }
    await catchUp(made)
    await rebuildProjection(made.servingPool, made.log, ledger, { pageSize: 5, valuesMax: 40 })
    expect(await kept()).toEqual(expected)
    expect((await checkProjection(made.servingPool, made.log, ledger, { pageSize: 3, valuesMax: 40 })).difference).toBeUndefined()
    // What was reversed came back on the day of the reversal, and lies since then.
    const { rows } = await idleMoney(db, { kind: 'group-bank' }, { at: '2019-03-01' }, 0, { limit: 500 })
    const reversed = facts.find(({ fact }) => fact.corrects?.how === 'reverse')
    expect(rows.find(({ position }) => position === reversed?.position)).toMatchObject({ since: '2019-02-01', days: 28 })
  } finally {
    await made.close()
  }
})
