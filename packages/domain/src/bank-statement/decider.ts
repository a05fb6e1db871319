import { decider, type DataOfCommand } from '../kernel/decider.ts'
import type { Json } from '../kernel/event.ts'
import { inTime, overlap } from '../kernel/period.ts'
import { absolute, rupiah, sen, signedRupiah, sumSen, type Sen } from '../kernel/rupiah.ts'
import { dataRule, stateRule, type Rule, type Situation } from '../kernel/rule.ts'
import { one, type Read } from '../kernel/world.ts'
import { institutionFold } from '../institution/machine.ts'
import * as commands from './commands.ts'
import { bankBookFold } from './book.ts'
import { keepersOfTheirOwn, type BankStatement } from './machine.ts'
import { wrongFact, wrongRow } from './naming.ts'
import { neighbours, reconcile, referencesTwice, type Reconciliation } from './reconciling.ts'

type Receiving = DataOfCommand<typeof commands.ReceiveBankStatement>
type Reconciling = DataOfCommand<typeof commands.ReconcileBankStatement>
type X = Situation<BankStatement, Reconciling>

const booksOf = (institution: string): Read[] =>
  institution === '' ? [] : [one(institutionFold, institution), one(bankBookFold, institution)]

/** A statement is of an account that the institution has opened. Source: DOMAIN §2.5 item 4. */
const accountKnown = dataRule<BankStatement, Receiving>('account-not-of-institution', {
  id: 'Rekening {account} tidak tercatat sebagai rekening {name}.',
  en: 'The account {account} is not registered as one of {name}.',
  source: 'DOMAIN §2.5 item 4',
  sort: 'input',
  broken: ({ world, call: { data } }) => {
    const { name, accounts } = world.one(institutionFold, data.institution).data
    return !accounts.some(({ account }) => account === data.account) && { details: { account: data.account, name } }
  },
})

/**
 * Whoever keeps books keeps those of its own house, or of a house that it formed, as a board does for its groups. Facilitators and auditors
 * look at all.
 */
const ownBooks = <D>(institutionOf: (x: Situation<BankStatement, D>) => string): Rule<BankStatement, D> =>
  dataRule<BankStatement, D>('not-the-account-holder', {
    id: 'Rekening ini bukan milik lembaga Anda.',
    en: 'This account is not that of your institution.',
    source: 'DOMAIN §6.1',
    sort: 'authority',
    broken: (x) => {
      const { role, institution } = x.call.actor
      const holder = institutionOf(x)
      if (!keepersOfTheirOwn.includes(role) || institution === holder) return undefined
      return !x.world.one(institutionFold, holder).ancestors.includes(`institution:${institution}`)
    },
  })

const linesInside = dataRule<BankStatement, Receiving>('line-outside-statement', {
  id: 'Baris {row} bertanggal {on}, di luar masa {from} sampai {to}.',
  en: 'Row {row} is dated {on}, outside {from} to {to}.',
  source: 'VF-16',
  sort: 'input',
  broken: ({ call: { data } }) => {
    const line = data.lines.find(({ on }) => on < data.from || on > data.to)
    return line && { details: { row: line.row, on: line.on, from: data.from, to: data.to } }
  },
})

const rowsOnce = dataRule<BankStatement, Receiving>('line-twice', {
  id: 'Baris {row} muncul dua kali.',
  en: 'Row {row} stands there twice.',
  source: 'VF-16',
  sort: 'input',
  broken: ({ call: { data } }) => {
    const line = data.lines.find(({ row }, index) => data.lines.findIndex((other) => other.row === row) !== index)
    return line && { details: { row: line.row } }
  },
})

interface Sum {
  readonly sum: Sen
  /** The first line whose printed balance is another. */
  readonly wrong?: { readonly row: number; readonly printed: Sen; readonly counted: Sen }
}

const summed = ({ opening, lines }: Receiving): Sum =>
  lines.reduce<Sum>(
    (before, { row, way, amount, balance }) => {
      const sum = before.sum + (way === 'in' ? sen(amount) : -sen(amount))
      const wrong =
        before.wrong ?? (balance !== undefined && sen(balance) !== sum ? { row, printed: sen(balance), counted: sum } : undefined)
      return { sum, ...(wrong ? { wrong } : {}) }
    },
    { sum: sen(opening) },
  )

/** A page that is missing or altered shows here. */
const addsUp = dataRule<BankStatement, Receiving>('statement-does-not-add-up', {
  id: 'Saldo awal dan baris-barisnya menjadi {counted:rp}, tetapi pada {where} tertulis {printed:rp}.',
  en: 'Opening balance and lines come to {counted:rp}, but {whereEn} says {printed:rp}.',
  source: 'VF-16',
  sort: 'input',
  broken: ({ call: { data } }) => {
    const { sum, wrong } = summed(data)
    if (wrong) {
      const where = { where: `baris ${wrong.row}`, whereEn: `row ${wrong.row}` }
      return { details: { counted: signedRupiah(wrong.counted), printed: signedRupiah(wrong.printed), ...where } }
    }
    const where = { where: 'saldo akhir', whereEn: 'the closing balance' }
    return sum !== sen(data.closing) && { details: { counted: signedRupiah(sum), printed: data.closing, ...where } }
  },
})

const notYetHad = dataRule<BankStatement, Receiving>('statement-overlaps', {
  id: 'Rekening koran {from} sampai {to} dari rekening ini sudah ada; masanya beririsan.',
  en: 'A statement of this account, {from} to {to}, is at hand; they share days.',
  source: 'VF-16',
  sort: 'input',
  broken: ({ world, call: { data } }) => {
    const { statements } = world.one(bankBookFold, data.institution).data
    const other = statements.find((each) => each.account === data.account && overlap(each, data))
    return other && { details: { from: other.from, to: other.to }, facts: [other.position] }
  },
})

/** Each begins with what the one before it ended with, whichever was entered first; else one is missing, or altered. */
const goesOn = dataRule<BankStatement, Receiving>('opening-differs', {
  id: 'Saldo awal {opening:rp} rekening koran mulai {from} tidak sama dengan saldo akhir yang sebelumnya, {closing:rp} pada {to}.',
  en: 'The statement from {from} opens with {opening:rp}, the one before it closes with {closing:rp} on {to}.',
  source: 'VF-16',
  broken: ({ world, call: { data } }) => {
    const { before, after } = neighbours(data, world.one(bankBookFold, data.institution))
    const own = { from: data.from, to: data.to, openingSen: sen(data.opening), closingSen: sen(data.closing) }
    const seams = [
      { left: before, right: own, facts: before ? [before.position] : [] },
      { left: own, right: after, facts: after ? [after.position] : [] },
    ]
    const open = seams.filter(({ left, right }) => left && right && left.closingSen !== right.openingSen)
    const [first] = open
    return (
      first?.left &&
      first.right && {
        details: {
          opening: rupiah(first.right.openingSen),
          from: first.right.from,
          closing: rupiah(first.left.closingSen),
          to: first.left.to,
        },
        facts: open.flatMap(({ facts }) => facts),
      }
    )
  },
})

export const receiveBankStatement = decider<BankStatement, typeof commands.ReceiveBankStatement.records>(commands.ReceiveBankStatement, {
  reads: [({ call: { data } }) => booksOf(data.institution)],
  rules: [
    ownBooks(({ call }) => call.data.institution),
    inTime(({ call }) => call.data),
    accountKnown,
    rowsOnce,
    linesInside,
    addsUp,
    notYetHad,
    goesOn,
  ],
  parents: ({ world, call: { data } }) => [world.one(institutionFold, data.institution)],
})

const found = new WeakMap<X, Reconciliation>()

/** What is found, once for all rules of one decision: a retry is another situation. */
function reconciliationOf(x: X): Reconciliation {
  const known = found.get(x)
  if (known) return known
  const { institution } = x.self.data
  const made = reconcile(x.self, x.world.one(institutionFold, institution), x.world.one(bankBookFold, institution), x.call.data)
  found.set(x, made)
  return made
}

const listed = (items: readonly (string | number)[]): string => items.slice(0, 20).join(', ') + (items.length > 20 ? ', …' : '')

/** What people pair or explain is there, and each fact behind one line: what the bank paid twice is not paid by one fact. */
const pairsKnown = dataRule<BankStatement, Reconciling>('pair-unknown', {
  id: '{what} tidak dapat {said}: tidak ada, atau sudah dipakai.',
  en: '{whatEn} cannot be {saidEn}: it is not there, or taken already.',
  source: 'VF-16',
  sort: 'input',
  broken: (x) => {
    const rows = new Set(x.self.data.lines.map(({ row }) => row))
    return wrongRow(x.call.data, rows) ?? wrongFact(x.call.data, reconciliationOf(x).matches)
  },
})

/** SP2D and credit differ, or a transfer came in short: a deduction? Source: DOMAIN A-13, F16. */
const amountsAgree = dataRule<BankStatement, Reconciling>('bank-amount-differs', {
  id: 'Jumlah di bank berbeda dari fakta pada baris {rows}, seluruhnya {difference:rp}.',
  en: 'The bank’s amounts differ from the facts in rows {rows}, by {difference:rp} in all.',
  source: 'DOMAIN A-13, F16',
  broken: (x) => {
    const { matches, book } = reconciliationOf(x)
    const off = matches.filter(({ differenceSen }) => differenceSen !== 0n)
    const named = new Set(off.flatMap(({ facts }) => facts))
    const sum = sumSen(off.map(({ differenceSen }) => absolute(differenceSen)))
    return (
      off.length > 0 && {
        details: { rows: listed(off.map(({ row }) => row)), difference: rupiah(sum) },
        facts: book.filter(({ fact }) => named.has(fact)).map(({ position }) => position),
      }
    )
  },
})

/** Source: issue of the same transfer twice; DOMAIN F3, F16. */
const referencesOnce = stateRule<BankStatement>('bank-reference-twice', {
  id: 'Nomor referensi pada baris {rows} muncul lebih dari sekali.',
  en: 'The references of rows {rows} stand more than once.',
  source: 'DOMAIN F3',
  broken: ({ self, world }) => {
    const { rows, positions } = referencesTwice(self, world.one(bankBookFold, self.data.institution))
    return rows.length > 0 && { details: { rows: listed(rows) }, facts: [self.last, ...positions] }
  },
})

/** Lines of one way that nothing stands behind. */
const aloneOf = (way: 'in' | 'out') => (x: X) => {
  const lines = reconciliationOf(x).lines.filter(({ amountSen }) => amountSen > 0n === (way === 'in'))
  const amount = rupiah(absolute(sumSen(lines.map(({ amountSen }) => amountSen))))
  return lines.length > 0 && { details: { rows: listed(lines.map(({ row }) => row)), amount }, facts: [x.self.last] }
}

/** Source: DOMAIN §9: money reaches an institution under an agreement. */
const agreedMoney = dataRule<BankStatement, Reconciling>('money-without-agreement', {
  id: 'Uang masuk pada baris {rows}, {amount:rp}, tidak menurut perjanjian atau fakta mana pun.',
  en: 'Money that came in, rows {rows}, {amount:rp}, is under no agreement and of no fact.',
  source: 'DOMAIN §9',
  broken: aloneOf('in'),
})

/** Source: DOMAIN F4, F7. */
const recordedPayments = dataRule<BankStatement, Reconciling>('payment-without-fact', {
  id: 'Uang keluar pada baris {rows}, {amount:rp}, tanpa fakta.',
  en: 'Money went out, rows {rows}, {amount:rp}, and no fact tells of it.',
  source: 'DOMAIN F4, F7',
  broken: aloneOf('out'),
})

/** Source: DOMAIN F3: what is said to be paid and the bank does not know. */
const shownByBank = dataRule<BankStatement, Reconciling>('fact-not-on-statement', {
  id: 'Rekening koran tidak memuat {count} fakta yang semestinya sudah tampak.',
  en: 'The statement does not show {count} facts that it should show by now.',
  source: 'DOMAIN F3',
  broken: (x) => {
    const { overdue } = reconciliationOf(x)
    return overdue.length > 0 && { details: { count: overdue.length }, facts: overdue.slice(0, 50).map(({ position }) => position) }
  },
})

const outcomeOf = ({ lines, entries, matches }: Reconciliation): 'complete' | 'open' =>
  lines.length + entries.length === 0 && matches.every(({ differenceSen }) => differenceSen === 0n) ? 'complete' : 'open'

function computed(x: X): Record<string, Json> {
  const made = reconciliationOf(x)
  return {
    matches: made.matches.map(({ row, facts, how, differenceSen: off }) => ({
      row,
      facts,
      how,
      ...(off === 0n ? {} : { difference: { amount: rupiah(absolute(off)), bank: off > 0n ? 'more' : 'less' } }),
    })),
    meanings: made.meanings.map(({ row, as }) => ({ row, as })),
    unmatched: { rows: made.lines.map(({ row }) => row), facts: made.entries.map(({ fact }) => fact) },
    outcome: outcomeOf(made),
  }
}

export const reconcileBankStatement = decider<BankStatement, typeof commands.ReconcileBankStatement.records>(
  commands.ReconcileBankStatement,
  {
    reads: [({ self }) => booksOf(self.data.institution)],
    rules: [
      ownBooks(({ self }) => self.data.institution),
      pairsKnown,
      amountsAgree,
      referencesOnce,
      agreedMoney,
      recordedPayments,
      shownByBank,
    ],
    outcome: (x) => outcomeOf(reconciliationOf(x)),
    computed,
    parents: ({ world, self }) => [world.one(institutionFold, self.data.institution)],
  },
)
