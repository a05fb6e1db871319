import type { InstitutionKind } from './events.ts'

/**
 * Offices of the neighbourhood institutions that the law knows (LKD): five years, two terms, one of them at a time (G-16). A volunteer of
 * one is no officer. Source: DOMAIN §6.1, R:D58.
 */
export const lkdRoles: readonly string[] = ['RT', 'RW', 'PKK', 'KARANG_TARUNA', 'POSYANDU', 'LPM', 'LKD']
/** By law for all programmes, therefore no value of an edition. Source: DOMAIN §6.1, §13 G-16, R:D58. */
export const lkdTerm = { years: 5, termsMax: 2 }

interface Offices {
  readonly roles: readonly string[]
  readonly appointers: readonly string[]
}

const ofBoard = (...roles: readonly string[]): Offices => ({ roles, appointers: ['BKM'] })
const ofVillage = (...roles: readonly string[]): Offices => ({ roles, appointers: ['LURAH'] })
const ofState = (...roles: readonly string[]): Offices => ({ roles, appointers: ['PMU'] })

/** The offices that each kind of institution has, and who may record them besides `system`. */
export const officesOfKind: Readonly<Record<InstitutionKind, Offices>> = {
  BKM: { roles: ['BKM', 'SEK_BKM', 'UPL', 'UPS', 'UPK', 'PENGAWAS_UPK'], appointers: ['LURAH', 'BKM', 'KORKOT'] },
  KSM: { roles: ['KSM'], appointers: ['UPL', 'UPS', 'UPK', 'BKM'] },
  UPK: ofBoard('UPK', 'PENGAWAS_UPK'),
  UPL: ofBoard('UPL'),
  UPS: ofBoard('UPS'),
  TIPP: { roles: ['TIPP', 'RELAWAN'], appointers: ['BKM', 'LURAH'] },
  KPP: { roles: ['KPP'], appointers: ['LURAH', 'BKM'] },
  KUBE: { roles: ['KUBE'], appointers: ['DINAS_SOSIAL'] },
  NGO: { roles: ['NGO'], appointers: ['PMU', 'BUPATI', 'WALIKOTA', 'BAPPEDA'] },
  COMPANY: { roles: ['NGO', 'CSR_CO'], appointers: ['PMU', 'BUPATI', 'WALIKOTA', 'BAPPEDA'] },
  LKD: ofVillage('RELAWAN', 'LKD'),
  RT: ofVillage('RT'),
  RW: ofVillage('RW'),
  PKK: ofVillage('PKK'),
  KARANG_TARUNA: ofVillage('KARANG_TARUNA'),
  POSYANDU: ofVillage('POSYANDU'),
  LPM: ofVillage('LPM'),
  BPD: ofVillage('BPD'),
  KELURAHAN: { roles: ['LURAH'], appointers: ['CAMAT', 'KORKOT', 'PMU'] },
  KECAMATAN: ofState('CAMAT', 'PJOK'),
  CITY_SERVICE: ofState('DPRKP', 'POKJA_PKP', 'DINAS_SOSIAL', 'BAPPEDA'),
  LOCAL_GOVERNMENT: ofState('BUPATI', 'WALIKOTA', 'BAPPEDA'),
  FACILITATORS: { roles: ['FASKEL'], appointers: ['KORKOT', 'KMW', 'PMU'] },
  CITY_COORDINATION: { roles: ['KORKOT', 'FASKEL'], appointers: ['KMW', 'PMU'] },
  REGIONAL_CONSULTANT: ofState('KMW', 'KORKOT', 'FASKEL'),
  NATIONAL_CONSULTANT: ofState('KMP', 'KME'),
  SATKER: ofState('KASATKER', 'SATKER', 'PPK', 'PPSPM'),
  PMU: ofState('PMU', 'MANAGER'),
  AUDIT_OFFICE: ofState('AUDITOR', 'BPKP', 'BPK', 'ITJEN', 'INSPEKTORAT', 'KAP'),
}

const anyOther = ['PMU', 'KMW']
const partners = [...anyOther, 'BUPATI', 'WALIKOTA', 'BAPPEDA']
const village = ['LURAH']

const formersOfKind: Partial<Readonly<Record<InstitutionKind, readonly string[]>>> = {
  KSM: ['UPL', 'UPS', 'UPK', 'BKM'],
  TIPP: ['BKM', 'LURAH'],
  KPP: ['LURAH', 'BKM'],
  BKM: ['LURAH', 'KORKOT', 'FASKEL'],
  UPK: ['BKM'],
  UPL: ['BKM'],
  UPS: ['BKM'],
  KUBE: ['DINAS_SOSIAL', 'LURAH', ...anyOther],
  NGO: partners,
  COMPANY: partners,
  LKD: [...village, ...anyOther],
  RT: village,
  RW: village,
  PKK: village,
  KARANG_TARUNA: village,
  POSYANDU: village,
  LPM: village,
  BPD: village,
}

/** Who forms a kind, or records that it was formed, besides `system`. Source: DOMAIN §1.1, §1.2, §1.5, §3.3, §12.2 row 5. */
export const formersOf = (kind: InstitutionKind): readonly string[] => formersOfKind[kind] ?? anyOther

/** Every role that forms some kind. */
export const formers: readonly string[] = [...new Set([...anyOther, ...Object.values(formersOfKind).flat()])]

/** Units of a board: none stands alone. Source: DOMAIN §6.1. */
export const unitKinds: readonly InstitutionKind[] = ['UPK', 'UPL', 'UPS']
