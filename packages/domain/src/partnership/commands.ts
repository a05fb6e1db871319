import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

const regency = '0190a5f0-0000-7000-8000-000000000014'
const area = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e6f'
const ngo = '0190a5f0-0000-7000-8000-000000000015'

export const IdentifyPartnership = command('partnership.Identify', facts.PartnershipIdentified, {
  opens: true,
  example: { title: 'Pendampingan masyarakat oleh lembaga swadaya', area },
})
export const HoldNegotiation = command('partnership.HoldNegotiation', facts.NegotiationHeld, { example: {} })
export const SignPartnership = command('partnership.Sign', facts.PartnershipSigned, {
  example: {
    number: 'NPHD-2018-03',
    policyMaker: regency,
    funder: regency,
    implementer: ngo,
    amount: '250000000',
    scope: 'Pendampingan usaha kelompok di tiga kecamatan',
    from: '2018-03-01',
    to: '2018-12-31',
    deliverables: [{ code: 'D1', what: 'Pelatihan pembukuan 20 kelompok' }],
  },
})
export const RecordFunding = command('partnership.RecordFunding', facts.FundingReceived, {
  example: { bankReference: 'TRF-NPHD-1', amount: '125000000' },
})
export const PayOutOfAgreement = command('partnership.PayOut', facts.AgreementPaidOut, {
  example: {
    bankReference: 'TRF-CSR-2',
    amount: '40000000',
    proposal: '0190a5f0-0000-7000-8000-000000000051',
    ksm: '0190a5f0-0000-7000-8000-000000000012',
  },
})
export const RecordPayoutReturn = command('partnership.RecordPayoutReturn', facts.PayoutReturned, {
  example: { bankReference: 'TRF-CSR-9', amount: '500000', proposal: '0190a5f0-0000-7000-8000-000000000051' },
})
export const RecordAgreementSpending = command('partnership.RecordSpending', facts.AgreementSpent, {
  example: { number: 'KW-LPM-1', amount: '3500000', purpose: 'Pelatihan pembukuan' },
})
export const RecordContribution = command('partnership.RecordContribution', facts.ContributionGiven, {
  example: { number: 'BA-CSR-1', amount: '4000000', kind: 'labour', hours: 160, rate: '25000', method: 'area-wage' },
})
export const ReturnAgreementLeftover = command('partnership.ReturnLeftover', facts.AgreementLeftoverReturned, {
  example: { number: 'BUKTI-CSR-1', amount: '1500000' },
})
export const KeepAgreementLeftover = command('partnership.KeepLeftover', facts.AgreementLeftoverKept, {
  example: { number: 'BA-CSR-2', amount: '1500000' },
})
export const ReportDeliverable = command('partnership.ReportDeliverable', facts.DeliverableReported, { example: { deliverable: 'D1' } })
export const SubmitPartnershipReport = command('partnership.SubmitReport', facts.ReportSubmitted, { example: { number: 'LAP-1' } })
export const AcceptPartnershipReport = command('partnership.AcceptReport', facts.ReportAccepted, { example: { number: 'BA-LAP-1' } })
export const ReturnPartnershipReport = command('partnership.ReturnReport', facts.ReportReturned, {
  example: { number: 'S-LAP-1', why: 'Daftar hadir pelatihan belum dilampirkan' },
})
export const ExtendPartnership = command('partnership.Extend', facts.PartnershipExtended, {
  example: { number: 'ADD-NPHD-1', to: '2019-06-30' },
})
export const CompletePartnership = command('partnership.Complete', facts.PartnershipCompleted, { example: { number: 'BA-AKHIR-1' } })
export const TerminatePartnership = command('partnership.Terminate', facts.PartnershipTerminated, {
  example: { why: 'Pelaksana tidak lagi beroperasi' },
})
