import type { Wish } from './given.ts'
import { act, entity, id, who, type Actor } from './prabumulih.ts'

const { a, t1, ksmA } = entity
const signers = ['P-KSM-A1', 'P-KSM-A2', 'P-KSM-A3'].map(id)
const boardSigners = ['P-BKM-1', 'P-BKM-2', 'P-BKM-5'].map(id)
const group = (command: string, data: object, actor: Actor = who.ksmA): Wish => act(`proposal.${command}`, a, actor, data)
const board = (command: string, data: object): Wish => act(`tranche.${command}`, t1, who.secretary, data)
const tax = { kind: 'PPH22', base: '10000000' }

/** Cash and taxes of group A and of the board: DOMAIN §2.4, §2.7, F8, F12. */
export const cash = {
  registered: signers.map((signatory): Wish => act('institution.RegisterSignatory', ksmA, who.ksmA, { signatory })),
  drawn: (amount: string, data: object = {}): Wish =>
    group('RecordCashDrawn', { bankReference: 'CEK-1', amount, tranche: t1.id, signatories: signers, ...data }),
  deposited: (amount: string, data: object = {}): Wish =>
    group('RecordCashDeposited', { bankReference: 'STR-1', amount, tranche: t1.id, ...data }),
  spent: (amount: string, data: object = {}): Wish =>
    act('proposal.RecordExpense', a, who.ksmA, { number: 'KW-900', amount, tranche: t1.id, line: '1', ...data }, { papers: ['kwitansi'] }),
  withheld: (amount: string, data: object = {}): Wish =>
    group('RecordTaxDue', { number: 'BP-1', expense: 'KW-900', ...tax, amount, ...data }),
  paid: (amount: string, data: object = {}, on?: string): Wish => ({
    ...group('RecordTaxPaid', { ntpn: 'NTPN-1', due: 'BP-1', amount, ...data }),
    ...(on === undefined ? {} : { on }),
  }),
  board: {
    drawn: (amount: string, signatories = boardSigners): Wish => board('RecordCashDrawn', { bankReference: 'CEK-B', amount, signatories }),
    deposited: (amount: string): Wish => board('RecordCashDeposited', { bankReference: 'STR-B', amount }),
    spent: (amount: string, data: object = {}): Wish => board('RecordBopSpending', { number: 'KWB-9', amount, ...data }),
    withheld: (amount: string, data: object = {}): Wish =>
      board('RecordTaxDue', { number: 'BP-B', expense: 'KWB-9', kind: 'PPH23', base: '1500000', amount, ...data }),
    paid: (amount: string, data: object = {}): Wish => board('RecordTaxPaid', { ntpn: 'NTPN-B', due: 'BP-B', amount, ...data }),
  },
} as const
