import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelId, type ScenarioRequest } from '@jejak/demo'
import { watch, type Watcher } from '../../../test/scenario/database.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { send, tokenFor } from '../../../test/scenario/http.ts'
import { bkm, lineOf, ppk, rowsOf, system, urlOf } from '../../../test/scenario/play.ts'
import { ask, uuid7 } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let database: Watcher
beforeAll(async () => {
  service = await scenarioAt(205)
  database = await watch(service)
})
afterAll(async () => {
  await database.close()
  await service.close()
})

const item = ({ command, subject, body }: ScenarioRequest) => ({ command, subject, body })
const batch = async (commands: unknown, key: string, party = ppk, more: { at?: string; query?: string; language?: string } = {}) =>
  ask(service, {
    url: `/v1/batches${more.query ?? ''}`,
    token: await tokenFor(service, party),
    headers: { 'jejak-recorded-at': more.at ?? '2018-11-27T12:00:00+07:00', 'accept-language': more.language ?? 'en' },
    body: { commands },
    key,
  })
const errorsOf = (answer: { body: Record<string, unknown> }) => answer.body['errors'] as { pointer: string; detail: string }[]

describe('a batch', () => {
  it('is all or nothing: the first refusal names its index, its place and nothing is stored', async () => {
    const before = await database.state()
    // The first was recorded before, the second comes too early and is noted, and after it the third is out of order.
    const refused = await batch([lineOf(201), lineOf(206), { ...lineOf(205) }].map(item), 'all-or-nothing')
    expect([refused.status, refused.code, refused.body['index'], refused.body['facts']]).toEqual([403, 'recorder-not-allowed', 2, []])
    const late = {
      ...item(lineOf(204)),
      body: { ...lineOf(204).body, effectiveOn: '2018-11-27', data: { number: 'SPP-LAIN', amount: '150000000' } },
    }
    const disordered = await batch([item(lineOf(206)), late], 'all-or-nothing')
    expect([disordered.status, disordered.code, disordered.body['index'], disordered.body['facts']]).toEqual([409, 'out-of-order', 1, []])
    const unknown = { ...item(lineOf(201)), subject: { kind: 'tranche', id: uuid7(1) } }
    const absent = await batch([item(lineOf(201)), unknown], 'all-or-nothing')
    expect([absent.status, absent.code, absent.body['index']]).toEqual([404, 'not-found', 1])
    const form = (area: string) => ({
      command: 'institution.Form',
      subject: { kind: 'institution', id: uuid7(2) },
      body: { effectiveOn: '2018-11-01', actor: { role: 'system' }, data: { institutionKind: 'NGO', name: 'Yayasan', area } },
    })
    const nowhere = await batch([form(uuid7(3))], 'all-or-nothing', system)
    expect([nowhere.status, nowhere.code, nowhere.body['index'], errorsOf(nowhere)[0]?.pointer]).toEqual([
      422,
      'unknown-area',
      0,
      '/commands/0/body/data/area',
    ])
    const tomorrow = { ...late, body: { ...late.body, effectiveOn: '2018-11-28' } }
    const early = await batch([item(lineOf(201)), tomorrow], 'all-or-nothing')
    expect([early.status, early.code, errorsOf(early)]).toEqual([
      422,
      'future-date',
      [{ pointer: '/commands/1/body/effectiveOn', detail: '2018-11-27 at the latest' }],
    ])
    expect(await database.state()).toEqual(before)
  })

  it('refuses what its own route would refuse, with the place in the batch', async () => {
    const before = await database.state()
    const good = item(lineOf(201))
    const cases: readonly (readonly [unknown, string])[] = [
      [{ ...good, command: 'tranche.Nothing' }, '/commands/0/command'],
      [{ ...good, command: 'proposal.Close' }, '/commands/0/command'],
      [{ ...good, command: 'person.Register', subject: { kind: 'person', id: uuid7(4) } }, '/commands/0/command'],
      [{ ...good, command: 'person.Erase', subject: { kind: 'person', id: uuid7(4) } }, '/commands/0/command'],
      [{ ...good, command: 'case.Open', subject: { kind: 'case', id: uuid7(4) } }, '/commands/0/command'],
      [{ ...good, subject: { kind: 'tranche', id: 'zonk' } }, '/commands/0/subject/id'],
      [{ command: 'institution.Form', subject: { kind: 'institution', id: 'PWN ED' }, body: {} }, '/commands/0/subject/id'],
      [{ command: 'area.DecreeLocation', subject: { kind: 'area', id: 'nonsense' }, body: {} }, '/commands/0/subject/id'],
      [{ ...good, subject: { kind: 'Kind:x', id: uuid7(4) } }, '/commands/0/subject/kind'],
      [{ ...good, body: { ...good.body, id: uuid7(4) } }, '/commands/0/body/id'],
      [{ ...good, body: { ...good.body, extra: 1 } }, '/commands/0/body/extra'],
      [{ ...good, body: { ...good.body, 'a/b~c': 1 } }, '/commands/0/body/a~1b~0c'],
      [{ ...good, body: { ...good.body, data: { ...good.body.data, reasons: [1] } } }, '/commands/0/body/data/reasons/0'],
      [{ ...good, extra: 1 }, '/commands/0/extra'],
    ]
    for (const [command, pointer] of cases) {
      const answer = await batch([command], 'wrong')
      expect([pointer, answer.status, answer.code, errorsOf(answer).map((error) => error.pointer)]).toEqual([
        pointer,
        400,
        'invalid-request',
        expect.arrayContaining([pointer]),
      ])
    }
    const opening = { command: 'institution.Form', subject: { kind: 'institution', id: uuid7(2) }, body: { id: uuid7(3) } }
    expect(errorsOf(await batch([opening], 'wrong')).map(({ pointer }) => pointer)).toContain('/commands/0/body/id')
    const indonesian = await batch([{ ...good, body: { ...good.body, extra: 1 } }], 'wrong', ppk, { language: 'id' })
    expect(errorsOf(indonesian)[0]?.detail).toContain('tidak dikenali')
    for (const commands of [[], Array(201).fill(good), 'x', undefined]) expect((await batch(commands, 'wrong')).status).toBe(400)
    const large = await batch(
      Array.from({ length: 150 }, () => ({ ...good, body: { ...good.body, reason: 'x'.repeat(1990) } })),
      'wrong',
    )
    expect([large.status, large.code]).toEqual([413, 'body-too-large'])
    expect(await database.state()).toEqual(before)
  })

  it('refuses a command that repeats another of the same batch', async () => {
    const answer = await batch(
      [lineOf(205), lineOf(205)].map((line) => ({ ...item(line) })),
      'twice',
      { ...lineOf(205).recorder },
    )
    expect([answer.status, answer.code, answer.body['index']]).toEqual([422, 'repeated-in-batch', 1])
  })

  it('names facts of its own by their ids, in the log and in refusals', async () => {
    const before = await database.state()
    // The credit comes before its SP2D: out of order, and what it rests on is the note just made.
    const note = {
      ...item(lineOf(201)),
      body: { ...lineOf(201).body, effectiveOn: '2018-11-26', data: { reasons: ['SDM'], notes: 'catatan' } },
    }
    const sp2d = { ...item(lineOf(206)), body: { ...lineOf(206).body, effectiveOn: '2018-11-27' } }
    const answer = await batch([note, sp2d], 'by-id')
    expect([answer.status, answer.text.slice(0, 200)]).toEqual([201, answer.text.slice(0, 200)])
    const [first, second] = answer.body['commands'] as {
      facts: { id: string; position: number; deviations?: { rule: string; facts: unknown[] }[] }[]
    }[]
    const deviation = second?.facts[0]?.deviations?.find(({ rule }) => rule === 'out-of-order')
    expect(deviation?.facts).toEqual([first?.facts[0]?.id])
    expect((await database.state()).head).toBe(before.head + 2)
    const refused = await batch([{ ...note, body: { ...note.body, effectiveOn: '2018-11-27' } }, { ...item(lineOf(205)) }], 'by-id-2')
    for (const position of (refused.body['facts'] ?? []) as number[]) expect(position).toBeLessThanOrEqual(before.head + 2)
  })
})

describe('three instalments on one paper', () => {
  it('are one batch: one key, one answer, again the same; a dry run of it stores nothing', async () => {
    const fresh = await scenarioAt(205)
    const watcher = await watch(fresh)
    try {
      for (const seq of [205, 206, 207, 208, 209, 210, 211]) expect((await send(fresh, lineOf(seq))).status).toBe(201)
      const commands = rowsOf(27).map(item)
      const token = await tokenFor(fresh, bkm)
      const headers = { 'jejak-recorded-at': '2018-11-27T12:00:00+07:00' }
      const before = await watcher.state()
      const tried = await ask(fresh, { url: '/v1/batches?dryRun=true', token, headers, body: { commands }, key: 'three' })
      expect([tried.status, tried.body['dryRun'], (tried.body['commands'] as unknown[]).length]).toEqual([200, true, 3])
      expect(await watcher.state()).toEqual(before)
      const done = await ask(fresh, { url: '/v1/batches', token, headers, body: { commands }, key: 'three' })
      expect(done.status).toBe(201)
      const answers = done.body['commands'] as { subject: { id: string }; stages: object; position: number; repeated: boolean }[]
      expect(answers.map(({ position }) => position)).toEqual([before.head + 1, before.head + 2, before.head + 3])
      expect(answers.at(-1)).toMatchObject({ subject: { id: labelId('ALK-2018-T2') }, stages: { '': 'FullyDistributed' } })
      expect(done.headers['jejak-position']).toBe(String(before.head + 3))
      const after = await watcher.state()
      expect([after.events - before.events, after.commands - before.commands]).toEqual([3, 1])
      expect((await send(fresh, lineOf(215))).status).toBe(201)
      const again = await ask(fresh, { url: '/v1/batches', token, headers, body: { commands }, key: 'three' })
      expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, done.text, 'true'])
      const renewed = await ask(fresh, { url: '/v1/batches', token, headers, body: { commands }, key: 'three-new' })
      expect([renewed.status, (renewed.body['commands'] as { repeated: boolean }[]).map(({ repeated }) => repeated)]).toEqual([
        200,
        [true, true, true],
      ])
      const single = await send(fresh, rowsOf(27)[1] as ScenarioRequest, { key: 'single' })
      expect([single.status, single.body['position']]).toEqual([200, before.head + 2])
      const other = await ask(fresh, { url: '/v1/batches', token, headers, body: { commands: commands.toReversed() }, key: 'three' })
      expect([other.status, other.code]).toEqual([422, 'key-reused'])
      const { body } = await ask(fresh, { url: urlOf('tranche', 'ALK-2018-T2'), token })
      expect(body['stages']).toEqual({ '': 'FullyDistributed' })
    } finally {
      await watcher.close()
      await fresh.close()
    }
  })

  it('of which one is a sen too much are none', async () => {
    const fresh = await scenarioAt(205)
    const watcher = await watch(fresh)
    try {
      for (const seq of [205, 206, 207, 208, 209, 210, 211]) expect((await send(fresh, lineOf(seq))).status).toBe(201)
      const before = await watcher.state()
      const commands = rowsOf(27).map(item)
      const last = commands[2] as ReturnType<typeof item>
      const much = [...commands.slice(0, 2), { ...last, body: { ...last.body, data: { ...last.body.data, amount: '30000000.01' } } }]
      const answer = await ask(fresh, {
        url: '/v1/batches',
        token: await tokenFor(fresh, bkm),
        headers: { 'jejak-recorded-at': '2018-11-27T12:00:00+07:00' },
        body: { commands: much },
      })
      expect([answer.status, answer.code, answer.body['index']]).toEqual([409, 'exceeds-contract-schedule', 2])
      expect(await watcher.state()).toEqual(before)
    } finally {
      await watcher.close()
      await fresh.close()
    }
  })
})
