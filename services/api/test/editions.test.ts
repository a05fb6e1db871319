import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shippedEditions, type Edition } from '@jejak/domain'
import { labelId } from '@jejak/demo'
import { watch, type Watcher } from '../../../test/scenario/database.ts'
import { pmu } from '../../../test/scenario/play.ts'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { ask, tokenOf, uuid7, type Answer } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let database: Watcher
let token: string
beforeAll(async () => {
  service = await scenarioAt(1)
  database = await watch(service)
  token = await tokenOf(service, { ...pmu, roles: ['PMU', 'simulator'] })
})
afterAll(async () => {
  await database.close()
  await service.close()
})

type Loose = { [name: string]: Loose } & { [index: number]: Loose }
const base = shippedEditions.find(({ id }) => id === 'KOTAKU-2018') as Edition
/** A shipped edition under another id, with something changed. */
function changed(id: string, change: (draft: Loose) => void): object {
  const draft = structuredClone(base) as unknown as Loose
  Object.assign(draft, { id, revision: 1 })
  change(draft)
  return draft
}
const publish = (id: string, content: object, revision = 1, more: object = {}): Promise<Answer> =>
  ask(service, {
    url: '/v1/editions',
    token,
    headers: { 'accept-language': 'en', 'jejak-recorded-at': '2018-02-01T12:00:00+07:00' },
    body: {
      id,
      effectiveOn: '2018-02-01',
      evidence: [{ docType: 'naskah-edisi', sha256: 'a'.repeat(64) }],
      data: { revision, content },
      ...more,
    },
  })
const pointers = ({ body }: Answer): string[] => ((body['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer)
const set = (draft: Loose, path: string, value: unknown): void => {
  const names = path.split('/')
  const last = names.pop() ?? ''
  let node = draft
  for (const name of names) node = node[name] as Loose
  Object.assign(node, { [last]: value })
}

describe('an edition', () => {
  it('is published, read whole, and withdrawn; revisions follow one another', async () => {
    const published = await publish(
      'UJI-2018',
      changed('UJI-2018', () => undefined),
    )
    expect([published.status, published.code, published.headers['location']]).toEqual([201, '', '/v1/editions/UJI-2018'])
    const whole = await ask(service, { url: '/v1/editions/UJI-2018/revisions/1', token })
    expect(whole.body).toMatchObject({ id: 'UJI-2018', revision: 1, tranches: { percent: [70, 30] } })
    expect((await ask(service, { url: '/v1/editions/UJI-2018/revisions/2', token })).status).toBe(404)
    const skipped = await publish('UJI-2018', { ...changed('UJI-2018', () => undefined), revision: 3 }, 3)
    expect([skipped.status, skipped.code]).toEqual([422, 'revision-not-next'])
    const same = await publish(
      'UJI-2018',
      changed('UJI-2018', () => undefined),
    )
    expect([same.status, same.body['repeated']]).toEqual([200, true])
    const headers = { 'jejak-recorded-at': '2018-02-01T12:00:00+07:00' }
    const withdrawn = await ask(service, {
      url: '/v1/editions/UJI-2018/withdraw',
      token,
      headers,
      body: { effectiveOn: '2018-02-01', data: { revision: 1, why: 'uji' } },
    })
    expect(withdrawn.status).toBe(201)
  })

  it.each<readonly [string, (draft: Loose) => void, string, number]>([
    ['shares that do not add up', (draft) => set(draft, 'tranches/percent', [60, 30]), '/data/content/tranches/percent', 422],
    [
      'a role that nobody declared',
      (draft) => set(draft, 'workflows/tranche/stages/Planned/holder', 'HANTU'),
      '/data/content/workflows/tranche/stages/Planned/holder',
      422,
    ],
    [
      'a stage that nothing leads to',
      (draft) => set(draft, 'workflows/tranche/stages/Island', { holder: 'BKM', final: true }),
      '/data/content/workflows/tranche/stages/Island',
      422,
    ],
    [
      'a stage without an end',
      (draft) => {
        set(draft, 'workflows/tranche/stages/Trap', { holder: 'BKM' })
        set(draft, 'workflows/tranche/stages/Planned/on/tranche.Requested', 'Trap')
      },
      '/data/content/workflows/tranche/stages/Trap',
      422,
    ],
    [
      'a target that does not exist',
      (draft) => set(draft, 'workflows/tranche/stages/Planned/on/tranche.Requested', 'Nowhere'),
      '/data/content/workflows/tranche/stages/Planned/on/tranche.Requested',
      422,
    ],
    [
      'a fact that the kind does not fold',
      (draft) => set(draft, 'workflows/tranche/stages/Planned/on/proposal.Submitted', 'Closed'),
      '/data/content/workflows/tranche/stages/Planned/on/proposal.Submitted',
      422,
    ],
    ['a workflow that is missing', (draft) => set(draft, 'workflows/tranche', undefined), '/data/content/workflows', 422],
    ['another id inside', (draft) => set(draft, 'id', 'LAIN'), '/data/content/id', 422],
    ['a share of text', (draft) => set(draft, 'tranches/percent', ['70', '30']), '/data/content/tranches/percent/0', 400],
    ['a field too many', (draft) => set(draft, 'magic', true), '/data/content/magic', 400],
    [
      'a stage with a wrong name',
      (draft) => set(draft, 'workflows/tranche/stages/No stage', {}),
      '/data/content/workflows/tranche/stages/No stage',
      400,
    ],
  ])('with %s is refused with the place', async (_, change, pointer, status) => {
    const before = await database.state()
    const answer = await publish('SALAH-2018', changed('SALAH-2018', change))
    expect([answer.status, pointers(answer)]).toEqual([status, expect.arrayContaining([pointer])])
    if (status === 422) expect(answer.code).toBe('edition-unsound')
    expect(await database.state()).toEqual(before)
    const inBatch = await ask(service, {
      url: '/v1/batches',
      token,
      headers: { 'jejak-recorded-at': '2018-02-01T12:00:00+07:00' },
      body: {
        commands: [
          {
            command: 'edition.Publish',
            subject: { kind: 'edition', id: 'SALAH-2018' },
            body: {
              effectiveOn: '2018-02-01',
              evidence: [{ docType: 'naskah-edisi', sha256: 'a'.repeat(64) }],
              data: { revision: 1, content: changed('SALAH-2018', change) },
            },
          },
        ],
      },
    })
    expect([inBatch.status, pointers(inBatch)]).toEqual([status, expect.arrayContaining([`/commands/0/body${pointer}`])])
  })

  it('is not pinned when it is withdrawn or was never published', async () => {
    for (const edition of [
      { id: 'UJI-2018', revision: 1 },
      { id: 'UJI-2018', revision: 9 },
      { id: 'TIADA', revision: 1 },
    ]) {
      const body = { id: uuid7(5), effectiveOn: '2018-02-01', evidence: [], data: { area: labelId('AREA-PASAR2'), year: '2018', edition } }
      const answer = await ask(service, { url: '/v1/cycles', token, headers: { 'jejak-recorded-at': '2018-02-01T12:00:00+07:00' }, body })
      expect([edition, answer.status, answer.code]).toEqual([edition, 422, 'edition-not-usable'])
    }
  })
})

interface Listed {
  readonly id: string
  readonly programme: string
  readonly name: { readonly id: string }
  readonly revisions: readonly { readonly revision: number; readonly position: number; readonly withdrawn: boolean }[]
}

describe('the list of editions', () => {
  const list = (query = ''): Promise<Answer> => ask(service, { url: `/v1/editions${query}`, token })

  it('names each with its revisions, and says which were withdrawn', async () => {
    const published = await publish('LIS-2018', { ...changed('LIS-2018', () => undefined), programme: 'LAMA' })
    const second = await publish('LIS-2018', { ...changed('LIS-2018', () => undefined), revision: 2, programme: 'BARU' }, 2)
    const first = await list(`?minPosition=${second.body['position'] as number}`)
    const editions = first.body['editions'] as Listed[]
    expect(editions.map(({ id }) => id)).toEqual(editions.map(({ id }) => id).toSorted())
    for (const { id, programme, name } of shippedEditions)
      expect(editions.find((each) => each.id === id)).toMatchObject({ programme, name, revisions: [{ revision: 1, withdrawn: false }] })
    expect(editions.find(({ id }) => id === 'LIS-2018')).toMatchObject({
      programme: 'BARU',
      revisions: [
        { revision: 1, publishedOn: '2018-02-01', position: published.body['position'], withdrawn: false, withdrawnAt: null },
        { revision: 2, publishedOn: '2018-02-01', position: second.body['position'], withdrawn: false, withdrawnAt: null },
      ],
    })
    const withdrawn = await ask(service, {
      url: '/v1/editions/LIS-2018/withdraw',
      token,
      headers: { 'jejak-recorded-at': '2018-02-01T12:00:00+07:00' },
      body: { effectiveOn: '2018-02-01', data: { revision: 1, why: 'uji' } },
    })
    const after = ((await list()).body['editions'] as Listed[]).find(({ id }) => id === 'LIS-2018')
    expect(after?.revisions).toMatchObject([{ withdrawn: true, withdrawnAt: withdrawn.body['position'] }, { withdrawn: false }])
  })

  it('comes in pages', async () => {
    const whole = ((await list()).body['editions'] as Listed[]).map(({ id }) => id)
    const found: string[] = []
    for (let query: string | undefined = '?limit=2'; query !== undefined;) {
      const page = await list(query)
      found.push(...(page.body['editions'] as Listed[]).map(({ id }) => id))
      const next = page.body['next'] as string | null
      expect(page.headers['link'] === undefined).toBe(next === null)
      query = next === null ? undefined : `?limit=2&cursor=${next}`
    }
    expect(found).toEqual(whole)
    expect((await list('?cursor=nonsense')).status).toBe(400)
    expect((await ask(service, { url: '/v1/editions' })).status).toBe(401)
  })
})

describe('mistakes in an edition', () => {
  const told = async (language: string, change: (draft: Loose) => void): Promise<{ pointer: string; detail: string }[]> => {
    const answer = await ask(service, {
      url: '/v1/editions',
      token,
      headers: { 'accept-language': language, 'jejak-recorded-at': '2018-02-01T12:00:00+07:00' },
      body: {
        id: 'SALAH-2018',
        effectiveOn: '2018-02-01',
        evidence: [{ docType: 'naskah-edisi', sha256: 'a'.repeat(64) }],
        data: { revision: 1, content: changed('SALAH-2018', change) },
      },
    })
    return answer.body['errors'] as { pointer: string; detail: string }[]
  }
  const desk = '/data/content/workflows/tranche/stages/Planned'

  it('are told in the language of the caller, with what was meant', async () => {
    const role = (draft: Loose) => set(draft, 'workflows/tranche/stages/Planned/holder', 'FASKL')
    expect(await told('en', role)).toContainEqual({
      pointer: `${desk}/holder`,
      detail: 'role FASKL is not declared in /roles; did you mean FASKEL?',
    })
    expect(await told('id', role)).toContainEqual({
      pointer: `${desk}/holder`,
      detail: 'peran FASKL tidak dinyatakan dalam /roles; maksud Anda FASKEL?',
    })
  })

  it.each<readonly [string, (draft: Loose) => void, string, string]>([
    [
      'a misspelt field',
      (draft) => set(draft, 'workflows/tranche/stages/Planned/hodler', 'BKM'),
      `${desk}/hodler`,
      'unknown field; did you mean holder?',
    ],
    [
      'a misspelt field where one of several shapes stands',
      (draft) => set(draft, 'workflows/tranche/stages/Planned/on/tranche.Requested', { too: 'X' }),
      `${desk}/on/tranche.Requested/too`,
      'unknown field; did you mean to?',
    ],
    [
      'a number where a stage is meant',
      (draft) => set(draft, 'workflows/tranche/stages/Planned/on/tranche.Requested', 7),
      `${desk}/on/tranche.Requested`,
      'must be text or an object',
    ],
    [
      'nobody where somebody is meant',
      (draft) => set(draft, 'workflows/tranche/stages/Planned/on/tranche.Requested', { by: {} }),
      `${desk}/on/tranche.Requested/by`,
      'needs any or all',
    ],
    [
      'a proof of another name',
      (draft) =>
        set(draft, 'workflows/tranche/stages/Planned/exit', [
          { code: 'c', name: { id: 'x', en: 'x' }, needs: { papr: 'x' }, onOpen: 'refuse', source: 's' },
        ]),
      `${desk}/exit/0/needs/papr`,
      'unknown field; did you mean paper?',
    ],
    ['a field that is missing', (draft) => set(draft, 'programme', undefined), '/data/content/programme', 'required: text'],
    [
      'a choice that is misspelt',
      (draft) => set(draft, 'leftover/rule', 'RETURN_TO_TREASURE'),
      '/data/content/leftover/rule',
      'must be one of RETURN_TO_TREASURY, KEEP_AS_COMMUNITY_FUND; did you mean RETURN_TO_TREASURY?',
    ],
    [
      'a fact that is none',
      (draft) => set(draft, 'workflows/tranche/stages/Planned/on/tranche.requested', {}),
      `${desk}/on/tranche.requested`,
      'a fact: kind.PastParticiple, then :step and :outcome where it has them',
    ],
  ])('%s', async (_, change, pointer, detail) =>
    expect(await told('en', change)).toContainEqual(expect.objectContaining({ pointer, detail })),
  )
})

describe('a kind that no slice knows', () => {
  const kind = 'payment-request'
  const content = () =>
    changed('UNIVERSITY', (draft) => {
      const by = (role: string) => ({ by: { any: [role] } })
      set(draft, 'roles/STAFF', { name: { id: 'Pegawai', en: 'Staff' }, external: true, recordedBy: ['PMU'] })
      set(draft, 'roles/BUDGET', { name: { id: 'Anggaran', en: 'Budget owner' }, external: true, recordedBy: ['PMU'] })
      set(draft, `workflows/${kind}`, {
        initial: 'Filed',
        opens: { 'case.Opened': by('STAFF') },
        facts: { 'case.StepRecorded:budget': by('BUDGET') },
        stages: {
          Filed: { holder: 'BUDGET', on: { 'case.StepRecorded:budget:approved': 'Paid', 'case.StepRecorded:budget:returned': 'Back' } },
          Back: { holder: 'STAFF', revision: undefined, on: { 'case.StepRecorded:budget:withdrawn': 'Paid' } },
          Paid: { final: true },
        },
      })
    })
  const headers = { 'jejak-recorded-at': '2018-02-02T12:00:00+07:00' }
  const opening = {
    id: uuid7(60),
    effectiveOn: '2018-02-02',
    actor: { role: 'STAFF' },
    data: { edition: { id: 'UNIVERSITY', revision: 1 }, title: 'Perjalanan', amount: '1250000' },
  }
  const step = (outcome: string, role = 'BUDGET') => ({ effectiveOn: '2018-02-02', actor: { role }, data: { step: 'budget', outcome } })

  it('runs on its workflow alone', async () => {
    const published = await publish('UNIVERSITY', content())
    expect([published.status, pointers(published)]).toEqual([201, []])
    const url = `/v1/cases/${kind}`
    const post = (path: string, body: object, key?: string) =>
      ask(service, { url: `${url}${path}`, token, headers, body, ...(key ? { key } : {}) })
    expect((await post(`/${uuid7(60)}/steps`, step('approved'))).status).toBe(404)
    const opened = await post('', opening, 'open')
    expect([opened.status, opened.body['stages'], opened.headers['location']]).toEqual([201, { '': 'Filed' }, `${url}/${uuid7(60)}`])
    expect((await post('', opening, 'open')).text).toBe(opened.text)
    expect((await post(`/${uuid7(60)}/steps`, step('approved', 'STAFF'))).code).toBe('role-not-allowed')
    expect((await post(`/${uuid7(60)}/steps`, step('flown'))).code).toBe('out-of-order')
    const paid = await post(`/${uuid7(60)}/steps`, step('approved'))
    expect([paid.status, paid.body['stages']]).toEqual([201, { '': 'Paid' }])
    const read = await ask(service, { url: `${url}/${uuid7(60)}`, token })
    expect(read.body).toMatchObject({ kind, stages: { '': 'Paid' }, final: true, state: { title: 'Perjalanan', amount: '1250000' } })
    const history = await ask(service, { url: `${url}/${uuid7(60)}/history`, token })
    expect((history.body['stays'] as { stage: string; holder: string | null }[]).map(({ stage, holder }) => [stage, holder])).toEqual([
      ['Filed', 'BUDGET'],
      ['Paid', null],
    ])
    const clock = await ask(service, { url: `${url}/${uuid7(60)}/clock`, token })
    expect([clock.status, clock.body['kind']]).toEqual([200, kind])
    expect((clock.body['stays'] as { stage: string; left: string | null }[]).map(({ stage, left }) => [stage, left === null])).toEqual([
      ['Filed', false],
      ['Paid', true],
    ])
    expect((await ask(service, { url: `/v1/cases/other-request/${uuid7(60)}`, token })).status).toBe(404)
  })

  it('is none that a slice knows, nor one that its edition does not', async () => {
    for (const known of ['tranche', 'edition', 'person', 'case']) {
      const answer = await ask(service, { url: `/v1/cases/${known}`, token, headers, body: { ...opening, id: uuid7(61) } })
      expect([known, answer.status]).toEqual([known, 404])
    }
    for (const odd of ['constructor', 'allocation-key', 'to-string']) {
      const answer = await ask(service, { url: `/v1/cases/${odd}`, token, headers, body: { ...opening, id: uuid7(61) } })
      expect([odd, answer.status, answer.code]).toEqual([odd, 422, 'edition-not-usable'])
    }
  })

  it('can be part of a batch', async () => {
    const commands = [
      { command: 'case.Open', subject: { kind, id: uuid7(62) }, body: { ...opening, id: undefined } },
      { command: 'case.RecordStep', subject: { kind, id: uuid7(62) }, body: step('returned') },
    ]
    const answer = await ask(service, { url: '/v1/batches', token, headers, body: { commands } })
    expect([answer.status, (answer.body['commands'] as { stages: object }[])?.map(({ stages }) => stages)]).toEqual([
      201,
      [{ '': 'Back' }, { '': 'Back' }],
    ])
  })
})
