import { command } from '../kernel/decider.ts'
import * as business from './business-events.ts'
import * as facts from './events.ts'

const person = '0190a5f0-0000-7000-8000-000000000021'
const area = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e6f'

export const FormInstitution = command('institution.Form', facts.Formed, {
  opens: true,
  example: { institutionKind: 'KSM', name: 'KSM Anggur', area, members: { total: 12, women: 5, poor: 9 } },
})
export const JoinMember = command('institution.JoinMember', facts.MemberJoined, { example: { member: person } })
export const LeaveMember = command('institution.LeaveMember', facts.MemberLeft, { example: { member: person } })
export const AssumeOffice = command('institution.AssumeOffice', facts.OfficeAssumed, {
  example: { holder: person, role: 'BKM', from: '2016-03-14', to: '2019-03-13' },
})
export const EndOffice = command('institution.EndOffice', facts.OfficeEnded, {
  example: { holder: person, role: 'BKM', last: '2019-03-13' },
})
export const RegisterSignatory = command('institution.RegisterSignatory', facts.SignatoryRegistered, { example: { signatory: person } })
export const RemoveSignatory = command('institution.RemoveSignatory', facts.SignatoryRemoved, { example: { signatory: person } })
export const OpenBankAccount = command('institution.OpenBankAccount', facts.BankAccountOpened, {
  example: { bank: 'Bank Sumsel Babel', account: '150-09-01234', signatoriesRequired: 3 },
})
export const CloseBankAccount = command('institution.CloseBankAccount', facts.BankAccountClosed, { example: { account: '150-09-01234' } })
export const AdoptStatutes = command('institution.AdoptStatutes', facts.StatutesAdopted, { example: { number: 'AD-ART-2016-03' } })
export const AssessHealth = command('institution.AssessHealth', facts.HealthAssessed, {
  example: { level: 'berdaya', scores: [{ aspect: 'pembukuan', score: '72.5' }] },
})
export const DeclareConflictOfInterest = command('institution.DeclareConflictOfInterest', facts.ConflictOfInterestDeclared, {
  example: { declarant: person, what: 'ownership' },
})
export const CheckMemberEligibility = command('institution.CheckMemberEligibility', facts.MemberEligibilityChecked, {
  example: { member: person, edition: { id: 'KUBE-2024', revision: 1 }, outcome: 'not-eligible', failed: ['age'] },
})
export const ReferToKur = command('institution.ReferToKur', facts.KurReferred, {
  example: { number: 'RUJ-KUR-1', bank: 'BRI Unit Prabumulih', scheme: 'super-micro', amount: '10000000' },
})
export const RecordKurAnswer = command('institution.RecordKurAnswer', facts.KurAnswered, {
  example: { number: 'RUJ-KUR-1', outcome: 'granted', amount: '7500000' },
})
export const PlanBusiness = command('institution.PlanBusiness', business.BusinessPlanned, {
  example: { businessType: 'makanan-ringan', what: 'Keripik singkong', cycleMonths: 3, capital: '20000000' },
})
export const PayInBusinessCapital = command('institution.PayInBusinessCapital', business.BusinessCapitalPaidIn, {
  example: { number: 'IURAN-2024-06', amount: '500000' },
})
export const ReceiveBusinessAid = command('institution.ReceiveBusinessAid', business.BusinessAidReceived, {
  example: { bankReference: 'TRF-KUBE-1', amount: '20000000', cycle: '0190a5f0-0000-7000-8000-000000000031' },
})
export const RecordBusinessCycle = command('institution.RecordBusinessCycle', business.BusinessCycleRecorded, {
  example: {
    number: 'LAP-USAHA-1',
    from: '2024-07-01',
    to: '2024-09-30',
    capitalIn: '8000000',
    production: '600 kg keripik',
    sales: '9500000',
    costs: '7600000',
    stock: '400000',
    profitShare: '1000000',
  },
})
export const PayIks = command('institution.PayIks', business.IksPaid, {
  example: { number: 'IKS-2024-08', month: '2024-08', amount: '50000' },
})
export const DissolveInstitution = command('institution.Dissolve', facts.Dissolved, { example: { why: 'Keputusan rembug warga' } })
