import { expect, test } from 'vitest'
import { entityHistory, fundTrail, readEntityHistory, readFundTrail } from '../src/index.ts'
import { ownLog } from '../../event-store/test/database.ts'
import { bearing, ids, load, playedScenario, positionOf } from './support/scenario.ts'

test('fund trail and history read from the log what they are asked for: known at a position, true by a date', async () => {
  const facts = await playedScenario()
  const made = await ownLog({ clock: 'simulated' })
  await load(made.log, facts)

  const whole = await readFundTrail(made.log, ids.allocation)
  expect(whole?.head).toBe(facts.length)
  expect(whole?.trail).toEqual(fundTrail(bearing(facts, 'allocation', ids.allocation)))

  const credited = positionOf(facts, 'tranche.Credited', 1)
  const known = await readFundTrail(made.log, ids.allocation, { asOf: credited })
  expect(known?.head).toBe(facts.length)
  expect(known?.trail.totals).toMatchObject({ paid: '350000000', held: '350000000', spent: '0' })
  const ordered = await readFundTrail(made.log, ids.allocation, { asOf: credited, effectiveUntil: '2018-06-04' })
  expect(ordered?.trail.accounts.map(({ account, balance }) => [account.kind, balance.amount, balance.side])).toEqual([
    ['treasury', '350000000', 'credit'],
    ['in-transit', '350000000', 'debit'],
  ])
  expect(await readFundTrail(made.log, ids.allocation, { asOf: 4 })).toBeUndefined()

  const of = { kind: 'tranche', id: ids.tranche2 }
  const history = await readEntityHistory(made.log, of, { effectiveUntil: '2018-10-10' })
  expect(history?.rows).toEqual(entityHistory(facts, of, { effectiveUntil: '2018-10-10' }))
  expect(history?.rows.at(-1)?.moves.at(-1)?.to).toBe('UnderVerification.KORKOT')
  expect(await readEntityHistory(made.log, { kind: 'tranche', id: 'unknown' })).toBeUndefined()
})
