import { foldOf, on } from '../kernel/entity.ts'
import { sen, type Sen } from '../kernel/rupiah.ts'
import { Workflow } from '../kernel/workflow.ts'
import { auditors } from '../finding/machine.ts'
import type { Line } from './book.ts'
import * as facts from './events.ts'
import type { Pair } from './matching.ts'

/** What is known of a bank statement; amounts in sen. */
export interface BankStatement {
  readonly institution: string
  readonly account: string
  readonly from: string
  readonly to: string
  readonly openingSen: Sen
  readonly closingSen: Sen
  readonly lines: readonly Line[]
  /** The pairs made by hand that stand, and what lines of no fact are. */
  readonly byHand: readonly Pair[]
  readonly meanings: readonly { readonly row: number; readonly as: string }[]
}

const signed = (way: 'in' | 'out', amount: string): Sen => (way === 'in' ? sen(amount) : -sen(amount))

export const bankStatementFold = foldOf<BankStatement>('bankStatement', {
  initial: {
    institution: '',
    account: '',
    from: '',
    to: '',
    openingSen: 0n,
    closingSen: 0n,
    lines: [],
    byHand: [],
    meanings: [],
  },
  pins: [facts.BankStatementReceived.type],
  effects: [
    on(facts.BankStatementReceived, (state, { institution, account, from, to, opening, closing, lines }) => ({
      ...state,
      institution,
      account,
      from,
      to,
      openingSen: sen(opening),
      closingSen: sen(closing),
      lines: lines.map((line) => ({
        row: line.row,
        on: line.on,
        reference: line.reference,
        amountSen: signed(line.way, line.amount),
      })),
    })),
    on(facts.BankReconciled, (state, { matches, meanings }) => ({
      ...state,
      byHand: matches.filter(({ how }) => how === 'by-hand').map(({ row, facts: paired }) => ({ row, facts: paired })),
      meanings,
    })),
  ],
})

/** Roles that keep the books of the institution they act for. */
export const keepersOfTheirOwn: readonly string[] = ['BKM', 'SEK_BKM', 'KSM', 'UPK', 'KUBE', 'NGO']
const keepers = { any: [...keepersOfTheirOwn, 'FASKEL', 'KORKOT', ...auditors] }
const again = { 'bankStatement.Reconciled:complete': 'Reconciled', 'bankStatement.Reconciled:open': 'Open' }

/**
 * A statement stays open while a line or a fact stands alone; what is corrected later may open it again. Source: VF-16; the stages are
 * ours.
 */
export const bankStatementWorkflow = Workflow.parse({
  initial: 'Received',
  opens: { 'bankStatement.Received': { by: keepers } },
  facts: { 'bankStatement.Reconciled:complete': { by: keepers }, 'bankStatement.Reconciled:open': { by: keepers } },
  stages: {
    Received: { holder: 'BKM', on: again },
    Open: { holder: 'BKM', on: { 'bankStatement.Reconciled:complete': 'Reconciled', 'bankStatement.Reconciled:open': {} } },
    Reconciled: { holder: 'BKM', on: { 'bankStatement.Reconciled:complete': {}, 'bankStatement.Reconciled:open': 'Open' } },
  },
})
