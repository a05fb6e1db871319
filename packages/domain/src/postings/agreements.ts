import * as partnership from '../partnership/events.ts'
import type { AccountKind } from './accounts.ts'
import { row, type Funds, type Row } from './ways.ts'

/** A way between two accounts of an agreement. */
const within =
  (from: AccountKind, to: AccountKind) =>
  (_: unknown, _id: string, { partnership: fund }: Funds) => ({
    from: { kind: from, fund },
    to: { kind: to, fund },
  })

/** The money of a funding agreement; what groups spend of it stands with the proposal. Source: DOMAIN §9. */
export const agreements: readonly Row[] = [
  row(partnership.FundingReceived, within('funder', 'agreement-bank')),
  row(partnership.AgreementPaidOut, ({ proposal }, _, { partnership: fund }) => ({
    from: { kind: 'agreement-bank', fund },
    to: { kind: 'group-bank', fund, proposal },
  })),
  row(partnership.PayoutReturned, ({ proposal }, _, { partnership: fund }) => ({
    from: { kind: 'group-bank', fund, proposal },
    to: { kind: 'agreement-bank', fund },
  })),
  row(partnership.AgreementSpent, within('agreement-bank', 'implementer-suppliers')),
  row(partnership.AgreementLeftoverReturned, within('agreement-bank', 'funder')),
  row(partnership.AgreementLeftoverKept, within('agreement-bank', 'community-fund')),
  row(partnership.ContributionGiven, within('contribution-given', 'contribution-used')),
]
