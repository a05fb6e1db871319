import { atLeastZero, rupiah, sen } from '../kernel/rupiah.ts'
import { dataRule, type Situation } from '../kernel/rule.ts'
import { taxRules } from '../kernel/taxes.ts'
import { one, type Read } from '../kernel/world.ts'
import { allocationFold } from '../allocation/machine.ts'
import { institutionFold } from '../institution/machine.ts'
import { signedByEnough } from '../institution/rules-signing.ts'
import { operatingInBank, type Tranche } from './machine.ts'
import type { Amount } from './rules.ts'

/** The rules of the board's cash and taxes: what it draws is operating cost, for groups are paid by transfer (DOMAIN §2.4). */
/** Reads the receiving board, whose signatories sign. */
export const board = ({ self, world }: Situation<Tranche>): Read[] => {
  const { recipient } = world.one(allocationFold, self.data.allocation).data
  return recipient === undefined ? [] : [one(institutionFold, recipient)]
}

export const boardSignatories = signedByEnough<Tranche>(({ self, world }) => {
  const { recipient } = world.one(allocationFold, self.data.allocation).data
  return recipient === undefined ? undefined : world.one(institutionFold, recipient)
})

export const drawnWithinOperating = dataRule<Tranche, Amount>('cash-exceeds-operating', {
  guard: 'G-11',
  id: 'Penarikan {amount:rp} melebihi BOP yang disisihkan di bank {held:rp}.',
  en: 'The withdrawal of {amount:rp} exceeds the operating cost set aside in the bank, {held:rp}.',
  source: 'DOMAIN §2.3, §2.4; G-11',
  metBy: ['tranche.BopSetAside'],
  broken: ({ self, call }) => {
    const held = operatingInBank(self.data)
    return sen(call.data.amount) > held && { details: { amount: call.data.amount, held: rupiah(atLeastZero(held)) } }
  },
})

const withinCash = (code: string, isCash: (data: { readonly paidFrom?: string | undefined }) => boolean) =>
  dataRule<Tranche, Amount & { readonly paidFrom?: string | undefined }>(code, {
    guard: 'G-11',
    id: 'Jumlah {amount:rp} melebihi kas BKM dari tahap ini {held:rp}.',
    en: 'The amount {amount:rp} exceeds what the board has of this tranche in cash, {held:rp}.',
    source: 'DOMAIN §8.3, F8',
    metBy: ['tranche.CashDrawn'],
    broken: ({ self, call }) => {
      const { cashSen } = self.data
      return (
        isCash(call.data) &&
        sen(call.data.amount) > cashSen && { details: { amount: call.data.amount, held: rupiah(atLeastZero(cashSen)) } }
      )
    },
  })

export const boardDepositWithinCash = withinCash('board-deposit-exceeds-cash', () => true)
export const operatingWithinCash = withinCash('bop-exceeds-cash', ({ paidFrom }) => paidFrom === 'cash')

export const taxes = taxRules<Tranche>(
  (state, number) => state.bopPayments.find((payment) => payment.number === number)?.amountSen,
  (state) => state.taxes,
)
