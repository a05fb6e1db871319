import { describe, expect, it } from 'vitest'
import type { Fact } from '@jejak/domain'
import { institutionFold } from '../../src/institution/machine.ts'
import { confirmed, proposed as saidWrong } from '../support/corrections.ts'
import { given, type Wish } from '../support/given.ts'
import { act, id, who } from '../support/prabumulih.ts'
import { house } from '../support/places.ts'
import { kube } from '../support/kube.ts'

const run = { kind: 'cycle', id: id('CYC-KUBE') } as const
const pmu = house('PMU-KUBE', 'PMU', 'P-PMU-K', 'PMU')
const companions = house('PENDAMPING', 'FACILITATORS', 'P-PENDAMPING', 'FASKEL')
const korkot = house('KORKOT-KUBE', 'CITY_COORDINATION', 'P-KORKOT-K', 'KORKOT')
const pin = { id: 'KUBE-2024', revision: 1 }
const started = act('cycle.Start', run, kube.service, { area: id('AREA-KUBE'), year: '2024', edition: pin, group: kube.group.id })
const step = (name: string, outcome: string, actor: Wish['actor'], papers: string[] = [], more: Partial<Wish> = {}): Wish =>
  act('cycle.RecordStep', run, actor, { step: name, outcome }, { papers, ...more })
const province = { role: 'DINAS_SOSIAL_PROV' }
const proposed: Wish[] = [
  started,
  step('IDENTIFIKASI', 'done', companions.party, ['daftar-dtks']),
  step('PEMBENTUKAN', 'done', kube.chair, ['ba-pembentukan', 'rencana-usaha']),
  step('PENGUSULAN', 'proposed', kube.service),
  step('REKOMENDASI', 'recommended', province, ['surat-rekomendasi'], { recorder: kube.service }),
  step('VERIFIKASI', 'verified', pmu.party),
]
const decreed = step('PENETAPAN', 'decreed', pmu.party, ['sk-penetapan'])
const five = [1, 2, 3, 4, 5]
const members = five.map(kube.joined)
const checks = five.map((n) => kube.checked(n, [], { edition: pin }))
const base = given(...kube.formed, pmu.wishes, companions.wishes).state

/** The cycle of a business group: DOMAIN §1.5, G-15. */
export function kubeRows(): void {
  describe('the cycle of a business group', () => {
    it('is one for each group of an area and year', async () => {
      await given(base).when(started).thenAccepted('IDENTIFIKASI')
      await given(base, started)
        .when({ ...started, subject: { kind: 'cycle', id: id('CYC-KUBE-2') } })
        .thenRefused('already-taken')
      const second = { kind: 'institution', id: id('KUBE-MAWAR') }
      const formed = act('institution.Form', second, kube.service, { institutionKind: 'KUBE', name: 'KUBE Mawar', area: id('AREA-KUBE') })
      await given(base, started, formed)
        .when({ ...started, subject: { kind: 'cycle', id: id('CYC-KUBE-2') }, data: { ...started.data, group: second.id } })
        .thenAccepted('IDENTIFIKASI')
    })
    it('names its group, which is judged (G-15): a run of nobody would pass unjudged', async () => {
      await given(base)
        .when({ ...started, data: { ...started.data, group: undefined } })
        .thenRefused('group-missing')
      const foundation = { kind: 'institution', id: id('YAYASAN-KUBE') }
      const formed = act('institution.Form', foundation, pmu.party, { institutionKind: 'NGO', name: 'Yayasan', area: id('AREA-KUBE') })
      await given(base, formed)
        .when({ ...started, data: { ...started.data, group: foundation.id } })
        .thenRefused('group-not-of-area')
    })
    it('of a group that stands, in this area', async () => {
      const dissolved = act('institution.Dissolve', kube.group, kube.service, { why: 'Bubar' })
      await given(base, dissolved).when(started).thenRefused('group-not-of-area')
      await given(base)
        .when({ ...started, data: { ...started.data, area: id('AREA-LAIN') } })
        .thenRefused('group-not-of-area')
    })
    it('stops before the decree unless the group meets the criteria (G-15)', async () => {
      await given(base, proposed).when(decreed).thenRefused('group-size-not-allowed', { least: 5, most: 10, members: 0 })
      await given(base, proposed, members).when(decreed).thenRefused('members-not-eligible', { count: 5 })
      await given(base, proposed, members, checks.slice(1)).when(decreed).thenRefused('members-not-eligible', { count: 1 })
      await given(base, proposed, members, checks).when(decreed).thenRefused('recipient-account-missing')
      await given(base, proposed, members, checks, kube.account).when(decreed).thenAccepted('BIMBINGAN')
    })
    it('and goes on to independence', async () => {
      const trained = step('BIMBINGAN', 'done', companions.party, ['ba-bimbingan'])
      const paid = step('PENYALURAN', 'transferred', { role: 'BANK' }, ['bukti-transfer'], { recorder: kube.chair })
      const graded = (outcome: string): Wish => step('PENILAIAN', outcome, kube.service)
      const ready = given(base, proposed, members, checks, kube.account, decreed, trained, paid).state
      await given(ready, graded('tumbuh'), graded('berkembang')).when(graded('mandiri')).thenAccepted('MANDIRI')
      await given(ready, graded('macet')).when(graded('tumbuh')).thenAccepted('TUMBUH')
      await given(ready).when(graded('bubar')).thenAccepted('BUBAR')
    })
    const ready = [base, proposed, members, checks, kube.account, decreed, step('BIMBINGAN', 'done', companions.party, ['ba-bimbingan'])]
    const aid = (more: object = {}, subject: Wish['subject'] = kube.group): Wish =>
      act(
        'institution.ReceiveBusinessAid',
        subject,
        kube.chair,
        { bankReference: 'TRF-KUBE', amount: '20000000', cycle: run.id, ...more },
        {
          papers: ['bukti-transfer'],
        },
      )
    it('its money comes to its own account, and takes the run on', async () => {
      const facts = await given(...ready)
        .when(aid())
        .thenAccepted()
      expect(facts[0]?.moves).toMatchObject([{ kind: 'cycle', to: 'PEMANFAATAN' }])
      await given(...ready)
        .when(aid({ amount: '20000000.01' }))
        .thenNoted('aid-exceeds-ceiling')
      await given(...ready, aid())
        .when(aid({ amount: '1', bankReference: 'TRF-2' }))
        .thenNoted('aid-exceeds-ceiling')
      await given(base, proposed).when(aid()).thenNoted('aid-without-account')
      const second = { kind: 'institution', id: id('KUBE-MAWAR') }
      const formed = act('institution.Form', second, kube.service, { institutionKind: 'KUBE', name: 'KUBE Mawar', area: id('AREA-KUBE') })
      await given(...ready, formed)
        .when({ ...aid({}, second), actor: kube.service })
        .thenRefused('cycle-of-other-group')
    })
    it('its business is planned, and accounted for cycle by cycle', async () => {
      const plan = act('institution.PlanBusiness', kube.group, kube.chair, {
        businessType: 'makanan-ringan',
        what: 'Keripik singkong',
        cycleMonths: 3,
        capital: '20000000',
      })
      const cycle = (more: object = {}): Wish =>
        act('institution.RecordBusinessCycle', kube.group, kube.chair, {
          number: 'LAP-1',
          from: '2017-01-02',
          to: '2017-03-31',
          capitalIn: '8000000',
          sales: '9500000',
          costs: '7600000',
          stock: '400000',
          profitShare: '1900000',
          ...more,
        })
      await given(...ready)
        .when(plan)
        .thenAccepted()
      await given(...ready, aid())
        .when(cycle())
        .thenAccepted()
      await given(...ready, aid(), cycle())
        .when(cycle({ number: 'LAP-2', sales: '0', costs: '0', profitShare: '0.01' }))
        .thenNoted('share-exceeds-profit')
      await given(...ready, aid())
        .when(cycle({ to: '2017-01-01' }))
        .thenRefused('period-reversed')
      await given(...ready)
        .when({ ...plan, actor: kube.service })
        .thenRefused('role-not-allowed')
    })
    it('its contribution to solidarity is paid once a month', async () => {
      const iks = (number: string, month = '2017-01'): Wish =>
        act('institution.PayIks', kube.group, kube.chair, { number, month, amount: '50000' })
      await given(...ready, kube.paidIn(), iks('IKS-1'))
        .when(iks('IKS-2', '2017-02'))
        .thenAccepted()
      await given(...ready, kube.paidIn(), iks('IKS-1'))
        .when(iks('IKS-2'))
        .thenNoted('iks-paid-already')
      await given(...ready)
        .when(iks('IKS-1', '2017-13'))
        .thenMalformed('/month')
    })
    it('has what its members pay in, before any aid', async () => {
      await given(...ready)
        .when(kube.paidIn())
        .thenAccepted()
      await given(...ready, kube.paidIn())
        .when(kube.paidIn('600000'))
        .thenRefused('differs-from-recorded', { fields: 'amount' })
      await given(...ready)
        .when({ ...kube.paidIn(), actor: kube.service })
        .thenRefused('role-not-allowed')
      await given(...ready)
        .when(kube.paidIn('0'))
        .thenMalformed('/amount')
      const most = '9999999999999999.99'
      await given(
        ...ready,
        five.slice(0, 4).flatMap((n) => [kube.paidIn(most, `A-${n}`), kube.paidIn(most, `B-${n}`)]),
        kube.paidIn(most, 'C'),
      )
        .when(kube.paidIn(most, 'D'))
        .thenRefused('sum-too-large')
    })
    it('spends no more than it has: what goes beyond is noted', async () => {
      const iks = (amount: string): Wish => act('institution.PayIks', kube.group, kube.chair, { number: 'IKS-1', month: '2017-01', amount })
      const cycle = (number: string, sales: string, costs: string, profitShare = '0'): Wish =>
        act('institution.RecordBusinessCycle', kube.group, kube.chair, {
          number,
          from: '2017-01-02',
          to: '2017-03-31',
          capitalIn: '0',
          stock: '0',
          sales,
          costs,
          profitShare,
        })
      const overspent = (facts: readonly Fact[]) => facts[0]?.deviations?.find(({ rule }) => rule === 'business-overspent')
      const early = await given(...ready)
        .when(iks('50000'))
        .thenNoted('business-overspent')
      expect(overspent(early)).toMatchObject({ spent: '50000', held: '0' })
      await given(...ready, kube.paidIn())
        .when(iks('500000'))
        .thenAccepted()
      await given(...ready, kube.paidIn())
        .when(iks('500000.01'))
        .thenNoted('business-overspent')
      await given(...ready, kube.paidIn())
        .when(cycle('L-1', '9500000', '10000000'))
        .thenAccepted()
      const beyond = await given(...ready, kube.paidIn(), aid())
        .when(cycle('L-1', '9500000', '30000000.01'))
        .thenNoted('business-overspent')
      expect(overspent(beyond)).toMatchObject({ spent: '30000000.01', held: '30000000' })
      // Profit that was earned and is spent already cannot be shared: the account says so, not the profit.
      const shared = await given(...ready, cycle('L-1', '1000000', '0'), iks('1000000'))
        .when(cycle('L-2', '0', '0', '0.01'))
        .thenNoted('business-overspent')
      expect(shared[0]?.deviations?.map(({ rule }) => rule)).not.toContain('share-exceeds-profit')
      await given(...ready, iks('50000'))
        .when(cycle('L-1', '0', '0'))
        .thenAccepted()
    })
    it('a correction of its money looks at what was spent after it', async () => {
      const iks = act('institution.PayIks', kube.group, kube.chair, { number: 'IKS-1', month: '2017-01', amount: '500000' })
      const wrong = (how: 'annul' | 'replace' | 'reverse', other?: object) =>
        saidWrong(kube.chair, how, 'institution.BusinessCapitalPaidIn', kube.group, other ? { other } : {})
      const said = (how: 'annul' | 'replace' | 'reverse', other?: object) =>
        given(...ready, korkot.wishes, kube.paidIn(), iks, wrong(how, other)).when(confirmed(korkot.party, kube.group))
      await said('annul').thenNoted('business-overspent')
      await said('replace', { amount: '499999.99' }).thenNoted('business-overspent')
      await said('replace', { amount: '500001' }).thenAccepted()
      await said('reverse').thenNoted('reversal-overdraws')
      const back = saidWrong(kube.chair, 'annul', 'institution.IksPaid', kube.group)
      const log = await given(...ready, korkot.wishes, kube.paidIn(), iks, back, confirmed(korkot.party, kube.group)).state()
      expect(log.fold(institutionFold, kube.group.id).data.heldSen).toBe(50_000_000n)
    })
    it('may be turned down', async () => {
      await given(base, proposed.slice(0, 3))
        .when(step('PENGUSULAN', 'rejected', kube.service))
        .thenAccepted('DITOLAK')
      await given(base, proposed.slice(0, 3))
        .when(step('PENGUSULAN', 'returned', kube.service))
        .thenAccepted('PEMBENTUKAN')
    })
    it('a run of the kelurahan is not asked for a group', () =>
      given(base)
        .when({ ...started, data: { ...started.data, group: who.bkm.institution } })
        .thenRefused('unknown-reference'))
  })
}
