import type { Wish } from './given.ts'
import { act, entity, id, who, type Actor } from './prabumulih.ts'
import { house } from './places.ts'

const bpkp = house('BPKP-SUMSEL', 'AUDIT_OFFICE', 'P-BPKP-1', 'BPKP')
const finding = { kind: 'finding', id: id('TEM-1') } as const
const five = {
  kondisi: 'Pembayaran tanpa bukti lengkap',
  kriteria: 'Setiap pengeluaran disertai bukti yang sah',
  sebab: 'Bendahara belum dilatih',
  akibat: 'Penggunaan dana tidak dapat diyakini',
  rekomendasi: 'BKM melengkapi bukti atau menyetor kembali',
}

/** An audit of the board of the scenario: who audits, the finding, and what follows it. */
export const audit = {
  wishes: bpkp.wishes,
  bpkp: bpkp.party,
  finding,
  recorded: (data: object = {}, more: Partial<Wish> = {}): Wish =>
    act(
      'finding.Record',
      finding,
      bpkp.party,
      { number: 'NOTISI-7', item: 1, allocation: entity.allocation.id, institution: entity.bkm.id, ...five, ...data },
      { papers: ['notisi'], ...more },
    ),
  answered: (actor: Actor = who.bkm, number = 'TANGGAPAN-1'): Wish =>
    act('finding.GiveResponse', finding, actor, { number, response: 'Bukti sedang dilengkapi' }),
  agreed: (due = '2030-01-01'): Wish =>
    act('finding.AgreeFollowUp', finding, bpkp.party, { number: 'BAKTL-7', action: 'Melengkapi bukti', due }),
  verified: (outcome: string, notes?: string): Wish =>
    act('finding.VerifyFollowUp', finding, bpkp.party, { outcome, ...(notes ? { notes } : {}) }, { papers: ['lembar-tindak-lanjut'] }),
  closed: act('finding.Close', finding, bpkp.party),
  reopened: act('finding.Reopen', finding, bpkp.party, { why: 'Berulang' }),
  opinion: (data: object = {}): Wish =>
    act('finding.IssueOpinion', { kind: 'finding', id: id('AUD-2018') }, bpkp.party, {
      number: 'LAI-2018',
      institution: entity.bkm.id,
      fiscalYear: '2018',
      opinion: 'qualified',
      ...data,
    }),
} as const
