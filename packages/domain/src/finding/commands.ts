import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

const allocation = '0190a5f0-0000-7000-8000-000000000041'
const board = '0190a5f0-0000-7000-8000-000000000011'

export const RecordFinding = command('finding.Record', facts.FindingRecorded, {
  opens: true,
  example: {
    number: 'NOTISI-2018-07',
    item: 1,
    allocation,
    institution: board,
    kondisi: 'Dana pengasapan dibayarkan sebagai santunan',
    kriteria: 'Perubahan penggunaan memerlukan berita acara KSM dan BKM',
    sebab: 'UPS tidak memahami tata cara perubahan',
    akibat: 'Kegiatan dalam rencana tidak terlaksana',
    rekomendasi: 'BKM menetapkan berita acara perubahan atau mengembalikan dana',
    amount: '4500000',
    blocking: true,
  },
})
export const GiveResponse = command('finding.GiveResponse', facts.ResponseGiven, {
  example: { number: 'TANGGAPAN-01', response: 'Berita acara perubahan sedang disusun' },
})
export const AgreeFollowUp = command('finding.AgreeFollowUp', facts.FollowUpAgreed, {
  example: { number: 'BAKTL-2018-07', action: 'Berita acara perubahan ditetapkan rapat BKM', due: '2018-11-30' },
})
export const VerifyFollowUp = command('finding.VerifyFollowUp', facts.FollowUpVerified, { example: { outcome: 'done' } })
export const CloseFinding = command('finding.Close', facts.FindingClosed, { example: {} })
export const ReopenFinding = command('finding.Reopen', facts.FindingReopened, {
  example: { why: 'Temuan berulang pada pemeriksaan berikutnya' },
})
export const IssueOpinion = command('finding.IssueOpinion', facts.OpinionIssued, {
  example: { number: 'LAI-2018-12', institution: board, fiscalYear: '2018', opinion: 'qualified', notes: 'Kartu angsuran tidak lengkap' },
})
