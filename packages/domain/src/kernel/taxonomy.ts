import { z } from 'zod'

/** Why things stand still: one taxonomy for returns, stops and waits. Source: DOMAIN §7, K7. */
export const StuckReason = z
  .enum(['STANDAR', 'KOMUNIKASI', 'SIKAP', 'SOSEK', 'SDM', 'DANA', 'ADMIN', 'TEKNIS', 'LAHAN', 'CUACA', 'HUKUM'])
  .meta({ id: 'StuckReason', description: 'Reason of a delay, DOMAIN §7' })
export type StuckReason = z.infer<typeof StuckReason>

/** Where money comes from, with the standard names. A closed list: what fits none is OTHER, and the paper says what. Source: DOMAIN §9. */
export const sourceNames = {
  APBN: { id: 'Anggaran Pendapatan dan Belanja Negara', en: 'state budget' },
  APBD: { id: 'Anggaran Pendapatan dan Belanja Daerah', en: 'regional budget' },
  DAU: { id: 'Dana Alokasi Umum tambahan, dana kelurahan', en: 'additional general allocation fund, ward fund' },
  SWADAYA: { id: 'Swadaya masyarakat', en: 'own contribution of the community' },
  CSR: { id: 'Tanggung jawab sosial perusahaan', en: 'corporate social responsibility' },
  KUR: { id: 'Kredit Usaha Rakyat', en: "people's business credit" },
  KUBE: { id: 'Kelompok Usaha Bersama, Usaha Ekonomi Produktif', en: 'joint business groups, productive economic business (UEP)' },
  ZAKAT: { id: 'Zakat, infak, dan sedekah', en: 'zakat and alms' },
  NGO: { id: 'Lembaga swadaya masyarakat', en: 'non-governmental organisation' },
  LOAN: { id: 'Pinjaman atau hibah luar negeri', en: 'foreign loan or grant' },
  OTHER: { id: 'Lainnya', en: 'other' },
} as const satisfies Record<string, { readonly id: string; readonly en: string }>

const sourceCodes = Object.keys(sourceNames) as (keyof typeof sourceNames)[]

/** A source of money, by its code; {@link sourceNames} says what people call it. */
export const Source = z.enum(sourceCodes).meta({ id: 'Source', description: 'Where money comes from, DOMAIN §9' })

/** Tridaya: the three fields of empowerment (DOMAIN §3.1). */
export const Tridaya = z.enum(['lingkungan', 'sosial', 'ekonomi']).meta({ id: 'Tridaya' })
