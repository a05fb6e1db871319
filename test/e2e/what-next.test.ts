import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { commands, domain } from '@jejak/domain'
import { labelId, routeOf, type Party, type ScenarioRequest } from '@jejak/demo'
import type { TestService } from '../../services/api/test/service.ts'
import { watch } from '../scenario/database.ts'
import { scenarioAt, type Cut } from '../scenario/forks.ts'
import { read, send } from '../scenario/http.ts'
import { bkm, korkot, ksmA, ppk, requests, urlOf } from '../scenario/play.ts'

interface Action {
  readonly command: string
  readonly href: string
  readonly keys: readonly string[]
  readonly roles: readonly string[]
  readonly papers: readonly string[]
  readonly possible: boolean
  readonly mine: boolean
  readonly unmet: readonly {
    readonly code: string
    readonly sentence: string
    readonly metBy: readonly { key: string; roles: string[] }[]
  }[]
}

let service: TestService | undefined
afterEach(async () => {
  await service?.close()
  service = undefined
})

const open = async (cut: Cut): Promise<TestService> => (service = await scenarioAt(cut))
const entities = [
  ['allocation', 'ALK-2018'],
  ['tranche', 'ALK-2018-T1'],
  ['tranche', 'ALK-2018-T2'],
  ['proposal', 'PRO-A'],
  ['proposal', 'PRO-C'],
  ['cycle', 'CYC-2018'],
  ['complaint', 'PGD-2018-001'],
  ['institution', 'BKM-SEINGGOK'],
  ['institution', 'KSM-ANGGUR'],
  ['area', 'AREA-PASAR2'],
] as const

async function actionsOf(on: TestService, kind: string, label: string, party: Party): Promise<Action[] | undefined> {
  const { status, body, headers } = await read(on, `${urlOf(kind, label)}/actions`, party)
  expect([kind, label, [200, 404].includes(status)]).toEqual([kind, label, true])
  if (status === 404) return undefined
  expect(headers['cache-control']).toBe('no-store')
  return body['actions'] as Action[]
}

const find = async (kind: string, label: string, party: Party, command: string): Promise<Action | undefined> =>
  (await actionsOf(service as TestService, kind, label, party))?.find((action) => action.command === command)

/** Refusals that data, papers or the day can cause, whatever the state. */
const byData = new Set([
  ...[...commands.values()].flatMap(({ decider }) => decider.rules.filter(({ about }) => about === 'data').map(({ code }) => code)),
  'papers-missing',
  'future-date',
  'late-reason-missing',
  'backdated-reason-missing',
  'unknown-reference',
  'differs-from-recorded',
  'round-not-open',
  'office-not-held',
  'cosigner-missing',
  'recorder-not-allowed',
])

describe('what is possible', () => {
  it.each([28, 104, 160, 192, 285] as const)(
    'before line %i: agrees with what a dry run says, for everybody and everything',
    async (cut) => {
      const on = await open(cut)
      const stored = await watch(on)
      const before = await stored.state()
      const day = requests.find(({ seq }) => seq >= cut)?.recordedAt ?? '2019-02-01T12:00:00+07:00'
      const disagreed: string[] = []
      for (const party of [ppk, bkm, ksmA, korkot])
        for (const [kind, label] of entities) {
          const actions = await actionsOf(on, kind, label, party)
          for (const action of actions ?? []) {
            const entry = commands.get(action.command)
            expect(action.href).toBe(`${urlOf(kind, label)}/${entry?.command.verb ?? ''}`)
            expect(action.possible).toBe(action.unmet.length === 0)
            if (action.mine) expect(action.roles).toContain(party.role)
            if (!action.mine || !entry) continue
            const found = await dryRun(on, action, kind, label, party, day)
            const allowed = action.possible
              ? found === 'accepted' || byData.has(found)
              : byData.has(found) ||
                action.unmet.some(({ code }) => code === found) ||
                (found === 'accepted' && entry.command.records.observation)
            if (!allowed)
              disagreed.push(`${party.role} ${label} ${action.command} possible=${action.possible} ${action.keys.join()}: ${found}`)
          }
        }
      expect(disagreed).toEqual([])
      expect(await stored.state()).toEqual(before)
      await stored.close()
    },
  )

  async function dryRun(on: TestService, action: Action, kind: string, label: string, party: Party, day: string): Promise<string> {
    const played = requests.find(({ command, subject }) => command === action.command && subject.id === labelId(label))
    const any = played ?? requests.find(({ command }) => command === action.command)
    const example = commands.get(action.command)?.command.example as Record<string, unknown>
    const [, step, outcome] = (action.keys[0] ?? '').split(':')
    const data = {
      ...(any?.body.data ?? example),
      ...(step !== undefined && 'step' in example ? { step, ...(outcome ? { outcome } : {}) } : {}),
    }
    const request: ScenarioRequest = {
      seq: 0,
      row: undefined,
      command: action.command,
      subject: { kind, id: labelId(label) },
      recorder: party,
      recordedAt: day,
      body: {
        effectiveOn: day.slice(0, 10),
        actor: party,
        evidence: action.papers.map((docType) => ({ docType, sha256: 'a'.repeat(64) })),
        data: 'notes' in data || outcome === 'returned' ? { ...data, notes: 'uji' } : data,
      },
    }
    const answer = await send(on, request, { key: 'dry', query: '?dryRun=true' })
    expect([action.command, answer.status < 500]).toEqual([action.command, true])
    if (answer.status === 200) return answer.body['repeated'] === true ? 'same' : 'accepted'
    return String(answer.body['code'])
  }

  it('tells what is missing and who can meet it', async () => {
    await open(28)
    const request = await find('tranche', 'ALK-2018-T1', bkm, 'tranche.Request')
    expect(request).toMatchObject({ mine: true, roles: ['BKM'] })
    await service?.close()
    await open(104)
    const second = await find('tranche', 'ALK-2018-T2', bkm, 'tranche.Request')
    expect(second?.possible).toBe(false)
    const progress = second?.unmet.find(({ code }) => code === 'progress-below-threshold')
    expect(progress?.metBy).toContainEqual({ key: 'proposal.ProgressVerified', roles: ['FASKEL'] })
    expect(progress?.sentence).toMatch(/percent|progress/i)
    const german = await read(service as TestService, `${urlOf('tranche', 'ALK-2018-T2')}/actions`, bkm, '', { 'accept-language': 'de' })
    const actions = german.body['actions'] as Action[]
    expect(actions.find(({ command }) => command === 'tranche.Request')?.unmet[0]?.sentence).not.toBe(second?.unmet[0]?.sentence)
  })

  it('after revision: the board resubmits, nobody else', async () => {
    await open(160)
    for (const [party, mine] of [
      [bkm, true],
      [ppk, false],
      [ksmA, false],
    ] as const) {
      const action = await find('tranche', 'ALK-2018-T2', party, 'tranche.Resubmit')
      expect([party.role, action?.possible, action?.mine]).toEqual([party.role, true, mine])
    }
  })
})

describe('what waits', () => {
  const waiting = async (on: TestService, party: Party, role?: string): Promise<[string, string][]> => {
    const head = (await on.context.log.head()).position
    const { status, body } = await read(on, `/v1/waiting?minPosition=${head}${role ? `&role=${role}` : ''}`, party)
    expect(status).toBe(200)
    return (body['entities'] as { id: string; since: string }[]).map(({ id, since }) => [id, since])
  }

  it('with the board while a tranche is in revision, with the desk it comes back to afterwards', async () => {
    const on = await open(160)
    expect(await waiting(on, bkm)).toContainEqual([labelId('ALK-2018-T2'), '2018-09-14'])
    expect((await waiting(on, korkot)).map(([id]) => id)).not.toContain(labelId('ALK-2018-T2'))
    for (const request of requests) if (request.seq >= 160 && request.seq <= 188) expect((await send(on, request)).status).toBe(201)
    expect((await waiting(on, bkm)).map(([id]) => id)).not.toContain(labelId('ALK-2018-T2'))
    expect(await waiting(on, korkot)).toContainEqual([labelId('ALK-2018-T2'), '2018-10-08'])
    const since = (await waiting(on, bkm, 'KORKOT')).map(([, date]) => date)
    expect(since).toEqual(since.toSorted())
  })

  it('with the commitment officer, then with the treasury', async () => {
    const on = await open(205)
    expect(await waiting(on, ppk, 'PPSPM')).toContainEqual([labelId('ALK-2018-T2'), '2018-11-16'])
    expect((await send(on, requests.find(({ seq }) => seq === 205) as ScenarioRequest)).status).toBe(201)
    expect(await waiting(on, ppk, 'KPPN')).toContainEqual([labelId('ALK-2018-T2'), '2018-11-19'])
    expect(await waiting(on, ppk, 'PPSPM')).toEqual([])
  })

  it('at the end with nobody, but for the complaint and maintenance', async () => {
    const on = await open(285)
    for (const role of ['BKM', 'PPK', 'PPSPM', 'KPPN', 'BANK', 'KORKOT', 'FASKEL'])
      expect((await waiting(on, ppk, role)).map(([id]) => id)).not.toContain(labelId('ALK-2018-T2'))
  })
})

describe('every list', () => {
  let on: TestService
  beforeAll(async () => {
    on = await scenarioAt(285)
  })
  afterAll(() => on.close())

  it('knows the entities of the scenario in their stages', async () => {
    const { position } = await on.context.log.head()
    for (const [kind, label] of entities.slice(0, 7)) {
      const { body: entity } = await read(on, urlOf(kind, label), ppk)
      const { body } = await read(on, `/v1/${domain.slice(kind).plural}?minPosition=${position}`, ppk)
      const row = (body['entities'] as { id: string; stages: object; lastPosition: number }[]).find(({ id }) => id === labelId(label))
      expect([label, row?.stages, `"${row?.lastPosition}"`]).toEqual([label, entity['stages'], entity['etag']])
    }
    expect(routeOf({ command: 'tranche.Request', subject: { kind: 'tranche', id: 'x' } }).url).toBe('/v1/tranches/x/request')
  })
})
