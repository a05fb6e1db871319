import { assumptions } from '../assumptions.ts'
import type { Signer } from '../deed.ts'
import { whole, type Grant } from './grant.ts'
import { after, entity, type Year } from './setting.ts'
import { shareOf } from './shape.ts'

/** Which tranche (from 0) is asked for when, and by when it is hurried to its payment. */
export interface Release {
  readonly tranche: number
  readonly asked: number
  readonly limit: number
}

/** A tranche's file on its way from desk to desk. */
interface File {
  readonly day: () => number
  /** Lets time go by. */
  go(median: number): void
  /** The board hands something in. */
  board(command: string): void
  checked(wrong?: string): void
  desk(step: string, who: (day: number) => Signer, outcome: string, notes?: string): void
  /** It comes back, is mended, and goes to the same desk again. */
  mend(step: string, who: (day: number) => Signer, notes: string): void
  issue(command: string, who: (day: number) => Signer, paper: string, kind: string): void
}

/** What a tranche is called on its papers. */
export const paperNumber = ({ place, year }: Year, kind: string, tranche: number, round = 1): string =>
  `${kind}/${place.code}/${year}/T${tranche + 1}${round > 1 ? `-${round}` : ''}`

function fileOf(year: Year, grant: Grant, { tranche, asked, limit }: Release): File {
  const { plan, officers, programme, board, random } = year
  const subject = entity('tranche', grant.tranches[tranche] ?? '')
  const amount = whole(shareOf(grant.money.amount, grant.money, tranche))
  const { papers } = programme.edition.tranches
  const kinds = papers[tranche] ?? papers.at(-1) ?? []
  let day = asked
  let round = 1
  const file: File = {
    day: () => day,
    go(median) {
      day = after(year, day, median, limit)
    },
    board(command) {
      const number = paperNumber(year, 'PERM', tranche, round)
      const by = board.coordinator.on(day)
      plan.tell(day, command, subject, { by, recorder: board.secretary.on(day), papers: kinds, number, data: { number, amount } })
    },
    checked(wrong) {
      const found = kinds.map((docType) => ({ docType, exists: true, correct: docType !== wrong }))
      plan.tell(day, 'tranche.CheckDocuments', subject, {
        by: officers.senior.on(day),
        papers: ['daftar-periksa-a'],
        data: { papers: found },
      })
    },
    desk(step, who, outcome, notes) {
      const data = { step, outcome, ...(notes ? { reasons: ['ADMIN'], notes } : {}) }
      plan.tell(day, 'tranche.RecordStep', subject, { by: who(day), papers: ['lembar-rekomendasi-b'], data })
    },
    mend(step, who, notes) {
      file.desk(step, who, 'returned', notes)
      round += 1
      day = Math.max(
        day,
        Math.min(limit, year.working.from(day + 1 + random.delay(assumptions.revision.median, assumptions.revision.spread))),
      )
      file.board('tranche.Resubmit')
      file.go(assumptions.delay.desk)
    },
    issue(command, who, paper, kind) {
      const number = paperNumber(year, kind, tranche)
      plan.tell(day, command, subject, { by: who(day), papers: [paper], number, data: { number, amount } })
    },
  }
  return file
}

/** The desks of the chain (DOMAIN §2.4), each of which may send the file back. */
function tellDesks(year: Year, file: File): void {
  const { officers, programme, random } = year
  const { delay, fileReturned } = assumptions
  const senior = (day: number): Signer => officers.senior.on(day)
  file.board('tranche.Request')
  file.go(delay.requestToFirstCheck)
  if (random.chance(fileReturned['VF-10'])) {
    file.checked('kwitansi')
    file.mend('VF-10', senior, 'Kwitansi belum diisi dengan benar')
  }
  file.checked()
  file.desk('VF-10', senior, 'recommended')
  for (const [step, post] of programme.chain) {
    const who = (day: number): Signer => post(officers).on(day)
    file.go(delay.desk)
    if (random.chance(fileReturned[step === 'VF-11' ? 'VF-11' : 'VF-12'])) file.mend(step, who, 'Bukti dan kode pajak belum lengkap')
    file.desk(step, who, 'recommended')
  }
}

/** Payment request, order, disbursement and credit; some wait for a revision of the budget. Gives the day of the credit. */
function tellPayment(year: Year, grant: Grant, { tranche }: Release, file: File): number {
  const { plan, officers, programme, board, random } = year
  const { delay, fileReturned, budgetRevision } = assumptions
  const subject = entity('tranche', grant.tranches[tranche] ?? '')
  const ppk = (day: number): Signer => officers.ppk.on(day)
  file.go(delay.requestToPayment)
  if (random.chance(fileReturned['VF-13'])) file.mend('VF-13', ppk, 'Nomor rekening tidak sesuai')
  file.issue('tranche.IssueSpp', ppk, 'spp', 'SPP')
  if (random.chance(budgetRevision.chance)) {
    const noted = { reasons: ['DANA'], notes: 'Revisi DIPA belum terbit' }
    plan.tell(file.day(), 'tranche.NoteBudgetRevision', subject, { by: ppk(file.day()), papers: ['nota-revisi-dipa'], data: noted })
    file.go(budgetRevision.median)
    plan.tell(file.day(), 'tranche.EndBudgetRevision', subject, { by: ppk(file.day()), papers: ['dipa'] })
  }
  file.go(delay.paymentToOrder)
  file.issue('tranche.IssueSpm', (day) => programme.orders(officers).on(day), 'spm', 'SPM')
  file.go(delay.orderToSp2d)
  const number = paperNumber(year, 'SP2D', tranche)
  const amount = whole(shareOf(grant.money.amount, grant.money, tranche))
  plan.tell(file.day(), 'tranche.RecordSp2d', subject, {
    by: { role: 'KPPN' },
    recorder: ppk(file.day()),
    papers: ['sp2d'],
    number,
    data: { number, amount },
  })
  const credited = year.working.from(file.day() + random.delay(delay.sp2dToCredit))
  const reference = paperNumber(year, 'RK', tranche)
  plan.tell(credited, 'tranche.RecordCredit', subject, {
    by: { role: 'BANK' },
    recorder: board.secretary.on(credited),
    papers: ['rekening-koran'],
    number: reference,
    data: { bankReference: reference, amount },
  })
  return credited
}

/** The way of a tranche from the request of the board to its account. Gives the day of the credit. */
export function tellRelease(year: Year, grant: Grant, release: Release): number {
  const file = fileOf(year, grant, release)
  tellDesks(year, file)
  return tellPayment(year, grant, release, file)
}

/** The board sets its own cost aside when the money is there, and spends it over the weeks. Gives the day of the last of it. */
export function tellOperating(year: Year, grant: Grant, tranche: number, credited: number, until: number): number {
  const { plan, board, random, working } = year
  const amount = shareOf(grant.money.operating, grant.money, tranche)
  const subject = entity('tranche', grant.tranches[tranche] ?? '')
  const number = paperNumber(year, 'BA-BOP', tranche)
  plan.tell(credited, 'tranche.SetBopAside', subject, {
    by: board.treasurer.on(credited),
    recorder: board.secretary.on(credited),
    papers: ['ba-pembagian-dana'],
    number,
    data: { number, amount: whole(amount) },
  })
  const times = random.whole(1, 3)
  let left = amount
  let day = credited
  for (let nth = 1; nth <= times; nth += 1) {
    day = Math.max(day, working.until(credited + Math.floor(((until - credited) * nth) / (times + 1))))
    const part = nth === times ? left : Math.floor(amount / times / 1000) * 1000
    left -= part
    const receipt = paperNumber(year, 'KWB', tranche, nth)
    plan.tell(day, 'tranche.RecordBopSpending', subject, {
      by: board.secretary.on(day),
      papers: ['kwitansi'],
      number: receipt,
      data: { number: receipt, amount: whole(part), purpose: 'Operasional BKM' },
    })
  }
  return day
}
