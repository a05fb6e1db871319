import { createHash } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { labelId, type Party, type ScenarioRequest } from '@jejak/demo'
import type { TestService } from '../../services/api/test/service.ts'
import { scenarioAt, type Cut } from '../scenario/forks.ts'
import { read, send, type Answer } from '../scenario/http.ts'
import { bkm, faskel, korkot, lineOf, pmu, ppk, system } from '../scenario/play.ts'

const opened: TestService[] = []
// Whoever comes first plays the scenario, which may take longer than a test.
beforeAll(async () => void opened.push(await scenarioAt(154)), 120_000)
afterEach(async () => {
  await Promise.all(opened.splice(0).map((service) => service.close()))
})

async function forkAt(cut: Cut): Promise<TestService> {
  const service = await scenarioAt(cut)
  opened.push(service)
  return service
}

interface Saying {
  readonly on?: string
  readonly cosigners?: readonly Party[]
  readonly papers?: readonly string[]
  readonly recordedAt?: string
}

let asked = 0
/** A command in its own words, entered by its actor at noon of its day. */
async function tell(
  service: TestService,
  [command, kind, label]: readonly [command: string, kind: string, label: string],
  actor: Party,
  data: Record<string, unknown>,
  { on = '2018-09-09', cosigners, papers = [], recordedAt }: Saying = {},
): Promise<Answer> {
  const request: ScenarioRequest = {
    seq: (asked += 1),
    row: undefined,
    command,
    subject: { kind, id: labelId(label) },
    recorder: actor,
    recordedAt: recordedAt ?? `${on}T12:00:00+07:00`,
    body: {
      effectiveOn: on,
      actor,
      data,
      evidence: papers.map((docType) => ({ docType, sha256: createHash('sha256').update(`${docType} ${label}`).digest('hex') })),
      ...(cosigners ? { cosigners } : {}),
    },
  }
  return send(service, request, { key: `people-${asked}` })
}

const must = (answer: Answer): Answer => {
  expect([answer.status, answer.status === 201 ? '' : answer.text]).toEqual([201, ''])
  return answer
}
const codeOf = ({ status, body }: Answer): string => `${status} ${String(body['code'])}`
const rulesOf = ({ body }: Answer): string[] =>
  (body['facts'] as { deviations?: { rule: string }[] }[]).flatMap(({ deviations }) => (deviations ?? []).map(({ rule }) => rule))
const listed = async (service: TestService, url: string, party: Party): Promise<Record<string, unknown>[]> => {
  const { body, status } = await read(service, url, party)
  expect([url, status]).toEqual([url, 200])
  return body['entities'] as Record<string, unknown>[]
}

/** An institution with one officer, as `system` records them. */
async function housed(service: TestService, label: string, kind: string, person: string, role: string): Promise<Party> {
  const party = { person: labelId(person), role, institution: labelId(label) }
  const name = label.replaceAll('-', ' ')
  must(await tell(service, ['institution.Form', 'institution', label], system, { institutionKind: kind, name }))
  must(await tell(service, ['institution.AssumeOffice', 'institution', label], system, { holder: party.person, role, from: '2018-01-02' }))
  return party
}

const requestSecond = lineOf(154)

describe('a partnership of local government and a non-governmental organisation', () => {
  it('goes from a partner found to an agreement fulfilled, each party for itself', async () => {
    const service = await forkAt(154)
    const regency = await housed(service, 'PEMKAB-OKU', 'LOCAL_GOVERNMENT', 'P-BUPATI-1', 'BUPATI')
    const ngo = await housed(service, 'LPM-SRIWIJAYA', 'NGO', 'P-NGO-1', 'NGO')
    const label = 'KERJA-SAMA-1'
    const of = (command: string) => [`partnership.${command}`, 'partnership', label] as const
    const stage = ({ body }: Answer): unknown => (body['stages'] as Record<string, string>)['']

    must(await tell(service, of('Identify'), regency, { title: 'Pendampingan usaha kelompok' }))
    must(await tell(service, of('HoldNegotiation'), regency, {}))
    const agreement = {
      number: 'NPHD-1',
      policyMaker: regency.institution,
      funder: regency.institution,
      implementer: ngo.institution,
      amount: '250000000',
      scope: 'Tiga kecamatan',
      from: '2018-01-01',
      to: '2018-12-31',
      deliverables: [{ code: 'D1', what: 'Pelatihan pembukuan' }],
    }
    expect(codeOf(await tell(service, of('Sign'), regency, agreement))).toBe('403 signers-not-the-parties')
    expect(stage(must(await tell(service, of('Sign'), regency, agreement, { cosigners: [ngo] })))).toBe('Signed')
    must(await tell(service, of('RecordFunding'), ngo, { bankReference: 'TRF-1', amount: '250000000' }))
    const more = must(await tell(service, of('RecordFunding'), ngo, { bankReference: 'TRF-2', amount: '0.01' }))
    expect(rulesOf(more)).toEqual(['funding-exceeds-agreement'])
    expect(codeOf(await tell(service, of('RecordFunding'), ppk, { bankReference: 'X', amount: '1' }))).toBe('403 not-that-party')
    must(await tell(service, of('ReportDeliverable'), ngo, { deliverable: 'D1' }))
    must(await tell(service, of('SubmitReport'), ngo, { number: 'LAP-1' }))
    expect(codeOf(await tell(service, of('AcceptReport'), ngo, { number: 'BA-1' }))).toBe('403 not-that-party')

    const actions = await read(service, `/v1/partnerships/${labelId(label)}/actions`, regency)
    const possible = (actions.body['actions'] as { command: string; mine: boolean }[]).filter(({ mine }) => mine)
    expect(possible.map(({ command }) => command)).toContain('partnership.AcceptReport')

    must(await tell(service, of('AcceptReport'), regency, { number: 'BA-1' }))
    must(await tell(service, of('RecordSpending'), ngo, { number: 'KW-1', amount: '249000000' }))
    expect(codeOf(await tell(service, of('Complete'), regency, { number: 'BA-AKHIR' }))).toBe('409 agreement-money-open')
    must(await tell(service, of('ReturnLeftover'), ngo, { number: 'BUKTI-1', amount: '1000000.01' }))
    const done = must(await tell(service, of('Complete'), regency, { number: 'BA-AKHIR' }))
    expect(stage(done)).toBe('Completed')
    const after = `minPosition=${String(done.body['position'])}`
    expect(await listed(service, `/v1/partnerships?institution=${String(ngo.institution)}&${after}`, ngo)).toMatchObject([
      { id: labelId(label), stage: 'Completed', title: 'Pendampingan usaha kelompok', number: 'NPHD-1', amount: '250000000' },
    ])
    const history = await read(service, `/v1/institutions/${String(ngo.institution)}/history`, pmu)
    expect(history.text).toContain('partnership.Signed')
  })
})

describe('a business group', () => {
  it('has what its members pay in; what it spends beyond that is told', async () => {
    const service = await forkAt(154)
    const chair = await housed(service, 'KUBE-MELATI', 'KUBE', 'P-KUBE-1', 'KUBE')
    const of = (command: string) => [`institution.${command}`, 'institution', 'KUBE-MELATI'] as const
    const iks = { number: 'IKS-1', month: '2018-08', amount: '50000' }
    expect(rulesOf(must(await tell(service, of('PayIks'), chair, iks)))).toEqual(['business-overspent'])
    expect(rulesOf(must(await tell(service, of('PayInBusinessCapital'), chair, { number: 'IURAN-1', amount: '500000' })))).toEqual([])
    expect((await tell(service, of('PayInBusinessCapital'), chair, { number: 'IURAN-2', amount: '0' })).status).toBe(400)
    const cycle = { number: 'LAP-1', from: '2018-07-01', to: '2018-08-31', capitalIn: '450000', stock: '0' }
    const sold = await tell(service, of('RecordBusinessCycle'), chair, { ...cycle, sales: '100000', costs: '550000', profitShare: '0' })
    expect(rulesOf(must(sold))).toEqual([])
    const second = { ...cycle, number: 'LAP-2', sales: '0', costs: '0.01', profitShare: '0' }
    const said = must(await tell(service, of('RecordBusinessCycle'), chair, second))
    expect((said.body['facts'] as { deviations: object[] }[])[0]?.deviations).toMatchObject([
      { rule: 'business-overspent', spent: '0.01', held: '0' },
    ])
    const report = await read(service, `/v1/institutions/${labelId('KUBE-MELATI')}/business`, chair)
    expect(report.body).toMatchObject({ capital: { amount: '500000' }, iks: { amount: '50000' }, balance: { amount: '-0.01' } })
  })
})

describe('a finding', () => {
  it('from notice to closed stands before the next tranche, and then frees it', async () => {
    const service = await forkAt(154)
    const bpkp = await housed(service, 'BPKP-SUMSEL', 'AUDIT_OFFICE', 'P-BPKP-1', 'BPKP')
    const of = (command: string) => [`finding.${command}`, 'finding', 'TEM-1'] as const
    const five = { kondisi: 'Bukti kurang', kriteria: 'Bukti sah', sebab: 'Pelatihan', akibat: 'Tidak diyakini', rekomendasi: 'Lengkapi' }
    const notice = { number: 'NOTISI-1', tranche: labelId('ALK-2018-T1'), institution: bkm.institution, amount: '4500000', ...five }
    const recorded = must(await tell(service, of('Record'), bpkp, { ...notice, blocking: true }, { papers: ['notisi'] }))
    expect(codeOf(await send(service, requestSecond, { key: 'too-early' }))).toBe('409 blocking-finding-open')

    const waiting = await listed(service, `/v1/waiting?minPosition=${String(recorded.body['position'])}`, bkm)
    expect(waiting).toContainEqual(expect.objectContaining({ kind: 'finding', stage: 'Recorded', number: 'NOTISI-1', amount: '4500000' }))
    const actions = await read(service, `/v1/tranches/${labelId('ALK-2018-T2')}/actions`, bkm)
    const request = (actions.body['actions'] as { command: string; unmet: { code: string; metBy: object[] }[] }[]).find(
      ({ command }) => command === 'tranche.Request',
    )
    expect(request?.unmet.find(({ code }) => code === 'blocking-finding-open')?.metBy).toMatchObject([
      { key: 'finding.Closed', roles: expect.arrayContaining(['BPKP', 'INSPEKTORAT', 'KAP']) as string[] },
    ])

    expect(codeOf(await tell(service, of('GiveResponse'), ppk, { number: 'T-1', response: 'Bukan kami' }))).toBe('403 not-the-audited')
    must(await tell(service, of('GiveResponse'), bkm, { number: 'T-1', response: 'Bukti dilengkapi' }))
    must(await tell(service, of('AgreeFollowUp'), bpkp, { number: 'BAKTL-1', action: 'Melengkapi bukti', due: '2018-10-31' }))
    expect(codeOf(await tell(service, of('VerifyFollowUp'), bkm, { outcome: 'done' }))).toBe('403 role-not-allowed')
    must(await tell(service, of('VerifyFollowUp'), bpkp, { outcome: 'done' }, { papers: ['lembar-tindak-lanjut'] }))
    expect(codeOf(await send(service, requestSecond, { key: 'still-too-early' }))).toBe('409 blocking-finding-open')
    must(await tell(service, of('Close'), bpkp, {}))
    const { position } = must(await send(service, requestSecond)).body

    expect(await listed(service, `/v1/findings?allocation=${labelId('ALK-2018')}&minPosition=${String(position)}`, bpkp)).toMatchObject([
      { stage: 'Closed', holders: [] },
    ])
    const history = await read(service, `/v1/allocations/${labelId('ALK-2018')}/history`, pmu)
    expect(history.text).toContain('finding.Recorded')
  })
})

describe('a complaint', () => {
  it('of severity 4 about the works stands before the next tranche until it is resolved', async () => {
    const service = await forkAt(154)
    const of = (command: string) => [`complaint.${command}`, 'complaint', 'PGD-9'] as const
    const received = { ...lineOf(190), subject: { kind: 'complaint', id: labelId('PGD-9') }, recordedAt: '2018-09-09T12:00:00+07:00' }
    const { tranche: _, ...about } = received.body.data
    const body = { ...received.body, effectiveOn: '2018-09-09', actor: { role: 'WARGA' } as Party, data: { ...about, anonymous: true } }
    must(await send(service, { ...received, body }, { key: 'received' }))
    must(
      await tell(
        service,
        of('Log'),
        { ...bkm, person: lineOf(191).body.actor.person },
        { register: 'PGD-9' },
        { recordedAt: '2018-09-09T12:00:00+07:00' },
      ),
    )
    must(await tell(service, of('Classify'), korkot, { severity: 4, category: 'funds' }))
    expect(codeOf(await send(service, requestSecond, { key: 'too-early' }))).toBe('409 blocking-complaint-open')
    must(await tell(service, of('Assign'), korkot, { to: 'FASKEL' }))
    expect(codeOf(await tell(service, of('Escalate'), faskel, { to: 'BKM' }))).toBe('409 escalation-not-upward')
    must(await tell(service, of('Investigate'), faskel, {}))
    must(await tell(service, of('ProposeSolution'), faskel, { solution: 'Pembukuan dibuka' }))
    must(await tell(service, of('Resolve'), faskel, {}))
    must(await send(service, requestSecond))
    const clock = await read(service, `/v1/complaints/${labelId('PGD-9')}/clock`, pmu)
    expect(clock.body['clocks']).toMatchObject([{ name: 'received > resolved', state: 'finished', warn: 10, stuck: 14 }])
  })
})

describe('a facilitator', () => {
  it('visits where assigned; elsewhere the visit is noted, and both stand in the history of the works', async () => {
    const service = await forkAt(154)
    const of = (command: string) => [`facilitator.${command}`, 'facilitator', 'FASILITATOR-SF'] as const
    const area = labelId('AREA-PASAR2')
    must(await tell(service, of('Register'), korkot, { person: faskel.person }))
    const visit = { area, proposal: labelId('PRO-A'), notes: 'Pekerjaan berjalan' }
    expect(rulesOf(must(await tell(service, of('LogVisit'), faskel, { area })))).toEqual(['visit-outside-assignment'])
    must(await tell(service, of('Assign'), korkot, { area, team: faskel.institution, specialty: 'senior', from: '2018-01-02' }))
    const logged = must(await tell(service, of('LogVisit'), faskel, visit))
    expect(rulesOf(logged)).toEqual([])
    must(await tell(service, of('CompleteTraining'), korkot, { course: 'DED dan RAB', validUntil: '2021-12-31' }))
    expect(await listed(service, `/v1/facilitators?minPosition=${String(logged.body['position'])}`, pmu)).toMatchObject([
      { category: 'senior', area },
    ])
    const history = await read(service, `/v1/proposals/${labelId('PRO-A')}/history`, pmu)
    expect(history.text).toContain('facilitator.VisitLogged')
  })
})
