import type { Party } from '@jejak/demo'
import type { Edition } from '@jejak/domain'
import { memoryLog } from './memory.ts'
import type { Step, Wish } from './given.ts'
import { act, id, who } from './prabumulih.ts'
import { shipped, variant } from './editions.ts'

type Change = Parameters<typeof variant>[1]

const party = (person: string, role: string, house: string): Party => ({ person: id(`PB-${person}`), role, institution: id(`PB-${house}`) })
const institution = (label: string) => ({ kind: 'institution', id: id(`PB-${label}`) }) as const

/** A board with its finance unit, its supervisor and a group of six women and men. */
export const people = {
  bkm: party('BKM', 'BKM', 'BKM'),
  upk: party('UPK', 'UPK', 'UPK'),
  credit: party('UPK-2', 'UPK', 'UPK'),
  supervisor: party('PENGAWAS', 'PENGAWAS_UPK', 'UPK'),
  ksm: party('KSM', 'KSM', 'MAJU'),
  mekar: party('KSM-2', 'KSM', 'MEKAR'),
  korkot: party('KORKOT', 'KORKOT', 'KORKOT'),
  otherBkm: party('BKM-LAIN', 'BKM', 'BKM-LAIN'),
  otherKsm: party('KSM-LAIN', 'KSM', 'KSM-LAIN'),
} as const

/** The entities of the pool. */
export const lent = {
  pool: { kind: 'loanPool', id: id('PB-POOL') },
  loan: { kind: 'loan', id: id('PB-LOAN') },
  next: { kind: 'loan', id: id('PB-LOAN-2') },
  other: { kind: 'loan', id: id('PB-LOAN-3') },
  area: id('PB-AREA'),
} as const

const heads = { total: 6, women: 3, poor: 6 }
const formed = (label: string, institutionKind: string, more: object = {}): Wish =>
  act(
    'institution.Form',
    institution(label),
    who.system,
    { institutionKind, name: label, area: lent.area, ...more },
    { earliest: '2008-01-02' },
  )
const belongs = (board: string) => ({ parent: institution(board).id })

/** A log with the edition in which the houses stand, nothing opened yet. */
export const housed = (edition?: Edition): Step[] => [
  () => Promise.resolve(memoryLog(edition === undefined ? [] : [edition])),
  [
    formed('BKM', 'BKM'),
    formed('BKM-LAIN', 'BKM'),
    formed('KORKOT', 'CITY_COORDINATION'),
    formed('UPK', 'UPK', belongs('BKM')),
    formed('MAJU', 'KSM', { ...belongs('BKM'), members: heads }),
    formed('MEKAR', 'KSM', { ...belongs('BKM'), members: heads }),
    formed('KSM-LAIN', 'KSM', { ...belongs('BKM-LAIN'), members: heads }),
    ...Object.values(people).map((one) =>
      act('institution.AssumeOffice', { kind: 'institution', id: one.institution ?? '' }, who.system, {
        holder: one.person,
        role: one.role,
        from: '2007-01-02',
      }),
    ),
  ],
]

/** The rules of loans with something changed, as an edition of its own. */
export const lending = (change: (rules: NonNullable<Parameters<Change>[0]['loans']>) => void, name = 'UPK-X'): Edition =>
  variant(
    'UPK-2010',
    (draft) => {
      if (draft.loans === undefined) throw new Error('no rules of loans')
      change(draft.loans)
    },
    name,
  )

const upk2010 = shipped('UPK-2010')

const pool = {
  opened: (edition: Edition = upk2010, more: object = {}, actor: Party = people.bkm): Wish =>
    act(
      'loanPool.Open',
      lent.pool,
      actor,
      { name: 'UPK BLM 2008', owner: people.upk.institution, area: lent.area, edition: { id: edition.id, revision: 1 }, ...more },
      { papers: ['ba-bkm'] },
    ),
  capital: (amount = '10000000', more: object = {}, bankReference = 'TRF-MODAL-1'): Wish =>
    act(
      'loanPool.ReceiveCapital',
      lent.pool,
      people.upk,
      { bankReference, amount, from: 'board', ...more },
      { papers: ['rekening-koran'] },
    ),
  returned: (amount: string, more: object = {}): Wish =>
    act(
      'loanPool.ReturnCapital',
      lent.pool,
      people.bkm,
      { bankReference: 'TRF-KEMBALI', amount, why: 'Perjanjian berakhir', ...more },
      { papers: ['ba-bkm', 'bukti-transfer'] },
    ),
  income: act('loanPool.ReceiveIncome', lent.pool, people.upk, { number: 'BUNGA-1', amount: '12500', what: 'Bunga bank' }),
  cost: (amount = '50000'): Wish =>
    act('loanPool.PayCost', lent.pool, people.upk, { number: 'BKK-1', amount, purpose: 'Alat tulis' }, { papers: ['kwitansi'] }),
  reported: (on: string, data: object): Wish =>
    act('loanPool.Report', lent.pool, people.supervisor, data, { on, papers: ['laporan-bulanan'] }),
  suspended: (on: string): Wish => act('loanPool.SuspendLending', lent.pool, people.upk, { why: 'Tunggakan' }, { on }),
  resumed: (on: string): Wish => act('loanPool.ResumeLending', lent.pool, people.bkm, {}, { on }),
  closed: act('loanPool.Close', lent.pool, people.bkm, { why: 'Dialihkan' }, { papers: ['ba-bkm'] }),
} as const

const member = (n: number | string): string => id(`PB-ANGGOTA-${n}`)
const borrowers = (count: number, amount = '500000', group = '') =>
  Array.from({ length: count }, (_, index) => ({ member: member(`${group}${index + 1}`), amount }))

/** The steps of a loan to Maju, six members of Rp 500.000 each, unless said otherwise. */
const course = (subject: Wish['subject'], ksm: Party = people.ksm, group = '') => {
  const on = (verb: string, actor: Party, data: object, papers: readonly string[], more: Partial<Wish> = {}): Wish =>
    act(`loan.${verb}`, subject, actor, data, { papers, ...more })
  const label = subject.id.slice(-4)
  return {
    applied: (more: object = {}, wish: Partial<Wish> = {}): Wish =>
      on(
        'Apply',
        ksm,
        { pool: lent.pool.id, ksm: ksm.institution, number: `PJ-${label}`, months: 10, borrowers: borrowers(6, '500000', group), ...more },
        ['permohonan-pinjaman'],
        wish,
      ),
    resubmitted: (more: object = {}): Wish =>
      on('Resubmit', ksm, { number: `PJ-${label}-P`, months: 10, borrowers: borrowers(6, '500000', group), ...more }, [
        'permohonan-pinjaman',
      ]),
    appraised: (outcome = 'feasible', more: object = {}, actor: Party = people.credit): Wish =>
      on('Appraise', actor, { outcome, ...(outcome === 'feasible' ? {} : { notes: 'Rencana usaha belum ada' }), ...more }, [
        'penilaian',
        'daftar-warga-miskin',
      ]),
    decided: (outcome = 'approved', amount: string | undefined = '3000000', cosigners: readonly Party[] = [people.upk]): Wish =>
      on('Decide', people.bkm, { number: `BA-${label}`, outcome, ...(amount ? { amount } : {}) }, ['ba-komite'], { cosigners }),
    signed: (firstDue = '2008-04-01', amount = '3000000'): Wish =>
      on('SignAgreement', people.upk, { number: `SPK-${label}`, amount, firstDue }, ['spk-pinjaman'], { cosigners: [ksm] }),
    disbursed: (on_ = '2008-03-03', amount = '3000000'): Wish =>
      on('Disburse', people.upk, { number: `BKK-${label}`, amount }, ['kwitansi'], { on: on_ }),
    paid: (day: string, amount = '345000'): Wish =>
      on('ReceiveInstalment', people.upk, { number: `BKM-${label}-${day}`, amount }, [], { on: day }),
    missed: (instalment: number, day: string): Wish => on('NoteMissedInstalment', people.upk, { instalment }, [], { on: day }),
    joint: (day: string, amount = '345000'): Wish =>
      on('InvokeJointLiability', people.upk, { number: `TR-${label}-${day}`, amount }, ['ba'], { on: day }),
    rescheduled: (day: string, firstDue: string, months = 10): Wish =>
      on('Reschedule', people.bkm, { number: `RS-${label}-${day}`, months, firstDue }, ['ba-komite'], { on: day, cosigners: [people.upk] }),
    writtenOff: (day: string): Wish =>
      on('WriteOff', people.bkm, { number: `HP-${label}`, why: 'Kelompok bubar' }, ['ba-komite'], { on: day, cosigners: [people.upk] }),
  }
}

export const maju = course(lent.loan)
export const again = course(lent.next)
export const mekar = course(lent.other, people.mekar, 'M')

export { borrowers, member, pool }

/** The pool open, with capital, under the shipped rules or others. */
export const funded = (edition?: Edition): Step[] => [...housed(edition), pool.opened(edition), pool.capital()]
/** A loan on its way: asked, appraised, decided, signed, paid out. */
export const onTheWay = [maju.applied(), maju.appraised(), maju.decided(), maju.signed(), maju.disbursed()] as const
/** Three instalments paid, the next three missed: rows 3 to 5 of DOMAIN §12.3. */
export const threeMissed = [
  maju.paid('2008-04-01'),
  maju.paid('2008-04-30'),
  maju.paid('2008-05-30'),
  maju.missed(4, '2008-07-01'),
  maju.missed(5, '2008-08-01'),
  maju.missed(6, '2008-09-01'),
] as const
