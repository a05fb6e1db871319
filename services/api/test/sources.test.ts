import { amountFaults, misfitsOf, PositiveRupiah } from '@jejak/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kedungkandangLabels, labelId, type Party, type ScenarioRequest } from '@jejak/demo'
import { scenarioAt } from '../../../test/scenario/forks.ts'
import { send, tokenFor, type Answer } from '../../../test/scenario/http.ts'
import { ksmA, lineOf, ppk, system, urlOf } from '../../../test/scenario/play.ts'
import { ask, uuid7 } from './ask.ts'
import type { TestService } from './service.ts'

let service: TestService
let token: string
beforeAll(async () => {
  service = await scenarioAt(154)
  token = await tokenFor(service, ppk)
})
afterAll(() => service.close())

let day = '2018-09-10'
const id = labelId
const party = (person: string, role: string, institution: string): Party => ({ person: id(person), role, institution: id(institution) })
const board = party('P-BKM-1', 'BKM', 'BKM-SEINGGOK')
const company = party('P-CSR-1', 'CSR_CO', 'PT-SAWIT')
const agreement = { kind: 'partnership', id: uuid7(77) }
const proposal = { kind: 'proposal', id: id('PRO-A') }
const sha = 'ab'.repeat(32)

let asked = 0
/** A command of somebody on the day, as the scenario would send it. */
const tell = (
  command: string,
  subject: { kind: string; id: string },
  actor: Party,
  data: object,
  more: { papers?: string[]; cosigners?: Party[]; recorder?: Party } = {},
): Promise<Answer> => {
  const request = {
    ...lineOf(138),
    seq: 9000 + (asked += 1),
    command,
    subject,
    recorder: more.recorder ?? actor,
    recordedAt: `${day}T12:00:00+07:00`,
    body: {
      effectiveOn: day,
      actor,
      data,
      evidence: (more.papers ?? []).map((docType) => ({ docType, sha256: sha })),
      ...(more.cosigners ? { cosigners: more.cosigners } : {}),
    },
  } as ScenarioRequest
  return send(service, request, { key: `sources-${asked}` })
}
const outcome = ({ status, body }: Answer): unknown[] => [
  status,
  body['code'] ?? (body['facts'] as { deviations?: { rule: string }[] }[])[0]?.deviations?.map(({ rule }) => rule),
]
const house = { kind: 'institution', id: company.institution ?? '' }

const partnered = async (data: object = {}, subject = agreement): Promise<void> => {
  const identified = await tell('partnership.Identify', subject, company, { title: 'Dana CSR untuk saluran', ...data })
  expect(outcome(identified)).toEqual([201, undefined])
  await tell('partnership.HoldNegotiation', subject, company, {})
  const parties = { policyMaker: company.institution, funder: company.institution, implementer: board.institution }
  const terms = { number: 'PKS-CSR-1', amount: '50000000', scope: 'Pipa', from: '2018-01-01', to: '2018-12-31', source: 'CSR' }
  const signed = await tell(
    'partnership.Sign',
    subject,
    company,
    { ...parties, ...terms, leftover: 'return-to-funder', deliverables: [{ code: 'D1', what: 'Pipa terpasang' }] },
    { cosigners: [board] },
  )
  expect(outcome(signed)).toEqual([201, undefined])
}

describe('own contribution', () => {
  const get = (url: string) => ask(service, { url, token })
  it('of a proposal, planned and realised, by kind and against both denominators, with its positions', async () => {
    const { status, body } = await get(`${urlOf('proposal', 'PRO-A')}/swadaya`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      grant: { amount: '220000000' },
      planned: { amount: '22000000', ofGrant: '10.00', ofTotal: '9.09' },
      realised: { amount: '8000000', ofGrant: '3.64', ofTotal: '3.51' },
      writtenDown: { amount: '0', positions: [] },
    })
    const kinds = body['kinds'] as { kind: string; realised: { amount: string; positions: number[] } }[]
    expect(kinds.map(({ kind, realised }) => [kind, realised.amount, realised.positions.length])).toEqual([
      ['labour', '5000000', 1],
      ['material', '3000000', 1],
      ['unspecified', '0', 0],
    ])
    const history = (await get(`${urlOf('proposal', 'PRO-A')}/history`)).body['facts'] as { position: number; type: string }[]
    const positions = (body['realised'] as { positions: number[] }).positions
    expect(positions.map((position) => history.find((fact) => fact.position === position)?.type)).toEqual(
      positions.map(() => 'proposal.SwadayaRealised'),
    )
  })
  it('of an allocation, as it was true on a day and as it was known', async () => {
    const whole = (await get(`${urlOf('allocation', 'ALK-2018')}/swadaya`)).body
    expect(whole).toMatchObject({ grant: { amount: '490000000' }, planned: { amount: '54000000' }, realised: { amount: '21000000' } })
    const then = (await get(`${urlOf('allocation', 'ALK-2018')}/swadaya?effectiveUntil=2018-07-31`)).body
    expect(then).toMatchObject({ effectiveUntil: '2018-07-31', realised: { amount: '12000000' } })
    const known = (await get(`${urlOf('allocation', 'ALK-2018')}/swadaya?asOf=2018-07-20`)).body
    expect(known).toMatchObject({ realised: { amount: '3000000' } })
  })
  it('of what is not there, or asked wrongly, is refused', async () => {
    expect((await get(`/v1/proposals/${uuid7(5)}/swadaya`)).status).toBe(404)
    for (const query of ['?asOf=yesterday', '?effectiveUntil=2018-02-30', '?kind=cash'])
      expect((await get(`${urlOf('proposal', 'PRO-A')}/swadaya${query}`)).code).toBe('invalid-request')
    expect((await ask(service, { url: `${urlOf('proposal', 'PRO-A')}/swadaya` })).status).toBe(401)
  })
})

describe('amounts that are none', () => {
  const spend = (data: object): Promise<Answer> =>
    tell('proposal.RecordExpense', proposal, ksmA, { number: 'KW-B', tranche: id('ALK-2018-T1'), line: '1', amount: '1', ...data })
  it.each([
    ['a number', { amount: 1 }, 'amount-not-rupiah'],
    ['a third of a sen', { amount: '0.333' }, 'amount-too-fine'],
    ['nothing', { amount: '0' }, 'amount-zero'],
    ['less than nothing', { amount: '-1' }, 'amount-negative'],
    ['seventeen digits', { amount: '10000000000000000' }, 'amount-too-large'],
    ['sen that are none', { amount: '5.00' }, 'amount-sen-zero'],
    ['sen of one digit', { amount: '2000000.5' }, 'amount-sen-digits'],
    ['a point and no sen', { amount: '5.' }, 'amount-sen-digits'],
    ['a zero in front', { amount: '0500' }, 'amount-leading-zero'],
    ['two zeros before the point', { amount: '00.50' }, 'amount-leading-zero'],
    ['another currency beside it', { currency: 'USD' }, 'unknown-field'],
    ['another currency in it', { amount: 'USD 5' }, 'amount-not-rupiah'],
    ['an amount with its currency', { amount: { value: '5', currency: 'USD' } }, 'amount-not-rupiah'],
  ])('%s', async (_, data, code) => {
    const answer = await spend(data)
    expect(outcome(answer)).toEqual([400, 'invalid-request'])
    const errors = answer.body['errors'] as { pointer: string; code?: string; detail: string }[]
    const [error] = errors
    expect(errors.map((each) => each.code)).toEqual([code])
    expect(error?.detail).toMatch(/^(an amount|sen are|unknown field)/)
    expect(error?.pointer).toMatch(/^\/data(\/(amount|currency))?$/)
  })
  it.each([
    ['-1', 'amount-negative'],
    ['0', 'amount-zero'],
    ['1.001', 'amount-too-fine'],
    ['10000000000000000', 'amount-too-large'],
    ['USD 5', 'amount-not-rupiah'],
    ['1.5', 'amount-sen-digits'],
    ['01', 'amount-leading-zero'],
  ] as const)('%s is told in Indonesian as well', (text, code) =>
    expect(misfitsOf(PositiveRupiah, text, 'id')).toEqual([{ path: [], code, detail: amountFaults[code].id }]),
  )
  it('a sum that no table could hold, of expenses and of credits', async () => {
    const largest = '9999999999999999.99'
    for (let nth = 1; nth <= 9; nth += 1) {
      expect((await spend({ number: `KW-MAX-${nth}`, amount: largest })).status).toBe(201)
      const bank = { role: 'BANK' } as Party
      const credit = { bankReference: `RK-MAX-${nth}`, amount: largest }
      expect(
        (await tell('tranche.RecordCredit', { kind: 'tranche', id: id('ALK-2018-T2') }, bank, credit, { recorder: board })).status,
      ).toBe(201)
    }
    expect(outcome(await spend({ number: 'KW-MAX-10', amount: largest }))).toEqual([422, 'sum-too-large'])
    const last = { bankReference: 'RK-MAX-10', amount: largest }
    const answer = await tell('tranche.RecordCredit', { kind: 'tranche', id: id('ALK-2018-T2') }, { role: 'BANK' } as Party, last, {
      recorder: board,
    })
    expect(outcome(answer)).toEqual([422, 'sum-too-large'])
  })
})

describe('money of an agreement', () => {
  const payout = (data: object = {}, subject = agreement): Promise<Answer> =>
    tell('partnership.PayOut', subject, board, {
      bankReference: 'TRF-CSR-2',
      amount: '40000000',
      proposal: proposal.id,
      ksm: ksmA.institution,
      ...data,
    })
  beforeAll(async () => {
    await tell('institution.Form', house, system, { institutionKind: 'COMPANY', name: 'PT Sawit' })
    await tell('institution.AssumeOffice', house, system, { holder: company.person, role: 'CSR_CO', from: '2017-01-02' })
    await partnered()
    await tell('partnership.RecordFunding', agreement, board, { bankReference: 'TRF-CSR-1', amount: '45000000' })
  })

  it('is no source of a proposal that does not name it', async () => {
    expect(outcome(await payout())).toEqual([422, 'payout-not-a-source'])
    const spent = { number: 'KW-CSR-0', amount: '1', agreement: agreement.id, line: '1' }
    expect(outcome(await tell('proposal.RecordExpense', proposal, ksmA, spent))).toEqual([422, 'agreement-not-a-source'])
  })
  it('is not named for more than the estimate', async () => {
    const funding = [
      { from: 'grant', amount: '220000000' },
      { from: 'agreement', agreement: agreement.id, amount: '40000000' },
    ]
    const amend = { changes: ['funding'], funding, notes: 'Ada dana CSR' }
    const answer = await tell('proposal.Amend', proposal, ksmA, amend, { papers: ['ba-ksm', 'ba-bkm'] })
    expect(outcome(answer)).toEqual([409, 'funding-differs-from-estimate'])
    expect(String(answer.body['detail'])).toContain('differ from the estimate')
  })
  it('an expense names exactly one source', async () => {
    const both = { number: 'KW-2', amount: '1', tranche: id('ALK-2018-T1'), swadaya: 'cash', line: '1' }
    expect(outcome(await tell('proposal.RecordExpense', proposal, ksmA, both))).toEqual([422, 'money-of-no-one-source'])
  })
  it('goes back to the funder, no more than there is', async () => {
    const give = (amount: string) => tell('partnership.ReturnLeftover', agreement, board, { number: `BUKTI-${amount}`, amount })
    expect(outcome(await give('45000000.01'))).toEqual([409, 'exceeds-agreement-money'])
    expect(outcome(await give('45000000'))).toEqual([201, undefined])
    expect(outcome(await give('1'))).toEqual([409, 'exceeds-agreement-money'])
  })
})

describe('taxes', () => {
  it('withheld from an expense, deposited in part, and late', async () => {
    const spent = { number: 'KW-TAX', tranche: id('ALK-2018-T1'), line: '1', amount: '10000000' }
    expect((await tell('proposal.RecordExpense', proposal, ksmA, spent)).status).toBe(201)
    const due = { number: 'BP-1', expense: 'KW-TAX', kind: 'PPH22', base: '10000000', amount: '150000' }
    expect((await tell('proposal.RecordTaxDue', proposal, ksmA, due)).status).toBe(201)
    expect(outcome(await tell('proposal.RecordTaxDue', proposal, ksmA, { ...due, number: 'BP-2', expense: 'KW-NONE' }))).toEqual([
      422,
      'tax-expense-unknown',
    ])
    expect((await tell('proposal.RecordTaxPaid', proposal, ksmA, { ntpn: 'N-1', due: 'BP-1', amount: '50000' })).status).toBe(201)
    for (const url of [urlOf('proposal', 'PRO-A'), urlOf('allocation', 'ALK-2018')]) {
      const { status, body } = await ask(service, { url: `${url}/taxes?at=2018-10-20`, token })
      expect(status).toBe(200)
      expect(body).toMatchObject({ withheld: '150000', deposited: '50000', open: '100000', late: '100000', taxes: [{ daysLate: 10 }] })
    }
    expect((await ask(service, { url: `${urlOf('tranche', 'ALK-2018-T1')}/taxes?at=2018-09-10`, token })).body).toMatchObject({
      late: '0',
      taxes: [{ open: '100000' }],
    })
    expect((await ask(service, { url: `${urlOf('proposal', 'PRO-A')}/taxes?at=3018-01-01`, token })).code).toBe('future-date')
  })
})

describe('institutions that cannot be paid', () => {
  const tranche = { kind: 'tranche', id: id('ALK-2018-T1') }
  const upl = party('P-UPL-1', 'UPL', 'BKM-SEINGGOK')
  beforeAll(async () => {
    await service.close()
    service = await scenarioAt(87)
    day = '2018-07-20'
  })
  const pay = (to: { proposal: string; ksm: string | undefined }): Promise<Answer> =>
    tell(
      'tranche.PayInstalment',
      tranche,
      board,
      { ...to, instalment: 2, bankReference: 'TRF-X', amount: '1' },
      { papers: ['bukti-transfer'] },
    )

  it('one of another area', async () => {
    const foreign = party('P-ASING', 'KSM', 'KSM-ASING')
    const group = { kind: 'institution', id: foreign.institution ?? '' }
    const formed = await tell('institution.Form', group, system, {
      institutionKind: 'KSM',
      name: 'KSM Asing',
      area: kedungkandangLabels.labelId('AREA-KEDUNGKANDANG'),
    })
    expect(outcome(formed)).toEqual([201, undefined])
    await tell('institution.AssumeOffice', group, system, { holder: foreign.person, role: 'KSM', from: '2018-01-02' })
    await tell('institution.OpenBankAccount', group, foreign, { bank: 'BRI', account: 'REK-ASING', signatoriesRequired: 2 })
    const works = { kind: 'proposal', id: uuid7(79) }
    const draft = { ...lineOf(31).body.data, ksm: group.id, number: 'PROP-ASING', grant: '1000000' }
    expect(outcome(await tell('proposal.Draft', works, foreign, draft))).toEqual([201, undefined])
    expect(outcome(await pay({ proposal: works.id, ksm: group.id }))).toEqual([409, 'payee-outside-area'])
  })
  it('one that is not of the proposal', async () =>
    expect(outcome(await pay({ proposal: id('PRO-B'), ksm: ksmA.institution }))).toEqual([422, 'payee-differs']))
  it('one that was dissolved, which none is that holds money', async () => {
    const dissolve = (group: string): Promise<Answer> =>
      tell('institution.Dissolve', { kind: 'institution', id: group }, upl, { why: 'Bubar' })
    const holding = await dissolve(id('KSM-CEMPAKA'))
    expect(outcome(holding)).toEqual([409, 'dissolved-holding-money'])
    expect(holding.body['details']).toMatchObject({ held: '29000000' })
    const foreign = id('KSM-ASING')
    expect(outcome(await dissolve(foreign))).toEqual([201, undefined])
    expect(outcome(await pay({ proposal: uuid7(79), ksm: foreign }))).toEqual([409, 'payee-dissolved'])
  })
})
