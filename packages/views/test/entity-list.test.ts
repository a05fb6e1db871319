import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { labelId } from '@jejak/demo'
import type { Recorded } from '@jejak/domain'
import {
  entityList,
  listEntities,
  prepareProjections,
  resetProjection,
  runProjections,
  viewsDb,
  waitFor,
  waitingFor,
  type EntityKey,
} from '../src/index.ts'
import type { EntityListTable } from '../src/database.ts'
import { freshLog, type TestLog } from '../../event-store/test/database.ts'
import { ids, load, playedScenario } from './support/scenario.ts'
import { projected } from './support/projected.ts'

let made: TestLog
let facts: readonly Recorded[]
beforeAll(async () => {
  facts = await playedScenario()
  made = await freshLog({ clock: 'simulated' })
  await load(made.log, facts)
})
afterAll(() => made.close())

/** Runs the list until it has taken everything. */
async function catchUp(pageSize?: number): Promise<void> {
  const stop = new AbortController()
  const errors: unknown[] = []
  const running = runProjections(made.servingPool, made.log, [entityList], {
    signal: stop.signal,
    onError: (error) => errors.push(error),
    ...(pageSize === undefined ? {} : { pageSize }),
  })
  const { position } = await made.log.head()
  await prepareProjections(made.servingPool, [entityList])
  expect(await waitFor(made.servingPool, { projection: entityList.name, position, timeoutMs: 20_000 })).toBe('reached')
  stop.abort()
  await running
  expect(errors).toEqual([])
}
const rows = (): Promise<EntityListTable[]> => viewsDb(made.servingPool).selectFrom('entityList').selectAll().orderBy('entity').execute()

test('the tables are what the pure fold says, and a rebuild from scratch gives the same', async () => {
  await catchUp()
  const kept = await rows()
  const folded = projected(facts)
  expect(kept).toEqual([...folded.rows.values()].toSorted((a, b) => (a.entity < b.entity ? -1 : 1)))
  const editions = await viewsDb(made.servingPool).selectFrom('entityListEditions').selectAll().orderBy('id').execute()
  expect(editions).toEqual(folded.editions.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
  await resetProjection(made.servingPool, entityList)
  expect(await rows()).toEqual([])
  await catchUp(7)
  expect(await rows()).toEqual(kept)
})

describe('the list', () => {
  const list = (filter: Parameters<typeof listEntities>[1], limit = 100) => listEntities(viewsDb(made.servingPool), filter, { limit })

  test('narrows by kind, area, stage, programme, institution, allocation and year', async () => {
    const found = async (filter: Parameters<typeof listEntities>[1]) =>
      (await list({ kind: 'proposal', ...filter })).entities.map((each) => each.number)
    const all = ['PROP-A', 'PROP-B', 'PROP-C']
    const [first] = (await list({ kind: 'proposal' })).entities
    expect(await found({})).toEqual(all)
    expect(await found({ areas: [ids.area, 'elsewhere'] })).toEqual(all)
    expect(await found({ areas: [] })).toEqual([])
    expect(await found({ stage: 'InMaintenance', programme: first?.programme ?? '' })).toEqual(all)
    expect(await found({ stage: 'Drafted' })).toEqual([])
    expect(await found({ institution: labelId('KSM-BELIMBING') })).toEqual(['PROP-B'])
    expect(await found({ institution: ids.bkm, allocation: ids.allocation, fiscalYear: '2018', cycle: labelId('CYC-2018') })).toEqual(all)
    expect(await found({ institution: labelId('KPP-PASAR2'), category: 'lingkungan', suspended: false })).toEqual(all)
    expect(await found({ suspended: true })).toEqual([])
    expect((await list({ kind: 'tranche', institution: ids.bkm })).entities.map((each) => each.number)).toEqual(['1', '2'])
    expect((await list({ kind: 'institution', category: 'KSM' })).entities.map((each) => each.title)).toEqual([
      'KSM ANGGUR',
      'KSM BELIMBING',
      'KSM CEMPAKA',
    ])
  })

  test('a stage takes those inside it', async () => {
    expect((await list({ kind: 'cycle', stage: '4' })).entities.map((each) => each.stage)).toEqual(['4.2'])
    expect((await list({ kind: 'cycle', stage: '4.' })).entities).toEqual([])
  })

  test('shows amounts in rupiah, positions as numbers, institutions by id', async () => {
    const { entities, position } = await list({ kind: 'proposal', institution: labelId('KSM-ANGGUR') })
    expect(position).toBe(facts.length)
    expect(entities[0]).toMatchObject({
      id: ids.a,
      amount: '220000000',
      stage: 'InMaintenance',
      edition: { id: 'KOTAKU-2018', revision: 1 },
    })
    expect(entities[0]?.institutions).toEqual(expect.arrayContaining([ids.bkm, labelId('KSM-ANGGUR'), labelId('KPP-PASAR2')]))
    expect(entities[0]?.openedPosition).toBe(facts.find(({ fact }) => fact.type === 'proposal.Drafted')?.position)
  })

  test('pages end to end give every entity once', async () => {
    const whole = (await list({})).entities.map((each) => `${each.kind}:${each.id}`)
    const seen: string[] = []
    let after: EntityKey | undefined
    do {
      const page = await listEntities(viewsDb(made.servingPool), {}, { limit: 4, after })
      expect(page.entities.length).toBeLessThanOrEqual(4)
      seen.push(...page.entities.map((each) => `${each.kind}:${each.id}`))
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual(whole)
    expect(new Set(seen).size).toBe(seen.length)
    await expect(list({}, 0)).rejects.toThrow('limit')
  })
})

test('pages stay whole while facts arrive; what waits at a desk is found by role, institution and area', async () => {
  const own = await freshLog({ clock: 'simulated' })
  const stop = new AbortController()
  const running = runProjections(own.servingPool, own.log, [entityList], { signal: stop.signal, pollMs: 20 })
  onTestFinished(async () => {
    stop.abort()
    await running
    await own.close()
  })
  const until = (date: string): number => facts.findLastIndex(({ fact }) => fact.effectiveOn <= date) + 1
  await load(own.log, facts.slice(0, until('2018-05-14')))
  const db = viewsDb(own.servingPool)
  await prepareProjections(own.servingPool, [entityList])
  const reached = (position: number) => waitFor(own.servingPool, { projection: entityList.name, position, timeoutMs: 20_000 })
  expect(await reached(until('2018-05-14'))).toBe('reached')

  // Tranches were planned before the board was named: they wait at its desk all the same, by the allocation.
  const planned = await waitingFor(db, { role: 'BKM', institution: ids.bkm, kind: 'tranche' }, { limit: 10 })
  expect(planned.entities.map(({ number, stage }) => [number, stage])).toEqual([
    ['1', 'Planned'],
    ['2', 'Planned'],
  ])
  const first = await listEntities(db, { kind: 'proposal' }, { limit: 2 })
  const before = await waitingFor(db, { role: 'UPL', areas: [ids.area] }, { limit: 10 })

  await load(own.log, facts.slice(until('2018-05-14'), until('2018-10-10')))
  expect(await reached(until('2018-10-10'))).toBe('reached')
  const second = await listEntities(db, { kind: 'proposal' }, { limit: 2, after: first.next })
  expect([...first.entities, ...second.entities].map((each) => each.number)).toEqual(['PROP-A', 'PROP-B', 'PROP-C'])

  const desk = async (filter: Parameters<typeof waitingFor>[1]) =>
    (await waitingFor(db, filter, { limit: 10 })).entities.map((each) => `${each.kind} ${each.number}`)
  expect(await desk({ role: 'KORKOT', areas: [ids.area] })).toEqual(['tranche 2'])
  expect(await desk({ role: 'KORKOT', areas: ['elsewhere'] })).toEqual([])
  // Work stands still in all three, and that is the board's to end; what waits longest comes first.
  const board = await waitingFor(db, { role: 'BKM', institution: ids.bkm }, { limit: 2 })
  const rest = await waitingFor(db, { role: 'BKM', institution: ids.bkm }, { limit: 10, after: board.next })
  const since = [...board.entities, ...rest.entities].map((each) => each.since)
  expect(since).toEqual(since.toSorted())
  expect([...board.entities, ...rest.entities].map((each) => each.number)).toEqual(expect.arrayContaining(['PROP-A', 'PROP-B', 'PROP-C']))
  expect(board.entities).toHaveLength(2)
  expect(before.entities.map((each) => each.number)).toEqual(['PROP-A', 'PROP-B', 'PROP-C'])
})
