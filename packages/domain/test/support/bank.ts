import type { Wish } from './given.ts'
import { act, entity, id, who, type Actor } from './prabumulih.ts'

/** A line as a bank prints it. */
export interface Printed {
  readonly row: number
  readonly on: string
  readonly way: 'in' | 'out'
  readonly amount: string
  readonly reference?: string
  readonly balance?: string
}

const statement = { kind: 'bankStatement', id: id('RK-2018-06') } as const
const next = { kind: 'bankStatement', id: id('RK-2018-08') } as const

/** What the bank of the board shows from the credit of the first tranche to the first instalments. */
const lines: readonly Printed[] = [
  { row: 2, on: '2018-06-05', way: 'in', amount: '350000000', reference: 'rk t1' },
  { row: 3, on: '2018-06-11', way: 'out', amount: '1500000', reference: 'CEK 0001' },
  { row: 4, on: '2018-07-09', way: 'out', amount: '88000000', reference: 'TRF-001' },
  { row: 5, on: '2018-07-09', way: 'out', amount: '68000000', reference: 'TRF-002' },
  { row: 6, on: '2018-07-10', way: 'out', amount: '40000000', reference: 'TRF-003' },
  { row: 7, on: '2018-07-16', way: 'out', amount: '1500000' },
]

const sum = (opening: number, printed: readonly Printed[]): string =>
  String(printed.reduce((all, { way, amount }) => all + (way === 'in' ? 1 : -1) * Number(amount), opening))

/** Bank statements of the board of the scenario. */
export const bank = {
  statement,
  next,
  lines,
  /** The lines with some changed, by row; null leaves one out. */
  with: (changes: Readonly<Record<number, Partial<Printed> | null>>, ...more: readonly Printed[]): Printed[] => [
    ...lines.flatMap((line) => (changes[line.row] === null ? [] : [{ ...line, ...changes[line.row] }])),
    ...more,
  ],
  received: (printed: readonly Printed[] = lines, data: object = {}, subject: Wish['subject'] = statement, actor: Actor = who.bkm): Wish =>
    act(
      'bankStatement.Receive',
      subject,
      actor,
      {
        institution: entity.bkm.id,
        account: 'REK-BKM-SEINGGOK',
        from: '2018-06-01',
        to: '2018-07-31',
        opening: '0',
        closing: sum(0, printed),
        lines: printed,
        ...data,
      },
      { papers: ['rekening-koran'] },
    ),
  reconciled: (data: object = {}, actor: Actor = who.bkm, subject: Wish['subject'] = statement): Wish =>
    act('bankStatement.Reconcile', subject, actor, { number: 'BA-REKON-1', windowDays: 3, ...data }, { papers: ['ba-rekonsiliasi'] }),
} as const
