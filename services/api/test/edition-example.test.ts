import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, tokenOf, uuid7, type Answer } from './ask.ts'
import { freshService, type TestService } from './service.ts'

/**
 * The example of docs/editions.md on a log that knows nothing of it: published, and one house goes through it to the end. No line of code
 * names its kind, its stages or its roles.
 */
const kind = 'house-repair'
const [bureau, publisher, house] = [uuid7(1), uuid7(2), uuid7(3)]
const paper = (docType: string) => ({ docType, sha256: 'a'.repeat(64) })
const on = '2026-01-05'

let service: TestService
let example: { id: string; revision: number }
beforeAll(async () => {
  service = await freshService({ clock: 'simulated' })
  const text = await readFile(new URL('../../../docs/examples/house-repairs.json', import.meta.url), 'utf8')
  const { $schema: _, ...content } = JSON.parse(text) as { $schema: string; id: string; revision: number }
  example = content
})
afterAll(() => service.close())

async function send(role: string, url: string, body: object): Promise<Answer> {
  const holders: Readonly<Record<string, object>> = {
    system: { person: '00000000-0000-7000-8000-000000000001' },
    PMU: { person: publisher, institution: bureau },
    DINAS: { person: uuid7(4), institution: uuid7(5) },
  }
  const token = await tokenOf(service, { person: '', ...holders[role], roles: [role, 'simulator'], region: '' })
  const headers = { 'accept-language': 'en', 'jejak-recorded-at': `${on}T12:00:00+07:00` }
  return ask(service, { url, token, headers, body: { effectiveOn: on, ...body } })
}

const step = (role: string, name: string, outcome: string, more: { papers?: string[]; person?: number; cosigners?: object[] } = {}) =>
  send('DINAS', `/v1/cases/${kind}/${house}/steps`, {
    actor: { role, ...(more.person === undefined ? {} : { person: uuid7(more.person) }) },
    evidence: (more.papers ?? []).map(paper),
    ...(more.cosigners ? { cosigners: more.cosigners } : {}),
    data: { step: name, outcome },
  })
const stage = ({ status, body, code }: Answer): unknown => (status === 201 ? (body['stages'] as Record<string, string>)[''] : code)

it('is published by who may publish', async () => {
  const formed = await send('system', '/v1/institutions', {
    id: bureau,
    evidence: [paper('sk')],
    data: { institutionKind: 'PMU', name: 'PMU' },
  })
  expect([formed.status, formed.code]).toEqual([201, ''])
  const office = await send('system', `/v1/institutions/${bureau}/assume-office`, {
    evidence: [paper('sk')],
    data: { holder: publisher, role: 'PMU', from: '2025-01-01' },
  })
  expect([office.status, office.code]).toEqual([201, ''])
  const published = await send('PMU', '/v1/editions', {
    id: example.id,
    evidence: [paper('naskah-edisi')],
    data: { revision: 1, content: example },
  })
  expect([published.status, published.body['detail']]).toEqual([201, undefined])
})

it('carries a house from the application to the end, through a loop back and a repair of the repair', async () => {
  const opened = await send('DINAS', `/v1/cases/${kind}`, {
    id: house,
    actor: { role: 'WARGA' },
    evidence: [paper('surat-permohonan')],
    data: { edition: { id: example.id, revision: 1 }, title: 'Rumah di RT 02 RW 04', amount: '20000000' },
  })
  expect(stage(opened)).toBe('Registration')
  expect(stage(await step('LURAH', 'register', 'returned'))).toBe('Revision')
  expect(stage(await step('WARGA', 'mend', 'done'))).toBe('Registration')
  expect(stage(await step('LURAH', 'register', 'complete'))).toBe('Verification.Survey')
  expect(stage(await step('TEKNIS', 'survey', 'fit', { person: 6, papers: ['ba-survei'] }))).toBe('papers-missing')
  expect(stage(await step('TEKNIS', 'survey', 'fit', { person: 6, papers: ['ba-survei', 'rab'] }))).toBe('Verification.Decision')
  // The stage itself says that a file is sent back without a decree, and then may be surveyed again.
  expect(stage(await step('KADIS', 'decide', 'returned', { person: 7 }))).toBe('Verification.Survey')
  const actions = await ask(service, {
    url: `/v1/cases/${kind}/${house}/actions`,
    token: await tokenOf(service, { person: uuid7(4), institution: uuid7(5), roles: ['DINAS'], region: '' }),
  })
  expect(actions.body['actions']).toContainEqual(
    expect.objectContaining({
      command: 'case.RecordStep',
      keys: expect.arrayContaining(['case.StepRecorded:survey:fit']),
      href: `/v1/cases/${kind}/${house}/steps`,
    }),
  )
  expect(stage(await step('TEKNIS', 'survey', 'fit', { person: 6, papers: ['ba-survei', 'rab', 'foto'] }))).toBe('Verification.Decision')
  // Who surveyed does not decide, whatever the role.
  expect(stage(await step('KADIS', 'decide', 'approved', { person: 6, papers: ['sk-penetapan'] }))).toBe('same-person-in-chain')
  expect(stage(await step('KADIS', 'decide', 'approved', { person: 7, papers: ['sk-penetapan'] }))).toBe('Works')
  expect(stage(await step('TEKNIS', 'works', 'progress', { person: 6 }))).toBe('Works')

  const early = await step('TEKNIS', 'works', 'finished', { person: 6 })
  expect([early.status, early.code]).toEqual([409, 'exit-criterion-open'])
  expect(early.body['detail']).toContain('The house was inspected with the resident')
  const signed = { cosigners: [{ role: 'WARGA', person: uuid7(8) }] }
  expect(stage(await step('TEKNIS', 'inspect', 'good', { person: 6 }))).toBe('cosigner-missing')
  expect(stage(await step('TEKNIS', 'inspect', 'good', { person: 6, ...signed }))).toBe('Works')
  const finished = await step('TEKNIS', 'works', 'finished', { person: 6 })
  expect(stage(finished)).toBe('HandedOver')
  const [fact] = finished.body['facts'] as { deviations: { rule: string }[] }[]
  expect(fact?.deviations.map(({ rule }) => rule)).toEqual(['exit-criterion-open', 'expected-actor-absent'])

  expect(stage(await step('WARGA', 'warranty', 'defect'))).toBe('Works')
  const again = await step('TEKNIS', 'works', 'finished', { person: 6, papers: ['foto-sesudah'] })
  expect(stage(again)).toBe('HandedOver')
  expect(stage(await step('WARGA', 'warranty', 'ended'))).toBe('Closed')
  expect(stage(await step('WARGA', 'warranty', 'defect'))).toBe('out-of-order')
  const token = await tokenOf(service, { person: publisher, roles: ['PMU'], region: '', institution: bureau })
  const read = await ask(service, { url: `/v1/cases/${kind}/${house}`, token })
  expect(read.body).toMatchObject({ kind, stages: { '': 'Closed' }, final: true, edition: { id: example.id, revision: 1 } })
})
