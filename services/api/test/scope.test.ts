import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '@jejak/domain'
import { labelId, type Party } from '@jejak/demo'
import { watch, type StoredState, type Watcher } from '../../../test/scenario/database.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { bkm, korkot, ksmA, lineOf, ppk, requests, urlOf } from '../../../test/scenario/play.ts'
import { ask, tokenOf, uuid7, type Answer } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let database: Watcher
let before: StoredState
beforeAll(async () => {
  service = await scenarioAt(192)
  database = await watch(service)
  before = await database.state()
})
afterAll(async () => {
  await database.close()
  await service.close()
})

/** The area of the scenario is 16.74.05.1002. */
const inside = ['16.74.05.1002', '16.74.05', '16.74', '16', '']
const sibling = '16.74.05.1001'
const outside = [sibling, '16.74.01', '16.70', '16.71', '35', '35.73.03.1001']
const roles: readonly Party[] = [ppk, bkm, korkot]
const labels = [
  ['allocation', 'ALK-2018'],
  ['tranche', 'ALK-2018-T1'],
  ['tranche', 'ALK-2018-T2'],
  ['proposal', 'PRO-A'],
  ['cycle', 'CYC-2018'],
  ['complaint', 'PGD-2018-001'],
  ['institution', 'BKM-SEINGGOK'],
  ['institution', 'KSM-ANGGUR'],
  ['institution', 'KELURAHAN-PASAR2'],
  ['area', 'AREA-PASAR2'],
] as const
const readsOf = (kind: string, label: string): string[] => {
  const url = urlOf(kind, label)
  return [
    url,
    `${url}/history`,
    `${url}/actions`,
    ...(kind === 'allocation' ? [`${url}/fund-trail`] : []),
    `${url}?asOf=1`,
    `${url}?asOf=999999`,
  ]
}
const as = async (party: Party, region: string) => ({
  token: await tokenOf(service, { ...party, roles: [party.role, 'simulator'], region }),
  headers: { 'accept-language': 'en', 'jejak-recorded-at': '2018-10-18T12:00:00+07:00' },
})
/** What an answer says besides the number of the request and the address asked for. */
const said = ({ status, body, headers }: Answer): string => {
  const { requestId: _, instance: __, ...rest } = body
  return JSON.stringify({ status, rest, etag: headers['etag'], position: headers['jejak-position'] })
}

describe('reads', () => {
  it.each(outside)('from %s nothing can be told from what does not exist', async (region) => {
    for (const party of roles) {
      const caller = await as(party, region)
      for (const [kind, label] of labels)
        for (const url of readsOf(kind, label)) {
          const found = await ask(service, { url, ...caller })
          const unknown = await ask(service, { url: url.replace(labelId(label), uuid7(99)), ...caller })
          expect([url, said(found)]).toEqual([url, said(unknown)])
          expect(found.status).toBe(404)
        }
    }
  })

  it.each(inside)('from "%s" everything is seen', async (region) => {
    const caller = await as(ppk, region)
    for (const [kind, label] of labels)
      for (const url of readsOf(kind, label).slice(0, -2))
        expect([url, (await ask(service, { url, ...caller })).status]).toEqual([url, 200])
  })

  it('what belongs to no area is seen by all, without the facts of elsewhere', async () => {
    const caller = await as(ppk, '35.73')
    for (const label of ['PMU-PUSAT', 'SATKER-SUMSEL']) {
      const { status, text } = await ask(service, { url: `${urlOf('institution', label)}/history`, ...caller })
      expect(status).toBe(200)
      expect(text).not.toContain(labelId('AREA-PASAR2'))
    }
    expect((await ask(service, { url: '/v1/editions/KOTAKU-2018', ...caller })).status).toBe(200)
  })
})

describe('lists', () => {
  const plurals = [
    'allocations',
    'tranches',
    'proposals',
    'cycles',
    'complaints',
    'institutions',
    'facilitators',
    'partnerships',
    'findings',
  ]

  it.each(outside)('from %s show nothing of the kelurahan, however they are asked', async (region) => {
    const caller = await as(ppk, region)
    const filters = ['', `?area=${labelId('AREA-PASAR2')}`, '?region=16.74', '?region=16.74.05.1002', `?allocation=${labelId('ALK-2018')}`]
    for (const plural of plurals)
      for (const filter of [
        ...filters,
        `?institution=${labelId('BKM-SEINGGOK')}`,
        `?cycle=${labelId('CYC-2018')}`,
        '?stage=Agreed',
        '?programme=KOTAKU',
      ]) {
        const { status, text } = await ask(service, { url: `/v1/${plural}${filter}`, ...caller })
        expect(status).toBe(200)
        for (const [, label] of labels) expect(text).not.toContain(labelId(label))
      }
    for (const role of ['PPK', 'BKM', 'KORKOT', 'FASKEL', 'KSM'])
      expect((await ask(service, { url: `/v1/waiting?role=${role}`, ...caller })).body['entities']).toEqual([])
  })

  it('from inside they show it', async () => {
    for (const region of inside) {
      const { body } = await ask(service, { url: '/v1/tranches', ...(await as(ppk, region)) })
      expect((body['entities'] as { id: string }[]).map(({ id }) => id)).toContain(labelId('ALK-2018-T2'))
    }
  })
})

describe('commands', () => {
  const area = labelId('AREA-PASAR2')
  /** Every command with a body: that of the scenario where there is one, else its own example. */
  const bodies = [...commands.values()]
    .filter(({ slice }) => !['person', 'case', 'edition'].includes(slice.kind))
    .map(({ slice, command }) => {
      const played = requests.find((request) => request.command === command.name)
      const label = labels.find(([kind]) => kind === slice.kind)?.[1] ?? ''
      const id = command.opens ? uuid7(77) : (played?.subject.id ?? labelId(label))
      // An area that nobody knows is told before anything else: the examples are asked for the one that lies outside.
      const example = JSON.parse(JSON.stringify(command.example).replaceAll(/0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e(6f|71)/g, area)) as object
      const body = played?.body ?? { effectiveOn: '2018-10-18', evidence: [], data: example }
      const url = command.opens ? `/v1/${slice.plural}` : `/v1/${slice.plural}/${id}/${command.verb}`
      return { name: command.name, opens: command.opens, url, id, body: { ...(command.opens ? { id } : {}), ...body }, kind: slice.kind }
    })

  it.each([
    [sibling, ppk],
    ['35.73', bkm],
  ] as const)('on what lies outside %s are 404, as on what does not exist', async (region, party) => {
    const caller = await as(party, region)
    for (const { name, opens, url, id, body } of bodies) {
      // An opinion is the first that is known of its audit.
      if (opens || name === 'finding.IssueOpinion') continue
      for (const query of ['', '?dryRun=true']) {
        const found = await ask(service, { url: `${url}${query}`, body, ...caller })
        expect([name, found.status, found.code]).toEqual([name, 404, 'not-found'])
        // Facts that an area or an institution may have before it is opened are judged by role alone.
        if (/^(area|institution)\./.test(name)) continue
        const unknown = await ask(service, { url: `${url.replace(id, uuid7(99))}${query}`, body, ...caller })
        expect([name, said(found)]).toEqual([name, said(unknown)])
      }
    }
    expect(await database.state()).toEqual(before)
  })

  it('that open something outside, or name something outside, are refused as if it did not exist', async () => {
    for (const { name, opens, url, body } of bodies) {
      if (!opens) continue
      const caller = await as(ppk, '35.73')
      const answer = await ask(service, { url, body, ...caller })
      expect([name, answer.status < 500, answer.status >= 400]).toEqual([name, true, true])
      const { area } = body.data as { area?: string }
      if (area === labelId('AREA-PASAR2')) expect([name, answer.status]).toEqual([name, 404])
      for (const [, label] of labels) {
        const text = answer.text.replaceAll(JSON.stringify(body).slice(1, -1), '')
        if (!JSON.stringify(body).includes(labelId(label))) expect(text).not.toContain(labelId(label))
      }
    }
    const draft = requests.find(({ command }) => command === 'proposal.Draft') ?? lineOf(138)
    const caller = await as(ksmA, '35.73')
    const body = (allocation: string) => ({ id: uuid7(78), ...draft.body, data: { ...draft.body.data, allocation } })
    const foreign = await ask(service, { url: '/v1/proposals', body: body(labelId('ALK-2018')), ...caller })
    const unknown = await ask(service, { url: '/v1/proposals', body: body(uuid7(98)), ...caller })
    expect([foreign.status, foreign.code]).toEqual([422, 'unknown-reference'])
    expect(said(foreign).replaceAll(labelId('ALK-2018'), '')).toBe(said(unknown).replaceAll(uuid7(98), ''))
    expect(await database.state()).toEqual(before)
  })

  it('in a batch as well', async () => {
    const { command, subject, body } = lineOf(201)
    const caller = await as(ppk, '35.73')
    const answer = await ask(service, { url: '/v1/batches', body: { commands: [{ command, subject, body }] }, ...caller })
    expect([answer.status, answer.code, answer.body['index']]).toEqual([404, 'not-found', 0])
  })

  it('an id in upper case is the same id: no second area, no second allocation', async () => {
    const caller = await as(ppk, '')
    const found = await ask(service, {
      url: urlOf('tranche', 'ALK-2018-T2').toUpperCase().replace('/V1/TRANCHES', '/v1/tranches'),
      ...caller,
    })
    expect([found.status, found.body['id']]).toEqual([200, labelId('ALK-2018-T2')])
    const decree = requests.find(({ command }) => command === 'allocation.Decree') ?? lineOf(138)
    const data = { ...decree.body.data, number: 'SK-KEDUA', area: labelId('AREA-PASAR2').toUpperCase() }
    const kasatker = await tokenOf(service, { ...decree.recorder, roles: [decree.recorder.role, 'simulator'] })
    const again = await ask(service, {
      url: '/v1/allocations',
      token: kasatker,
      headers: caller.headers,
      body: { id: uuid7(80).toUpperCase(), ...decree.body, lateReason: 'uji', data },
    })
    expect([again.status, again.code]).toEqual([409, 'already-taken'])
  })
})

describe('two at once', () => {
  it('cannot take one allocation key', async () => {
    const decree = requests.find(({ command }) => command === 'allocation.Decree') ?? lineOf(138)
    const token = await tokenOf(service, { ...decree.recorder, roles: [decree.recorder.role, 'simulator'] })
    const headers = { 'jejak-recorded-at': '2018-10-18T12:00:00+07:00' }
    const post = (n: number) =>
      ask(service, {
        url: '/v1/allocations',
        token,
        headers,
        body: {
          id: uuid7(200 + n),
          ...decree.body,
          lateReason: 'uji',
          data: { ...decree.body.data, source: 'APBD', number: `SK-BALAP-${n}` },
        },
      })
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(post))
    expect(answers.map(({ status, code }) => `${status} ${code}`.trim()).toSorted()).toEqual([
      '201',
      ...Array<string>(5).fill('409 already-taken'),
    ])
  })
})
