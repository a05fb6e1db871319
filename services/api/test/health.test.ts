import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pauseProjection, projections, resumeProjection, waitFor } from '@jejak/views'
import { submission } from '../../../packages/event-store/test/facts.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { tokenFor } from '../../../test/scenario/http.ts'
import { ppk } from '../../../test/scenario/play.ts'
import { ask } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let admin: Client
beforeAll(async () => {
  service = await scenarioAt(28)
  admin = new Client(service.adminUrl)
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await service.close()
})

const ready = () => ask(service, { url: '/readyz' })

describe('health', () => {
  it('lives and is ready, says which log and which reference data it serves', async () => {
    expect((await ask(service, { url: '/livez' })).body).toEqual({ status: 'live' })
    const { position } = await service.context.log.head()
    for (const { name } of projections) expect([name, await service.context.views.reached(name, position)]).toEqual([name, true])
    const { status, body } = await ready()
    expect([status, body['status']]).toEqual([200, 'ready'])
    expect(body['log']).toMatchObject({ clock: 'simulated', position: (await service.context.log.head()).position })
    expect((body['reference'] as { sha256: string }[]).every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true)
    const names = projections.map(({ name }) => name).toSorted()
    expect(body['views']).toEqual(names.map((name) => expect.objectContaining({ name, events: 0, failed: null }) as object))
  })

  it('names each protection that is missing', async () => {
    const before = (await ready()).body['missingProtections'] as string[]
    await admin.query('alter event trigger jejak_guard_shape disable')
    const { status, body } = await ready()
    const now = body['missingProtections'] as string[]
    expect(status).toBe(200)
    expect(now.length).toBeGreaterThan(before.length)
    expect(
      (body['protections'] as { name: string; present: boolean; detail: string }[])
        .filter(({ present }) => !present)
        .every(({ detail }) => detail !== ''),
    ).toBe(true)
    await admin.query('alter event trigger jejak_guard_shape enable always')
    expect((await ready()).body['missingProtections']).toEqual(before)
  })

  it('shows a view that was paused, by whom and why, stays in use, and does not let a read wait for it', async () => {
    const decision = { projection: 'entity-list', by: 'Ibu Sari', reason: 'moving house' }
    await pauseProjection(service.pool, decision)
    const { status, body } = await ready()
    expect(status).toBe(200)
    expect(body['views']).toContainEqual(
      expect.objectContaining({ name: 'entity-list', paused: 'by Ibu Sari: moving house', failed: null }),
    )
    await service.context.log.append(submission())
    const { position } = await service.context.log.head()
    const answer = await ask(service, { url: `/v1/tranches?minPosition=${position}`, token: await tokenFor(service, ppk) })
    expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([503, 'view-behind', '1'])
    await resumeProjection(service.pool, decision)
    expect((await ready()).body['views']).toContainEqual(expect.objectContaining({ name: 'entity-list', paused: null }))
  })

  it('is not ready when a view has stopped before a fact, and names it; lists say so at once', async () => {
    await admin.query(`update views.projections set stopped_at = 3, reason = 'poisoned', position = 2 where name = 'entity-list'`)
    const { status, body } = await ready()
    expect([status, body['status']]).toEqual([503, 'not-ready'])
    expect(body['views']).toContainEqual(expect.objectContaining({ name: 'entity-list', failed: 'position 3: poisoned' }))
    const answer = await ask(service, { url: '/v1/tranches?minPosition=5', token: await tokenFor(service, ppk) })
    expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([503, 'view-behind', '1'])
    expect(await waitFor(service.pool, { projection: 'entity-list', position: 5, timeoutMs: 3_600_000 })).toBe('stopped')
    expect((await ask(service, { url: '/livez' })).status).toBe(200)
  })
})
