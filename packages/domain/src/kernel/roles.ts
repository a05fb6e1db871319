import type { RoleRule } from './workflow.ts'

const role = (id: string, en: string, more: Omit<RoleRule, 'name'> = {}): RoleRule => ({ name: { id, en }, ...more })

/**
 * Roles known to every programme (DOMAIN §6.1). An edition may say otherwise for the kinds that pin it. `system` sets the first offices.
 */
export const commonRoles: Readonly<Record<string, RoleRule>> = {
  system: role('Sistem', 'The system', { external: true, recordedBy: ['system'] }),
  WARGA: role('Warga', 'Resident', { external: true, recordedBy: ['SEK_BKM', 'BKM', 'FASKEL', 'KORKOT', 'LURAH'] }),
  RELAWAN: role('Relawan', 'Volunteer'),
  KSM: role('Kelompok Swadaya Masyarakat', 'Self-help group'),
  KPP: role('Kelompok Pemanfaat dan Pemelihara', 'Users and maintainers group'),
  KUBE: role('Kelompok Usaha Bersama', 'Joint business group'),
  BKM: role('Badan Keswadayaan Masyarakat', 'Community board', { recordedBy: ['SEK_BKM'] }),
  SEK_BKM: role('Sekretariat BKM', 'Secretariat of the community board'),
  UPL: role('Unit Pengelola Lingkungan', 'Environment unit of the BKM'),
  UPS: role('Unit Pengelola Sosial', 'Social unit of the BKM'),
  UPK: role('Unit Pengelola Keuangan', 'Finance unit of the BKM'),
  PENGAWAS_UPK: role('Pengawas UPK', 'Supervisor of the finance unit'),
  TIPP: role('Tim Inti Perencanaan Partisipatif', 'Participatory planning core team'),
  LURAH: role('Lurah atau Kepala Desa', 'Head of the kelurahan or village'),
  CAMAT: role('Camat', 'Head of the sub-district'),
  PJOK: role('Penanggung Jawab Operasional Kegiatan', 'Operational officer of the sub-district'),
  FASKEL: role('Fasilitator Kelurahan', 'Facilitator'),
  KORKOT: role('Koordinator Kota', 'City coordinator'),
  KMW: role('Konsultan Manajemen Wilayah', 'Regional consultant'),
  POKJA_PKP: role('Kelompok Kerja Perumahan dan Kawasan Permukiman', 'City working group on housing'),
  DPRKP: role('Dinas Perumahan Rakyat dan Kawasan Permukiman', 'City housing service'),
  DINAS_SOSIAL: role('Dinas Sosial', 'Social service'),
  PPK: role('Pejabat Pembuat Komitmen', 'Commitment officer'),
  KASATKER: role('Kepala Satuan Kerja', 'Head of the work unit'),
  SATKER: role('Satuan Kerja', 'Work unit'),
  PPSPM: role('Pejabat Penandatangan SPM', 'Payment order officer'),
  PMU: role('Project Management Unit', 'Project management unit'),
  KPPN: role('Kantor Pelayanan Perbendaharaan Negara', 'State treasury office', { external: true, recordedBy: ['PPK', 'PPSPM', 'SATKER'] }),
  BANK: role('Bank penyalur', 'Bank', { external: true, recordedBy: ['BKM', 'SEK_BKM', 'KSM'] }),
  DIRJEN_CK: role('Direktur Jenderal Cipta Karya', 'Director General of Human Settlements', { external: true, recordedBy: ['PMU'] }),
  NGO: role('Lembaga swadaya masyarakat', 'Non-governmental organisation'),
  AUDITOR: role('Auditor', 'Auditor'),
  MANAGER: role('Pengelola program', 'Programme manager'),
  simulator: role('Simulator', 'Simulator'),
}
