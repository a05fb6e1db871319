import { describe, expect, it } from 'vitest'
import { CorruptHistory, createWorld, domain, foldEntity, one, type Entity, type Recorded } from '@jejak/domain'
import { ask, given, outcomeOf, play } from '../support/given.ts'
import { entity, line, prabumulih, who } from '../support/prabumulih.ts'
import { until } from '../support/places.ts'
import { act } from '../support/prabumulih.ts'

const { t1, t2, a, allocation } = entity
const fold = domain.slice('tranche').fold
const bearing = (facts: readonly Recorded[], { kind, id }: { kind: string; id: string }): Recorded[] =>
  facts.filter(({ fact }) => fact.tags.includes(`${kind}:${id}`))
const whole = async (): Promise<readonly Recorded[]> => (await prabumulih.until(284)()).facts
/** What was true by a date, among all that is known (CONTRACTS D3). */
const at = (facts: readonly Recorded[], date: string, check: boolean): Entity =>
  foldEntity(
    fold,
    t2.id,
    bearing(facts, t2).filter(({ fact }) => fact.effectiveOn <= date),
    check,
  )

describe('reading by effective date (CONTRACTS D3)', () => {
  it.each([
    ['2018-04-22', undefined],
    ['2018-09-09', 'Planned'],
    ['2018-09-12', 'UnderVerification.FASKEL'],
    ['2018-09-13', 'UnderVerification.KORKOT'],
    ['2018-10-07', 'ReturnedForRevision.KORKOT'],
    ['2018-10-10', 'UnderVerification.KORKOT'],
    ['2018-11-15', 'UnderVerification.PPK'],
    ['2018-11-26', 'CreditedToBkm'],
    ['2018-12-28', 'Closed'],
  ])('tranche 2 on %s stood at %s', async (date, stage) => expect(at(await whole(), date, false).stages['']).toBe(stage))

  const backdated = async (): Promise<readonly Recorded[]> =>
    (await play(await until(187)(), line(188, { on: '2018-09-13', reason: 'Tanggal surat', lateReason: 'Surat tercecer' }), line(189)))
      .facts
  it('a fact that is dated before the one it follows does not stop the reading', async () => {
    const facts = await backdated()
    expect(at(facts, '2018-09-13', false).stages['']).toBe('UnderVerification.KORKOT')
    expect(at(facts, '2018-10-11', false).stages['']).toBe('UnderVerification.PPK')
  })
  it('the check, which goes by log order, would', async () => {
    const facts = await backdated()
    expect(() => at(facts, '2018-09-13', true)).toThrow(CorruptHistory)
    expect(foldEntity(fold, t2.id, bearing(facts, t2)).stages['']).toBe('UnderVerification.PPK')
  })
  it('what was known at a position is a reading of the log up to it', async () => {
    const log = await prabumulih.until(284)()
    const credited = log.facts.find(({ fact }) => fact.type === 'tranche.Credited' && fact.subject.id === t2.id)?.position ?? 0
    expect(log.fold(fold, t2.id, credited - 1).stages['']).toBe('Sp2dIssued')
    expect(log.fold(fold, t2.id, credited).stages['']).toBe('CreditedToBkm')
  })
})

describe('a history that contradicts itself is a defect, loud (C2)', () => {
  const tampered = async (change: (recorded: Recorded) => Recorded | undefined): Promise<Recorded[]> =>
    bearing(await whole(), t2).flatMap((recorded) => change(recorded) ?? [])
  it('a move from another stage', async () => {
    const facts = await tampered((recorded) =>
      recorded.fact.type === 'tranche.SpmIssued'
        ? { ...recorded, fact: { ...recorded.fact, moves: recorded.fact.moves.map((move) => ({ ...move, from: 'Planned' })) } }
        : recorded,
    )
    expect(() => foldEntity(fold, t2.id, facts)).toThrow(/moves tranche:.* from Planned, but it stands at SppIssued/)
    expect(foldEntity(fold, t2.id, facts, false).stages['']).toBe('Closed')
  })
  it('a fact that was taken out', async () => {
    const facts = await tampered((recorded) => (recorded.fact.type === 'tranche.Sp2dIssued' ? undefined : recorded))
    expect(() => foldEntity(fold, t2.id, facts)).toThrow(CorruptHistory)
  })
  it('a fact told twice', async () => {
    const facts = bearing(await whole(), t2)
    const twice = facts.flatMap((recorded) => (recorded.fact.type === 'tranche.Credited' ? [recorded, recorded] : [recorded]))
    expect(() => foldEntity(fold, t2.id, twice)).toThrow(CorruptHistory)
  })
})

describe('a fold', () => {
  it('passes over types it does not list', async () => {
    const facts = bearing(await whole(), allocation)
    const folded = foldEntity(domain.slice('allocation').fold, allocation.id, facts)
    expect(facts.length).toBeGreaterThan(200)
    expect(folded.facts.every(({ fact }) => fact.type.startsWith('allocation.'))).toBe(true)
    expect(folded.last).toBe(folded.facts.at(-1)?.position)
  })
  it('pins ancestors once, and no key', async () => {
    const pinned = foldEntity(domain.slice('proposal').fold, a.id, bearing(await whole(), a)).ancestors
    expect(pinned).toContain(`allocation:${allocation.id}`)
    expect(pinned).toContain(`area:${entity.area.id}`)
    expect(pinned.filter((tag) => tag.includes('-key:') || tag === `proposal:${a.id}`)).toEqual([])
  })
  it('of one tranche knows nothing of the other, but for the account that covers both', async () => {
    const [first, second] = await Promise.all(
      [t1, t2].map(async ({ id }) => foldEntity(fold, id, await whole()).data as { creditedSen: bigint; lpj: object }),
    )
    expect([first?.creditedSen, second?.creditedSen]).toEqual([35_000_000_000n, 15_000_000_000n])
    expect(first?.lpj).toEqual(second?.lpj)
  })
})

describe('a world of facts', () => {
  it('throws when asked for what was not read', () => expect(() => createWorld().one(fold, t1.id)).toThrow(/not read/))
  it('names a condition for every read, also for those that found nothing', () => {
    const world = createWorld()
    world.add([one(fold, t1.id)], [], 17)
    expect(world.one(fold, t1.id).opened).toBe(false)
    expect(world.conditions()).toEqual([{ ...one(fold, t1.id), after: 17 }])
  })
  it('keeps the head of the round in which it read (B3)', () => {
    const world = createWorld()
    world.add([one(fold, t1.id)], [], 17)
    world.add([one(fold, t1.id), one(fold, t2.id)], [], 21)
    expect(world.conditions().map(({ after }) => after)).toEqual([17, 21])
  })
  it('puts facts of a batch on top, and what others wrote meanwhile does not push them out (B2)', async () => {
    const log = await until(66)()
    const decided = await log.try({ ...askedBop, key: 'one' })
    const world = decided.situation.world
    if (decided.decision.kind !== 'accepted') throw new Error(outcomeOf(decided))
    const [mine] = decided.decision.facts
    const head = log.facts.length
    // The shell numbers what is not in the log yet above any real position.
    world.apply([{ position: 2 ** 50, recordedAt: 0n, fact: mine as Recorded['fact'] }])
    const other = (await (async () => (
      await ask(log, act('institution.JoinMember', entity.ksmA, who.ksmA, { member: a.id })),
      log.facts.at(-1)
    ))()) as Recorded
    expect(other.position).toBe(head + 1)
    const group = domain.slice('institution').fold
    world.add([one(group, entity.ksmA.id)], bearing(log.facts, entity.ksmA), head + 1)
    expect(world.one(group, entity.ksmA.id).facts).toContainEqual(other)
    expect((world.one(fold, t1.id).data as { bopSetAsideSen: bigint }).bopSetAsideSen).toBe(700_000_000n)
  })
  it('one command sees the one before it in the log', () => given(until(66), line(67)).when(line(71)).thenAccepted())
})

const bop = line(67)
const askedBop = { command: bop.command, subject: bop.subject, body: { effectiveOn: '2018-06-06', actor: bop.actor, data: bop.data ?? {} } }
