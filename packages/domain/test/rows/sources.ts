import { describe, expect, it } from 'vitest'
import { domain } from '@jejak/domain'
import { heldByGroups, heldByImplementer, type Partnership } from '../../src/partnership/machine.ts'
import { given, play, type Wish } from '../support/given.ts'
import { partners } from '../support/partners.ts'
import { act, entity, id, line, who } from '../support/prabumulih.ts'
import { sources } from '../support/sources.ts'

const { b, t1 } = entity
const { amended, funded, funding, paidOut, spent } = sources
const paid = given(funded(), paidOut()).state

/** Money of several sources for one proposal: DOMAIN §9. */
export function sourceRows(): void {
  describe('the sources of a proposal', () => {
    const agreed = given(sources.until(74), sources.begun(), sources.signed()).state
    it('pay for all of the estimate and no more', async () => {
      await given(agreed).when(amended()).thenAccepted()
      await given(agreed)
        .when(amended(funding('40000000.01')))
        .thenRefused('funding-differs-from-estimate', { funding: '270000000.01', estimate: '270000000' })
    })
    it('name of the grant what is asked of it', () =>
      given(agreed)
        .when(amended(funding('41000000', '10000000', '219000000')))
        .thenRefused('funding-differs-from-grant'))
    it('are told when the proposal is handed in', async () => {
      const early = given(sources.until(33), sources.begun(), sources.signed()).state
      const handedIn = (amount: string): Wish =>
        line(34, {
          data: {
            lines: [
              { line: '1', item: 'Saluran', amount: '220000000', fundedBy: 'grant' },
              { line: '9', item: 'Pipa', amount: '40000000', fundedBy: 'CSR' },
            ],
            funding: funding(amount).slice(0, 2),
          },
        })
      await given(early).when(handedIn('40000000')).thenAccepted('Submitted')
      await given(early).when(handedIn('39999999.99')).thenRefused('funding-differs-from-estimate')
    })
    it('are agreements in force, for what they have', async () => {
      await given(sources.until(74), sources.begun()).when(amended()).thenRefused('agreement-not-in-force', { stage: 'Negotiating' })
      await given(agreed, partners.terminated()).when(amended()).thenRefused('agreement-not-in-force', { stage: 'Terminated' })
      await given(sources.until(74), sources.begun(), sources.signed({ amount: '39999999.99' }))
        .when(amended())
        .thenRefused('funding-exceeds-agreement-amount', { agreed: '39999999.99' })
      await given(agreed)
        .when(amended([...funding().slice(0, 1), { from: 'agreement', agreement: id('KERJA-X'), amount: '50000000' }]))
        .thenRefused('unknown-reference')
    })
    it('are named once, an agreement by its id', async () => {
      await given(agreed)
        .when(amended([...funding(), { from: 'swadaya', amount: '1' }]))
        .thenMalformed('/funding')
      await given(agreed)
        .when(amended([{ from: 'agreement', amount: '1' }]))
        .thenMalformed('/funding/0/agreement')
      await given(agreed)
        .when(amended([{ from: 'grant', agreement: sources.agreement.id, amount: '1' }]))
        .thenMalformed('/funding/0/agreement')
    })
    it('change as the proposal does: with both minutes (G-05)', () =>
      given(agreed)
        .when(amended(funding(), { papers: ['ba-ksm'] }))
        .thenRefused('minutes-missing'))
  })

  describe('an agreement pays out', () => {
    it('to the group of a proposal that names it; that takes the works up', () => given(funded()).when(paidOut()).thenAccepted('Funded'))
    it('what came in, not one sen more', async () => {
      const state = funded('39999999.99')
      await given(state).when(paidOut('39999999.99')).thenAccepted()
      await given(state).when(paidOut()).thenRefused('exceeds-agreement-money', { held: '39999999.99' })
    })
    it('what the proposal says that it gives, not one sen more', () =>
      given(funded()).when(paidOut('40000000.01')).thenRefused('payout-exceeds-source', { share: '40000000' }))
    it('to nobody else', async () => {
      await given(funded())
        .when(paidOut('1', { ksm: who.ksmB.institution }))
        .thenRefused('payout-payee-differs')
      await given(funded())
        .when(paidOut('1', { proposal: b.id, ksm: who.ksmB.institution }))
        .thenRefused('payout-not-a-source')
    })
    it('under a number of its own: one that the board has used is noted', async () => {
      const paid = String(line(75).data?.['bankReference' as never])
      await given(given(funded(), line(75)).state)
        .when(paidOut('1', { bankReference: paid }))
        .thenNoted('transfer-reference-repeated')
    })
    it('to a group that stands and is of its area', async () => {
      await given(funded(), act('institution.Dissolve', entity.ksmA, who.upl, { why: 'Bubar' }))
        .when(paidOut())
        .thenRefused('payee-dissolved')
      const elsewhere = given(
        sources.until(74),
        sources.begun({ area: id('AREA-LAIN') }),
        sources.signed(),
        partners.funded('45000000', 'TRF-CSR-1', who.bkm),
        amended(),
      )
      await given(elsewhere.state).when(paidOut()).thenRefused('payee-outside-area')
    })
    it('once the contract is signed (G-02)', () =>
      given(sources.until(67), sources.begun(), sources.signed(), partners.funded('45000000', 'TRF-CSR-1', who.bkm), amended())
        .when(paidOut())
        .thenRefused('payout-without-contract'))
    it('by its implementer, in its time', async () => {
      await given(funded())
        .when({ ...paidOut(), actor: partners.company })
        .thenRefused('not-that-party')
      await given(funded('45000000', { to: '2018-05-01' }))
        .when(paidOut())
        .thenRefused('outside-agreement-period')
    })
    it('the same transfer again is the same', async () => {
      await given(paid).when(paidOut()).thenSame()
      await given(paid).when(paidOut('1')).thenRefused('differs-from-recorded')
    })
    it('beside the instalments of the grant', async () => {
      await given(paid).when(sources.instalment).thenAccepted('Distributing')
      await given(funded(), sources.instalment).when(paidOut()).thenAccepted()
    })
  })

  describe('an expense names its source', () => {
    it('an agreement that has paid', () => given(paid).when(spent('40000000')).thenAccepted('FirstInstalmentPaid'))
    it('exactly one', async () => {
      await given(paid)
        .when(spent('1', { tranche: t1.id }))
        .thenRefused('money-of-no-one-source')
      await given(paid)
        .when(spent('1', { agreement: undefined }))
        .thenRefused('money-of-no-one-source')
      await given(paid)
        .when(spent('1', { swadaya: 'cash' }))
        .thenRefused('money-of-no-one-source')
    })
    it('and is not judged by what some source has where it names none', async () => {
      for (const paidFrom of ['bank', 'cash'])
        await given(paid)
          .when(spent('1', { agreement: undefined, paidFrom }))
          .thenRefusedWith('money-of-no-one-source')
    })
    it('that is a source of the proposal', () =>
      given(given(sources.until(77), sources.begun(), sources.signed()).state)
        .when(spent('1'))
        .thenRefused('agreement-not-a-source'))
    it('what it never paid, or no longer, is noted (G-10)', async () => {
      await given(given(funded(), sources.instalment).state).when(spent('1')).thenNoted('expense-exceeds-balance')
      await given(paid, sources.back('39999999')).when(spent('1.01')).thenNoted('expense-exceeds-balance')
    })
    it('more than its share, or than its lines of the estimate, is noted', async () => {
      await given(paid).when(spent('40000000.01')).thenNoted('expense-exceeds-funding')
      await given(paid).when(spent('40000000.01')).thenNoted('expense-exceeds-line')
    })
    it('lines that the grant pays are not its own', () =>
      given(paid)
        .when(spent('1', { line: '1' }))
        .thenNoted('expense-without-line'))
  })

  describe('the rest of an agreement', () => {
    const state = async (...wishes: Wish[]): Promise<Partnership> =>
      (await play(await paid(), ...wishes)).fold(domain.slice('partnership').fold, sources.agreement.id).data as Partnership
    it('comes back from the group, and goes back to the funder', async () => {
      const { back, returned } = sources
      await given(paid, spent('39000000')).when(back('1000000.01')).thenNoted('payout-return-exceeds-balance')
      await given(paid, spent('39000000')).when(back('1000000')).thenAccepted()
      await given(paid, spent('39000000'), back('1000000')).when(returned('6000000.01')).thenRefused('exceeds-agreement-money')
      await given(paid, spent('39000000'), back('1000000')).when(returned('6000000')).thenAccepted()
      const after = await state(spent('39000000'), back('1000000'), returned('6000000'))
      expect([heldByImplementer(after), heldByGroups(after)]).toEqual([0n, 0n])
    })
    it('goes where the agreement says', async () => {
      await given(paid).when(sources.kept('1')).thenRefused('agreement-returns-leftover')
      const keeping = given(funded('45000000', { leftover: 'keep-for-community' })).state
      await given(keeping).when(sources.returned('1')).thenRefused('agreement-keeps-leftover')
      await given(keeping).when(sources.kept('45000000')).thenAccepted()
    })
    it('also after the agreement was ended early', () =>
      given(funded(), partners.terminated()).when(sources.returned('45000000')).thenAccepted('Terminated'))
    it('is spent by the implementer itself, more than there is is noted', async () => {
      await given(paid).when(sources.used('5000000')).thenAccepted()
      await given(paid).when(sources.used('5000000.01')).thenNoted('agreement-overspent')
    })
    it('stands in the way of its fulfilment', async () => {
      const delivered = ['D1', 'D2'].map((code): Wish => ({ ...partners.delivered(code), actor: who.bkm }))
      const accounted = [...delivered, partners.reported('LAP-1', who.bkm), partners.accepted(partners.company)]
      const done = partners.completed(partners.company)
      await given(paid, accounted).when(done).thenRefused('agreement-money-open', { held: '5000000', groups: '40000000' })
      await given(paid, spent('40000000'), accounted, sources.returned('5000000')).when(done).thenAccepted('Completed')
    })
  })

  describe('goods and work of a funder', () => {
    it('are counted beside the money', () =>
      given(funded())
        .when(sources.contributed({ method: 'area-wage', valuedBy: who.upl.person, valuerRole: 'UPL' }))
        .thenAccepted('Funded'))
    it('say how they were valued and by whom, else it is noted', async () => {
      const [fact] = await given(funded())
        .when(sources.contributed({ hours: undefined, rate: undefined }))
        .thenNoted('valuation-missing')
      expect(fact?.deviations).toMatchObject([{ kind: 'labour', missingEn: 'hours, method of valuing, valuer, office of the valuer' }])
      await given(funded())
        .when(sources.contributed({ kind: 'in-kind', hours: undefined, rate: undefined }))
        .thenNoted('valuation-missing')
    })
    it('hours at a rate are the value', () =>
      given(funded())
        .when(sources.contributed({ amount: '4000000.01' }))
        .thenRefused('labour-value-differs', { value: '4000000' }))
    it('are of a kind', () =>
      given(funded())
        .when(sources.contributed({ kind: 'cash' }))
        .thenMalformed('/kind'))
  })
}
