import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId, lines, routeOf, type ScenarioRequest } from '@jejak/demo'
import type { TestService } from '../../services/api/test/service.ts'
import { watch, type Watcher } from '../scenario/database.ts'
import { finalStages, oneSenTooMuch, tooEarly, withOneSenMore } from '../scenario/expectations.ts'
import { scenarioAt } from '../scenario/forks.ts'
import { read, send, type Answer } from '../scenario/http.ts'
import { isObservation, pmu, requests, rowOf, urlOf } from '../scenario/play.ts'

let service: TestService
let database: Watcher
const first = new Map<number, Answer>()
/** What was tried before each line, and what came of it. */
const tried: { readonly name: string; readonly expected: string; readonly found: string }[] = []
const replays: { readonly seq: number; readonly same: boolean; readonly marked: unknown }[] = []
const untouched: boolean[] = []

const positionsOf = ({ seq }: ScenarioRequest): number[] => {
  const { body } = first.get(seq) as Answer
  return (body['facts'] as { position: number }[]).map(({ position }) => position)
}

type Deviant = { readonly type: string; readonly moves: readonly { to: string }[]; readonly deviations?: readonly { rule: string }[] }
const codeOf = ({ status, body }: Answer): string => `${status} ${String(body['code'])}`

/** What must be refused just before this line; of observations, what a dry run says would be noted. */
async function tryWhatIsWrong(request: ScenarioRequest): Promise<void> {
  const before = await database.state()
  if (request.row !== undefined) {
    const actor = { ...request.body.actor, role: 'PENGAWAS_UPK' }
    const answer = await send(service, { ...request, body: { ...request.body, actor } }, { key: `role-${request.seq}` })
    tried.push({ name: `line ${request.seq} by the wrong role`, expected: '403 role-not-allowed', found: codeOf(answer) })
  }
  const early = tooEarly.filter(({ until }) => requests.find(({ seq }) => seq >= until) === request)
  for (const { row, code, stage } of early) await tryOne(`row ${row} too early`, rowOf(row), code, stage)
  const much = oneSenTooMuch.filter(({ row }) => rowOf(row) === request)
  for (const { row, code } of much) await tryOne(`row ${row} with one sen more`, withOneSenMore(rowOf(row)), code)
  untouched.push(JSON.stringify(before) === JSON.stringify(await database.state()))
}

async function tryOne(name: string, request: ScenarioRequest, code: string, stage?: string): Promise<void> {
  const observed = isObservation(request)
  const answer = await send(service, request, { key: name, ...(observed ? { query: '?dryRun=true' } : {}) })
  if (!observed) {
    const expected = code === 'unknown' ? '404 not-found' : code
    tried.push({ name, expected, found: code === 'unknown' ? codeOf(answer) : String(answer.body['code']) })
    return
  }
  const [fact] = answer.body['facts'] as Deviant[]
  const rules = (fact?.deviations ?? []).map((deviation) => deviation.rule)
  tried.push({ name, expected: `200 ${code}`, found: `${answer.status} ${rules.includes(code) ? code : rules.join()}` })
  const to = fact?.moves[0]?.to
  if (stage !== undefined && to !== undefined) tried.push({ name: `${name}, its stage`, expected: stage, found: to })
}

/** A step that was taken again later is named with its round: without one, the last round is meant (CONTRACTS E2). */
function withRound(request: ScenarioRequest): ScenarioRequest {
  const nameOf = ({ subject, body }: ScenarioRequest): string => `${subject.id} ${String(body.data['step'])} ${body.actor.role}`
  const rounds = requests.filter((other) => other.command === request.command && nameOf(other) === nameOf(request))
  if (request.body.data['step'] === undefined || rounds.length === 1) return request
  return { ...request, body: { ...request.body, data: { ...request.body.data, round: rounds.indexOf(request) + 1 } } }
}

beforeAll(async () => {
  service = await scenarioAt(1)
  database = await watch(service)
  for (const request of requests) {
    await tryWhatIsWrong(request)
    const answer = await send(service, request)
    first.set(request.seq, answer)
    const again = await send(service, request)
    const same = again.status === answer.status && again.text === answer.text && again.headers['etag'] === answer.headers['etag']
    replays.push({ seq: request.seq, same, marked: again.headers['idempotency-replayed'] })
  }
})
afterAll(async () => {
  await database.close()
  await service.close()
})

describe('Prabumulih Pasar II over HTTP', () => {
  it('records every line', () => {
    const wrong = requests.filter(({ seq }) => first.get(seq)?.status !== 201).map(({ seq }) => `${seq} ${first.get(seq)?.text ?? ''}`)
    expect(wrong).toEqual([])
  })

  it('answers with address, version and positions that follow one another', () => {
    let last = 0
    for (const request of requests) {
      const { headers, body } = first.get(request.seq) as Answer
      const { opens, url } = routeOf(request)
      expect(headers['location']).toBe(opens ? `${url}/${request.subject.id}` : url.slice(0, url.lastIndexOf('/')))
      expect(headers['etag']).toBe(body['etag'])
      const facts = body['facts'] as { position: number }[]
      if (last > 0) expect(facts[0]?.position).toBe(last + 1)
      last = facts.at(-1)?.position ?? 0
      expect(headers['jejak-position']).toBe(String(body['position']))
    }
  })

  it('refuses the wrong role, what comes too early and one sen too much', () => {
    expect(tried.filter(({ name }) => name.includes('wrong role')).length).toBeGreaterThanOrEqual(32)
    expect(tried.filter(({ name }) => name.includes('too early') && !name.includes('stage')).length).toBe(30)
    expect(tried.filter(({ name }) => name.includes('one sen')).length).toBe(17)
    expect(tried.filter(({ expected, found }) => expected !== found)).toEqual([])
  })

  it('stores nothing of what it refuses or only tries', () => {
    expect(untouched.length).toBe(requests.length)
    expect(untouched.filter((same) => !same)).toEqual([])
  })

  it('answers a repeated key as before, byte for byte, right after', () => {
    expect(replays.filter(({ same, marked }) => !same || marked !== 'true')).toEqual([])
  })

  it('answers a repeated key as before at the end, and a new key without adding anything', async () => {
    const before = await database.state()
    for (const request of requests) {
      const answer = first.get(request.seq) as Answer
      const again = await send(service, request, { recordedAt: '2019-02-01T12:00:00+07:00' })
      expect([request.seq, again.status, again.text, again.headers['idempotency-replayed']]).toEqual([
        request.seq,
        201,
        answer.text,
        'true',
      ])
    }
    expect(await database.state()).toEqual(before)
    for (const request of requests) {
      const again = await send(service, withRound(request), { key: `new-${request.seq}`, recordedAt: '2019-02-01T12:00:00+07:00' })
      const { facts } = again.body as { facts: { position: number }[] }
      expect([request.seq, again.status, again.body['repeated']]).toEqual([request.seq, 200, true])
      expect(facts[0]?.position).toBe(positionsOf(request)[0])
    }
    const { commands, ...after } = await database.state()
    expect({ ...after, commands: commands - requests.length }).toEqual(before)
  })

  it('moves exactly what the list says', async () => {
    const found = new Map<number, string[]>()
    const entities = new Set(
      lines.flatMap((line) => [
        `${line.entity} ${line.entity_id}`,
        ...[...line.moves.matchAll(/(\w+):(\S+) /g)].map((m) => `${m[1]} ${m[2]}`),
      ]),
    )
    for (const entity of entities) {
      const [kind = '', label = ''] = entity.split(' ')
      if (kind === 'edition') continue
      const { body } = await read(service, `${urlOf(kind, label)}/history`, pmu)
      for (const fact of body['facts'] as { position: number; moves: { from: string | null; to: string }[] }[])
        for (const { from, to } of fact.moves)
          found.set(fact.position, [...(found.get(fact.position) ?? []), `${kind}:${labelId(label)} ${from ?? '-'} > ${to}`])
    }
    for (const request of requests)
      for (const [index, position] of positionsOf(request).entries()) {
        const line = lines[request.seq - 1 + index]
        const told = (line?.moves ?? '').split(' | ').filter((text) => text !== '')
        const expected = told.map((text) => text.replace(/^(\w+):(\S+)/, (_, kind: string, label: string) => `${kind}:${labelId(label)}`))
        expect({ seq: line?.seq, moves: (found.get(position) ?? []).toSorted() }).toEqual({ seq: line?.seq, moves: expected.toSorted() })
      }
  })

  it.each(finalStages)('%s %s ends at %s', async (kind, label, stage) => {
    const { status, body } = await read(service, urlOf(kind, label), pmu)
    expect([status, body['stages']]).toEqual([200, { '': stage }])
  })
})
