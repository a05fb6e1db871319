import { describe, it } from 'vitest'
import { given } from '../support/given.ts'
import { act, entity, line, who } from '../support/prabumulih.ts'
import { lines, until } from '../support/places.ts'

const { a } = entity
const submitted = until(39)
const prioritised = until(55)
const approved = until(66)

/** What follows the priorities: changes, the contract, early ends. DOMAIN §3.2, §3.3, V7, G-02, G-05. */
export function proposalContractRows(): void {
  describe('a change after the priorities (G-05)', () => {
    const change = (papers: string[]) => act('proposal.Amend', a, who.ksmA, { changes: ['volume'], notes: 'Menjadi 300 m' }, { papers })
    it('needs the minutes of both', () =>
      given(prioritised)
        .when(change(['ba-ksm']))
        .thenRefused('minutes-missing', { missing: 'ba-bkm' }))
    it('with both it is made', () =>
      given(prioritised)
        .when(change(['ba-ksm', 'ba-bkm']))
        .thenAccepted('Prioritised'))
    it('before the priorities there is nothing to amend', () =>
      given(submitted)
        .when(change(['ba-ksm', 'ba-bkm']))
        .thenRefused('out-of-order'))
  })

  describe('the contract (SPPD-L, V7)', () => {
    it('is signed by board and group', () => given(approved).when(line(68)).thenAccepted('Contracted'))
    it('not by the board alone', () =>
      given(approved)
        .when(line(68, { cosigners: [] }))
        .thenRefused('group-signature-missing'))
    it('not by another group', () =>
      given(approved)
        .when(line(68, { cosigners: [who.ksmB] }))
        .thenRefused('group-signature-missing'))
    it('its instalments add up', () =>
      given(approved)
        .when(line(68, { data: { amount: '219999999.99' } }))
        .thenRefused('schedule-does-not-add-up'))
    it('not above what was approved', () =>
      given(approved)
        .when(line(68, { data: { amount: '220000001', instalments: ['220000001'] } }))
        .thenRefused('contract-exceeds-approved'))
    it('a group that no longer stands signs nothing', () =>
      given(approved, act('institution.Dissolve', entity.ksmA, who.upl, { why: 'Bubar' }, { on: line(68).earliest ?? '' }))
        .when(line(68))
        .thenRefused('group-dissolved'))
    it('the proposal is linked to a line of the plan (G-02)', () => {
      const unlinked = given(until(33), line(34, { data: { planLine: undefined } })).state
      return given(unlinked, lines(36, 38, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 59))
        .when(line(68))
        .thenRefused('plan-line-missing')
    })
    it('not before the Lurah knows', () => given(prioritised).when(line(68)).thenRefused('out-of-order'))
  })

  describe('a proposal ends early', () => {
    it('withdrawn before the contract', () =>
      given(submitted)
        .when(act('proposal.Withdraw', a, who.ksmA, { why: 'Batal' }))
        .thenAccepted('Withdrawn'))
    it('not after it', () =>
      given(until(70))
        .when(act('proposal.Withdraw', a, who.ksmA, { why: 'Batal' }))
        .thenRefused('out-of-order'))
    it('terminated after it', () =>
      given(until(70))
        .when(act('proposal.Terminate', a, who.bkm, { why: 'KSM tidak sanggup' }))
        .thenAccepted('Terminated'))
    it('suspended by an authority, and resumed where it stood', async () => {
      const stop = act('proposal.Suspend', a, who.korkot, { why: 'Pemeriksaan' })
      await given(until(42), stop).when(line(43)).thenRefused('suspended')
      await given(until(42), stop, act('proposal.Resume', a, who.korkot, { why: 'Selesai' }))
        .when(line(43))
        .thenAccepted('UnderVerification.V3')
    })
  })
}
