import { atLeastZero, rupiah, sen } from '../kernel/rupiah.ts'
import { dataRule } from '../kernel/rule.ts'
import { taxRules } from '../kernel/taxes.ts'
import { institutionFold } from '../institution/machine.ts'
import { signedByEnough } from '../institution/rules-signing.ts'
import type { Proposal } from './machine.ts'
import { heldAs, originOf, type Origin, type Paid } from './money.ts'

/** The rules of a group's cash and taxes: what lies in the cash box, and what was withheld (DOMAIN §2.4, §2.7, F8, F12). */
interface Amount extends Origin {
  readonly amount: string
}

/** What is drawn was on the account; more is noted, for the bank has paid it out. Source: DOMAIN §2.4. */
export const drawnWithinBank = dataRule<Proposal, Amount>('cash-exceeds-bank', {
  guard: 'G-10',
  id: 'Penarikan {amount:rp} melebihi saldo bank sumber ini di KSM {held:rp}.',
  en: 'The withdrawal of {amount:rp} exceeds what the group has of this source in the bank, {held:rp}.',
  source: 'DOMAIN §2.4; G-10',
  broken: ({ self, call }) => {
    const held = heldAs(self.data, originOf(call.data), 'bank')
    return sen(call.data.amount) > held && { details: { amount: call.data.amount, held: rupiah(atLeastZero(held)) } }
  },
})

export const depositedWithinCash = dataRule<Proposal, Amount>('deposit-exceeds-cash', {
  guard: 'G-10',
  id: 'Setoran {amount:rp} melebihi kas sumber ini di KSM {held:rp}.',
  en: 'The deposit of {amount:rp} exceeds what the group has of this source in cash, {held:rp}.',
  source: 'DOMAIN §2.4; G-10',
  broken: ({ self, call }) => {
    const held = heldAs(self.data, originOf(call.data), 'cash')
    return sen(call.data.amount) > held && { details: { amount: call.data.amount, held: rupiah(atLeastZero(held)) } }
  },
})

/** Cash is never below zero: an expense beyond it was paid by somebody else, or a withdrawal is missing. Source: DOMAIN §8.3, F8. */
export const spentWithinCash = dataRule<Proposal, Amount & { readonly paidFrom?: Paid | undefined }>('expense-exceeds-cash', {
  guard: 'G-10',
  id: 'Pengeluaran tunai {amount:rp} melebihi kas sumber ini di KSM {held:rp}.',
  en: 'The cash expense of {amount:rp} exceeds what the group has of this source in cash, {held:rp}.',
  source: 'DOMAIN §8.3, F8; G-10',
  metBy: ['proposal.CashDrawn'],
  broken: ({ self, call }) => {
    if (call.data.paidFrom !== 'cash') return undefined
    const held = heldAs(self.data, originOf(call.data), 'cash')
    return sen(call.data.amount) > held && { details: { amount: call.data.amount, held: rupiah(atLeastZero(held)) } }
  },
})

export const groupSignatories = signedByEnough<Proposal>(({ self, world }) => world.one(institutionFold, self.data.ksm))

export const taxes = taxRules<Proposal>(
  (state, number) => state.expenses.find((expense) => expense.number === number)?.amountSen,
  (state) => state.taxes,
)
