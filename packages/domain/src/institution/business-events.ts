import { z } from 'zod'
import { Code, event, Note, PaperNumber, PlainDate, ref } from '../kernel/define.ts'
import { PositiveRupiah, Rupiah } from '../kernel/rupiah.ts'

/** The business of a group (KUBE): type, cycle and capital must be determined. Source: DOMAIN §5.4, R:S4. */
export const BusinessPlanned = event('institution.BusinessPlanned', {
  means: 'A business group settles what business it does, how long one cycle lasts and what capital it takes',
  identity: ['effectiveOn'],
  data: { businessType: Code, what: Note, cycleMonths: z.int().min(1).max(60), capital: PositiveRupiah },
})

/** Own capital (modal sendiri, iuran anggota): what a group can spend before any aid. Source: DOMAIN §5.4, capital. */
export const BusinessCapitalPaidIn = event('institution.BusinessCapitalPaidIn', {
  means: 'Members pay capital of their own into the account of a business group',
  observation: true,
  identity: ['number'],
  data: { number: PaperNumber, amount: PositiveRupiah, notes: Note.optional() },
})

/** The transfer goes straight to the account of the group; the money is its asset. Source: DOMAIN §1.5, R:D35b. */
export const BusinessAidReceived = event('institution.BusinessAidReceived', {
  means: 'The aid of the programme is on the account of a business group',
  observation: true,
  identity: ['bankReference'],
  data: { bankReference: PaperNumber, amount: PositiveRupiah, cycle: ref('cycle') },
})

/** One business cycle: capital in, production, sales, stock, profit share. Source: DOMAIN §5.4. */
export const BusinessCycleRecorded = event('institution.BusinessCycleRecorded', {
  means: 'A business group accounts for one cycle of its business',
  observation: true,
  identity: ['number'],
  data: {
    number: PaperNumber,
    from: PlainDate,
    to: PlainDate,
    /** Of the money on its account, what it put into this cycle. */
    capitalIn: Rupiah,
    production: Note.optional(),
    sales: Rupiah,
    costs: Rupiah,
    /** Value of what is unsold at the end. */
    stock: Rupiah,
    /** Paid out to the members. */
    profitShare: Rupiah,
    notes: Note.optional(),
  },
})

/** Iuran Kesetiakawanan Sosial, once a month. Source: DOMAIN §1.5. */
export const IksPaid = event('institution.IksPaid', {
  means: 'A business group pays its contribution to social solidarity (IKS) of a month',
  observation: true,
  identity: ['number'],
  data: {
    number: PaperNumber,
    month: z.string().regex(/^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$/, { error: 'a month: YYYY-MM, e.g. 2018-09' }),
    amount: PositiveRupiah,
  },
})
