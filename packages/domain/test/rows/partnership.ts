import { describe, it } from 'vitest'
import { given } from '../support/given.ts'
import { act, id, scenarioUnder, who } from '../support/prabumulih.ts'
import { until } from '../support/places.ts'
import { partners } from '../support/partners.ts'
import { variant } from '../support/editions.ts'

const { ngo, regency, company } = partners
const base = given(until(30), partners.wishes)
const negotiating = given(base.state, partners.identified(), partners.negotiated)
const signed = given(negotiating.state, partners.signed())
const funded = given(signed.state, partners.funded())
const implementing = given(funded.state, partners.delivered())
const reporting = given(implementing.state, partners.reported())
const accepted = given(reporting.state, partners.accepted())

/** Partnerships: DOMAIN §9, seed 002. */
export function partnershipRows(): void {
  describe('a partnership', () => {
    it('goes from a partner found to an agreement fulfilled', async () => {
      await given(base.state).when(partners.identified()).thenAccepted('Identified')
      await given(base.state, partners.identified()).when(partners.negotiated).thenAccepted('Negotiating')
      await given(negotiating.state).when(partners.signed()).thenAccepted('Signed')
      await given(signed.state).when(partners.funded()).thenAccepted('Funded')
      await given(funded.state).when(partners.delivered()).thenAccepted('Implementing')
      await given(implementing.state).when(partners.reported()).thenAccepted('Reporting')
      await given(reporting.state).when(partners.accepted()).thenAccepted('Reporting.accepted')
      await given(
        accepted.state,
        partners.delivered('D2'),
        partners.reported('LAP-2'),
        partners.accepted(regency, 'BA-2'),
        partners.spent(),
      )
        .when(partners.completed())
        .thenAccepted('Completed')
    })
    it('is signed only after it was negotiated', () =>
      given(base.state, partners.identified()).when(partners.signed()).thenRefused('out-of-order'))
    it('needs an office of whoever speaks for an institution', () =>
      given(base.state)
        .when({ ...partners.identified(), actor: who.korkot })
        .thenRefused('role-not-allowed'))
    it('runs on the workflow of an edition that has one', async () => {
      const edition = variant(
        'KOTAKU-2018',
        (draft) => {
          const by = { by: { any: ['BAPPEDA', 'BUPATI'] } }
          draft.roles['BUPATI'] = { name: { id: 'Bupati', en: 'Head of the regency' } }
          draft.roles['BAPPEDA'] = { name: { id: 'Bappeda', en: 'Planning office' } }
          draft.workflows['partnership'] = {
            ...(draft.workflows['allocation'] as never as object),
            initial: 'Proposed',
            opens: { 'partnership.Identified': by },
            beside: {},
            facts: { 'partnership.Terminated': by },
            stages: { Proposed: { holder: 'BAPPEDA', on: { 'partnership.Terminated': 'Dropped' } }, Dropped: { final: true } },
            path: [],
            spans: [],
            chains: [],
            suspendable: false,
            suspends: [],
            resumes: [],
          }
        },
        'KOTAKU-PARTNERS',
      )
      const own = given(
        scenarioUnder(edition).until(30),
        partners.wishes,
        partners.identified({ edition: { id: edition.id, revision: 1 } }),
      )
      await given(own.state).when(partners.negotiated).thenRefused('out-of-order', { stage: 'Proposed' })
      await given(own.state).when(partners.terminated()).thenAccepted('Dropped')
    })
  })

  describe('its agreement', () => {
    it('names parties that exist and stand', async () => {
      await given(negotiating.state)
        .when(partners.signed({ implementer: id('NGO-X') }))
        .thenRefused('unknown-reference')
      const gone = act(
        'institution.Dissolve',
        { kind: 'institution', id: ngo.institution ?? '' },
        who.pmu,
        { why: 'Bubar' },
        { on: '2018-05-07' },
      )
      await given(negotiating.state, gone).when(partners.signed()).thenRefused('party-dissolved')
    })
    it('is signed by all of them and by nobody else', async () => {
      await given(negotiating.state).when(partners.signed({}, [])).thenRefused('signers-not-the-parties', { missing: 1, strange: 0 })
      await given(negotiating.state)
        .when(partners.signed({}, [ngo, company]))
        .thenRefused('signers-not-the-parties', { missing: 0, strange: 1 })
    })
    it('may have one institution for policy and money, or two', async () => {
      await given(negotiating.state)
        .when(partners.signed({ funder: company.institution }, [ngo, company]))
        .thenAccepted('Signed')
      await given(negotiating.state)
        .when(partners.signed({ funder: company.institution }))
        .thenRefused('signers-not-the-parties', { missing: 1 })
    })
    it('nobody reports to themselves', () =>
      given(negotiating.state)
        .when(partners.signed({ implementer: regency.institution }, []))
        .thenRefused('implementer-is-funder'))
    it('ends after it begins, and names each deliverable once', async () => {
      await given(negotiating.state)
        .when(partners.signed({ to: '2017-12-31' }))
        .thenRefused('period-reversed')
      const twice = [
        { code: 'D1', what: 'Pelatihan' },
        { code: 'D1', what: 'Pendampingan' },
      ]
      await given(negotiating.state)
        .when(partners.signed({ deliverables: twice }))
        .thenMalformed('/deliverables')
    })
  })

  describe('its money and work', () => {
    it('money comes as agreed, in parts, and more is noted', async () => {
      await given(signed.state, partners.funded('150000000')).when(partners.funded('100000000', 'TRF-2')).thenAccepted('Funded')
      await given(signed.state, partners.funded('150000000'))
        .when(partners.funded('100000000.01', 'TRF-2'))
        .thenNoted('funding-exceeds-agreement')
    })
    it('is told by funder or implementer', () =>
      given(signed.state)
        .when(partners.funded('1000', 'TRF-9', company))
        .thenRefused('not-that-party'))
    it('before it is agreed it is noted, and moves nothing', () =>
      given(negotiating.state).when(partners.funded()).thenNoted('out-of-order', 'Negotiating'))
    it('delivers what was agreed, in time; else it is noted', async () => {
      await given(funded.state).when(partners.delivered('D9')).thenRefused('deliverable-unknown', { known: 'D1, D2' })
      await given(funded.state)
        .when(partners.delivered('D1', { on: '2019-01-02' }))
        .thenNoted('outside-agreement-period', 'Implementing')
      await given(funded.state)
        .when({ ...partners.delivered(), actor: regency })
        .thenRefused('not-that-party')
    })
    it('the implementer reports, the funder accepts or returns', async () => {
      await given(implementing.state).when(partners.reported('LAP-1', regency)).thenRefused('not-that-party')
      await given(reporting.state).when(partners.accepted(ngo)).thenRefused('not-that-party')
      await given(reporting.state).when(partners.returned).thenAccepted('Reporting.returned')
      await given(reporting.state, partners.returned).when(partners.accepted()).thenRefused('out-of-order')
      await given(reporting.state, partners.returned).when(partners.reported('LAP-1-B')).thenAccepted('Reporting')
    })
  })

  describe('its end', () => {
    it('is extended by all parties, to a later day', async () => {
      await given(accepted.state).when(partners.extended()).thenAccepted('Extended')
      await given(accepted.state).when(partners.extended('2018-12-31')).thenRefused('extension-not-later')
      await given(accepted.state).when(partners.extended('2019-06-30', [])).thenRefused('signers-not-the-parties')
      await given(accepted.state, partners.extended())
        .when(partners.delivered('D2', { on: '2019-06-30' }))
        .thenAccepted('Implementing')
    })
    it('is fulfilled when everything was delivered', async () => {
      await given(accepted.state).when(partners.completed()).thenRefused('deliverables-open', { open: 'D2' })
      await given(accepted.state).when(partners.completed(ngo)).thenRefused('not-that-party')
    })
    it('and all its money is settled, also where it says nothing of what is left', async () => {
      const last = [partners.delivered('D2'), partners.reported('LAP-2'), partners.accepted(regency, 'BA-2'), partners.spent('249000000')]
      const left = (amount: string) => act('partnership.ReturnLeftover', partners.subject, ngo, { number: 'BUKTI-1', amount })
      const kept = act('partnership.KeepLeftover', partners.subject, ngo, { number: 'BA-SISA', amount: '1000000' })
      await given(accepted.state, last).when(partners.completed()).thenRefused('agreement-money-open', { held: '1000000', groups: '0' })
      await given(accepted.state, last).when(kept).thenRefused('agreement-returns-leftover')
      await given(accepted.state, last, left('999999.99')).when(partners.completed()).thenRefused('agreement-money-open', { held: '0.01' })
      await given(accepted.state, last, left('1000000')).when(partners.completed()).thenAccepted('Completed')
      // One that has overspent has nothing to settle.
      await given(accepted.state, last, partners.spent('1000000.01', 'KW-2')).when(partners.completed()).thenAccepted('Completed')
    })
    it('may come early, by any party, and is final', async () => {
      await given(funded.state).when(partners.terminated(ngo)).thenAccepted('Terminated')
      await given(funded.state).when(partners.terminated(company)).thenRefused('not-that-party')
      await given(funded.state, partners.terminated()).when(partners.reported()).thenRefused('out-of-order')
      await given(base.state, partners.identified()).when(partners.terminated()).thenAccepted('Terminated')
    })
    it('takes nothing from who is only told of it', () =>
      given(accepted.state)
        .when({ ...partners.completed(), actor: who.bkm })
        .thenRefused('not-that-party', {}))
  })
}
