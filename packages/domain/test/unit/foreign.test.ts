import { describe, expect, it } from 'vitest'
import { domain, Edition, foldEntity } from '@jejak/domain'
import { given, play, type Wish } from '../support/given.ts'
import { confirmed, proposed } from '../support/corrections.ts'
import { act, id } from '../support/prabumulih.ts'
import { memoryLog } from '../support/memory.ts'
import { variant } from '../support/editions.ts'

/** The payment requests of a university: a kind that no slice knows (DESIGN §4). */
const house = variant(
  'KOTAKU-2018',
  (draft) => {
    draft.roles = {
      ...draft.roles,
      STAFF: { name: { id: 'Pegawai', en: 'Staff' }, external: true, recordedBy: ['PMU'] },
      BUDGET: { name: { id: 'Anggaran', en: 'Budget owner' }, external: true, recordedBy: ['PMU'] },
    }
    const by = (role: string) => ({ by: { any: [role] } })
    draft.workflows['payment-request'] = Edition.shape.workflows.valueType.parse({
      initial: 'Filed',
      opens: { 'case.Opened': by('STAFF') },
      facts: {
        'case.StepRecorded:budget': by('BUDGET'),
        'case.StepRecorded:pay': { ...by('BUDGET'), papers: ['kwitansi'] },
        'case.StepRecorded:withdraw': by('STAFF'),
        'case.StepRecorded:ship': by('STAFF'),
      },
      stages: {
        Filed: {
          holder: 'BUDGET',
          on: {
            'case.StepRecorded:budget:approved': 'Going',
            'case.StepRecorded:budget:returned': 'Back',
            'case.StepRecorded:withdraw': 'Withdrawn',
          },
        },
        Back: { holder: 'STAFF', on: { 'case.StepRecorded:ship:again': 'Filed' } },
        Going: {
          parallel: true,
          on: { 'case.StepRecorded:withdraw': 'Withdrawn' },
          stages: {
            money: { stages: { due: { on: { 'case.StepRecorded:pay:paid': 'Going.money.paid' } }, paid: {} } },
            goods: { stages: { ordered: { on: { 'case.StepRecorded:ship:sent': 'Going.goods.sent' } }, sent: {} } },
          },
        },
        Withdrawn: { final: true },
      },
    })
  },
  'UNIVERSITY',
)

const request = { kind: 'payment-request', id: id('PAY-1') } as const
const staff = { role: 'STAFF' }
const budget = { role: 'BUDGET' }
const clerk = { person: id('P-CLERK'), role: 'PMU' }
const open = act(
  'case.Open',
  request,
  staff,
  { edition: { id: 'UNIVERSITY', revision: 1 }, title: 'Perjalanan', amount: '1250000' },
  { recorder: clerk },
)
const step = (actor: { role: string }, name: string, outcome?: string, papers: string[] = []): Wish =>
  act('case.RecordStep', request, actor, { step: name, outcome }, { recorder: clerk, papers })
const log =
  (...wishes: readonly Wish[]) =>
  async () =>
    play(memoryLog([house]), ...wishes)
const approve = step(budget, 'budget', 'approved')

describe('a payment request of another house runs on its workflow alone', () => {
  it('is opened, approved, paid and sent', async () => {
    const end = await log(open, approve, step(budget, 'pay', 'paid', ['kwitansi']), step(staff, 'ship', 'sent'))()
    expect(end.fold(domain.slice('payment-request').fold, request.id)).toMatchObject({
      kind: 'payment-request',
      stages: { '': 'Going', 'Going.money': 'Going.money.paid', 'Going.goods': 'Going.goods.sent' },
      data: { title: 'Perjalanan', amountSen: 125_000_000n },
      edition: { id: 'UNIVERSITY', revision: 1 },
    })
  })
  it('is refused out of order', () =>
    given(log(open))
      .when(step(budget, 'pay', 'paid', ['kwitansi']))
      .thenRefused('out-of-order', { kind: 'payment-request', stage: 'Filed' }))
  it('is refused to the wrong role', () =>
    given(log(open))
      .when(step(staff, 'budget', 'approved'))
      .thenRefused('role-not-allowed'))
  it('asks for its papers', () =>
    given(log(open, approve))
      .when(step(budget, 'pay', 'paid'))
      .thenRefused('papers-missing', { missing: 'kwitansi' }))
  it('is unknown before it is opened', () => given(log()).when(approve).thenIs('unknown'))
  it('is not opened under an edition that lacks the kind', () =>
    given(log())
      .when({ ...open, data: { ...open.data, edition: { id: 'KOTAKU-2018', revision: 1 } } })
      .thenRefused('edition-not-usable'))
  it.each(['constructor', 'to-string', 'valueOf'])('nor as a %s', (kind) =>
    given(log())
      .when({ ...open, subject: { kind, id: request.id } })
      .thenRefused('edition-not-usable'),
  )
  it('nor as a tranche', () =>
    given(log())
      .when({ ...open, subject: { kind: 'tranche', id: request.id } })
      .thenRefused('out-of-order'))
  it('is opened once', async () => {
    await given(log(open)).when(open).thenSame()
    await given(log(open))
      .when({ ...open, data: { ...open.data, title: 'Lain' } })
      .thenRefused('differs-from-recorded')
    await given(log(open))
      .when({ ...open, on: '2005-01-09' })
      .thenRefused('already-exists')
  })
  it('two kinds under one id are two things', async () => {
    const both = await log(open)()
    expect(both.fold(domain.slice('other-request').fold, request.id).opened).toBe(false)
  })

  it('is corrected like any other: its last step is taken back, its first one is not', async () => {
    const pmu = { person: id('P-PMU-9'), role: 'PMU', institution: id('PMU-9') }
    const chief = { ...pmu, person: id('P-PMU-8') }
    const houses = [pmu, chief].map((party) =>
      act(
        'institution.AssumeOffice',
        { kind: 'institution', id: party.institution },
        { person: id('SYSTEM'), role: 'system' },
        {
          holder: party.person,
          role: 'PMU',
          from: '2004-01-01',
        },
      ),
    )
    const past = log(...houses, open, approve)
    const wrong = proposed(pmu, 'annul', 'case.StepRecorded', request)
    await given(past)
      .when(proposed(pmu, 'annul', 'case.Opened', request))
      .thenRefused('facts-rest-on-it')
    await given(past, wrong).when(confirmed(pmu, request)).thenRefused('correction-by-same-person')
    await given(past, wrong).when(confirmed(chief, request)).thenAccepted('Filed')
    await given(past, wrong, confirmed(chief, request), approve)
      .when(step(budget, 'pay', 'paid', ['kwitansi']))
      .thenAccepted()
  })

  describe('its parallel stage', () => {
    it('writes one move per region on entering', async () => {
      const [fact] = await given(log(open)).when(approve).thenAccepted('Going')
      expect(fact?.moves.map(({ region, from, to }) => [region, from, to])).toEqual([
        ['', 'Filed', 'Going'],
        ['Going.goods', null, 'Going.goods.ordered'],
        ['Going.money', null, 'Going.money.due'],
      ])
    })
    it('moves one region without the other', async () => {
      const [fact] = await given(log(open, approve))
        .when(step(staff, 'ship', 'sent'))
        .thenAccepted('Going')
      expect(fact?.moves.map(({ region, from, to }) => [region, from, to])).toEqual([
        ['Going.goods', 'Going.goods.ordered', 'Going.goods.sent'],
      ])
    })
    it('ends all regions on leaving', async () => {
      const [fact] = await given(log(open, approve)).when(step(staff, 'withdraw')).thenAccepted('Withdrawn')
      expect(fact?.moves.map(({ region, from, to }) => [region, from, to])).toEqual([
        ['', 'Going', 'Withdrawn'],
        ['Going.goods', 'Going.goods.ordered', null],
        ['Going.money', 'Going.money.due', null],
      ])
      const end = await log(open, approve, step(staff, 'withdraw'))()
      const folded = foldEntity(
        domain.slice('payment-request').fold,
        request.id,
        end.facts.filter(({ fact: each }) => each.subject.id === request.id),
      )
      expect(folded.stages).toEqual({ '': 'Withdrawn' })
    })
  })
})
