import { describe, expect, it } from 'vitest'
import { corrected, isCorrection, type Recorded } from '@jejak/domain'
import { confirmed, factOf, proposed } from '../../../domain/test/support/corrections.ts'
import { play, type Later, type Wish } from '../../../domain/test/support/given.ts'
import { upTo } from '../support/community.ts'
import { housed, old, olds } from '../../../domain/test/support/p2kp.ts'
import { act, entity, line, prabumulih, who } from '../../../domain/test/support/prabumulih.ts'
import type { MemoryLog } from '../../../domain/test/support/memory.ts'
import {
  deviations,
  entityHistory,
  entityList,
  flow,
  foldInMemory,
  fundTrail,
  heldBy,
  stageClock,
  type Projection,
} from '../../src/index.ts'

const { a, t1, allocation } = entity
type How = 'annul' | 'replace' | 'reverse'
const both = (
  says: Wish['actor'],
  how: How,
  type: string,
  subject: Wish['subject'],
  other?: object,
  confirms: Wish['actor'] = who.korkot,
): Later[] => [proposed(says, how, type, subject, other ? { other } : {}), confirmed(confirms, subject)]

const played = async (seq: number, ...wishes: readonly (Wish | Later)[]): Promise<MemoryLog> =>
  play(await prabumulih.until(seq)(), ...wishes)

/** Logs in which something was corrected, each in another way. */
const logs: Readonly<Record<string, () => Promise<MemoryLog>>> = {
  'the title of a proposal replaced': () => played(54, ...both(who.ksmA, 'replace', 'proposal.Drafted', a, { title: 'Drainase RT 05' })),
  'a decision taken back': () => played(64, ...both(who.ppspm, 'annul', 'tranche.SpmIssued', t1)),
  'and taken again': () => played(64, ...both(who.ppspm, 'annul', 'tranche.SpmIssued', t1), line(64)),
  'an expense struck': () => played(86, ...both(who.ksmA, 'annul', 'proposal.ExpenseRecorded', a)),
  'a payment paid back': () => played(75, ...both(who.treasurer, 'reverse', 'tranche.InstalmentPaid', t1)),
  'a proposal that never was': () => played(31, ...both(who.ksmA, 'annul', 'proposal.Drafted', a)),
  'a stage of the cycle that was not done': async () => {
    const log = await housed()
    await play(log, ...upTo(3))
    const last = log.facts.findLast(({ fact }) => fact.subject.kind === 'cycle')?.fact
    if (!last) throw new Error('no cycle')
    return play(log, ...both(last.actor, 'annul', last.type, olds.cycle, undefined, old.korkot))
  },
  'a forced stage taken back': async () => {
    const force = act('cycle.ForceStage', entity.cycle, who.korkot, { to: '2.4' }, { reason: 'Tenggat', papers: ['nota-dinas'] })
    return played(8, force, ...both(who.korkot, 'annul', 'cycle.StageForced', entity.cycle, undefined, who.pmu))
  },
}

const views = { entityList, stageClock, flow, deviations } as const
const text = (rows: readonly object[]): string[] =>
  rows.map((row) => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).sort()

/** Columns that say how far something is known, or when it was struck: a correction is a fact too. */
const timeless = (row: object): object =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !['lastPosition', 'struckAt'].includes(name)))
const counts = (row: object): boolean => !('struckAt' in row && row.struckAt !== null)

describe.each(Object.entries(logs))('%s', (_, make) => {
  it.each(Object.entries(views))('%s holds what the corrected history makes', async (name, view) => {
    const { facts } = await make()
    const kept = foldInMemory(view as Projection, facts)
    const standing = corrected(facts).standing.filter(({ fact }) => !isCorrection(fact.type))
    const anew = foldInMemory(view as Projection, standing)
    for (const [table, rows] of Object.entries(anew)) {
      // Labels of a case that was annulled stay for moments before.
      const live = (kept[table] ?? []).filter(counts)
      if (table === 'flowCases') expect(text(live)).toEqual(expect.arrayContaining(text(rows)))
      else expect([name, table, text(live.map(timeless))]).toEqual([name, table, text(rows.map(timeless))])
    }
  })
})

it('steps of an annulled fact count for moments before', async () => {
  const { facts } = await (logs['a decision taken back'] as () => Promise<MemoryLog>)()
  const struck = facts.find(({ fact }) => fact.type === 'tranche.SpmIssued')
  const confirmation = facts.at(-1)
  const rows = foldInMemory(flow, facts).flowSteps.filter(({ position }) => Number(position) === struck?.position)
  expect(rows.map(({ struckAt }) => Number(struckAt))).toEqual([confirmation?.position])
})

describe('a history', () => {
  it('shows what was struck, why, by whom, and what stands instead', async () => {
    const log = await played(66, ...both(who.bkm, 'replace', 'tranche.Credited', t1, { amount: '35000000' }))
    const rows = entityHistory(log.facts, t1)
    const credit = rows.find(({ type }) => type === 'tranche.Credited')
    expect(credit).toMatchObject({
      data: { amount: '350000000' },
      struck: [
        {
          how: 'replace',
          reason: 'Salah catat',
          proposed: { by: { person: who.bkm.person } },
          confirmed: { by: { person: who.korkot.person }, reason: 'Sesuai bukti' },
          replacement: { amount: '35000000' },
        },
      ],
    })
    const { position } = factOf(log, 'tranche.CorrectionConfirmed', t1)
    const before = entityHistory(
      log.facts.filter((each) => each.position < position),
      t1,
    ).find(({ type }) => type === 'tranche.Credited')
    expect([before?.struck, before?.doubted]).toEqual([undefined, position - 1])
    const by = entityHistory(log.facts, t1, { effectiveUntil: String(credit?.effectiveOn) }).find(({ type }) => type === 'tranche.Credited')
    expect(by?.struck).toHaveLength(1)
  })
  it('of stays leaves out what was annulled', async () => {
    const { facts } = await played(64, ...both(who.ppspm, 'annul', 'tranche.SpmIssued', t1))
    expect(heldBy(facts, 'tranche', t1.id, () => undefined).at(-1)).toMatchObject({ stage: 'SppIssued', to: null })
  })
})

describe('the fund trail', () => {
  const bearing = (log: MemoryLog): Recorded[] => log.facts.filter(({ fact }) => fact.tags.includes(`allocation:${allocation.id}`))
  it('follows a credit of another amount, as known then and now', async () => {
    const log = await played(66, ...both(who.bkm, 'replace', 'tranche.Credited', t1, { amount: '35000000' }))
    const facts = bearing(log)
    const board = (of: readonly Recorded[]): string | undefined =>
      fundTrail(of).accounts.find(({ account }) => account.kind === 'board-bank')?.balance.amount
    expect([board(facts), board(facts.slice(0, -1))]).toEqual(['35000000', '350000000'])
  })
  it('takes money home by the fact and on the day of its reversal', async () => {
    const log = await played(
      75,
      proposed(who.treasurer, 'reverse', 'tranche.InstalmentPaid', t1, { more: { on: '2018-07-10' } }),
      confirmed(who.korkot, t1, { on: '2018-07-11' }),
    )
    const facts = bearing(log)
    const [now, then] = [fundTrail(facts), fundTrail(facts, { effectiveUntil: '2018-07-10' })]
    const held = (trail: typeof now): string | undefined => trail.proposals.find(({ proposal }) => proposal === a.id)?.held
    expect([held(then), held(now)]).toEqual(['88000000', '0'])
    expect(now.movements.at(-1)).toMatchObject({
      type: 'tranche.CorrectionConfirmed',
      effectiveOn: '2018-07-11',
      from: { kind: 'group-bank' },
      to: { kind: 'board-bank' },
    })
  })
})
