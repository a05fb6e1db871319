import { command } from '../kernel/decider.ts'
import * as facts from './events.ts'

const area = '0b7f7d5e-3b1a-8c9d-9e4f-1a2b3c4d5e6f'
const cycle = '0190a5f0-0000-7000-8000-000000000031'
const bkm = '0190a5f0-0000-7000-8000-000000000011'

export const DecreeAllocation = command('allocation.Decree', facts.AllocationDecreed, {
  opens: true,
  example: {
    area,
    cycle,
    fiscalYear: '2018',
    source: 'APBN',
    component: 'INFRA_NEIGHBOURHOOD',
    amount: '500000000',
    number: 'SK-ALOKASI-1',
    edition: { id: 'KOTAKU-2018', revision: 1 },
  },
})
export const SetJointFunding = command('allocation.SetJointFunding', facts.JointFundingSet, {
  example: {
    number: 'SK-DDUB-1',
    with: '0190a5f0-0000-7000-8000-000000000042',
    base: 'inside',
    share: 5,
    of: '1550000000',
  },
})
export const SetRecipient = command('allocation.SetRecipient', facts.RecipientSet, { example: { recipient: bkm } })
export const RatifyRecipient = command('allocation.RatifyRecipient', facts.RecipientRatified, { example: {} })
export const SignAgreement = command('allocation.SignAgreement', facts.AgreementSigned, {
  example: { number: 'PKS-001', amount: '500000000' },
})
export const AmendAgreement = command('allocation.AmendAgreement', facts.AgreementAmended, {
  example: { number: 'PKS-001-ADD-1', amount: '520000000' },
})
export const ReviseAllocation = command('allocation.Revise', facts.AllocationRevised, {
  example: { number: 'SK-ALOKASI-1-REV', amount: '520000000' },
})
export const RevokeAllocation = command('allocation.Revoke', facts.AllocationRevoked, {
  example: { number: 'SK-CABUT-1', why: 'Lokasi dikeluarkan dari daftar' },
})
export const ChangeAllocationEdition = command('allocation.ChangeEdition', facts.AllocationEditionChanged, {
  example: { edition: { id: 'KOTAKU-2018', revision: 2 } },
})
export const CloseAllocation = command('allocation.Close', facts.AllocationClosed, { example: {} })
