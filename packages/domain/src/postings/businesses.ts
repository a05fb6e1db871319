import { sen } from '../kernel/rupiah.ts'
import * as business from '../institution/business-events.ts'
import type { AccountKind, Fund } from './accounts.ts'
import { row, rows, type Funds, type Movement, type Row } from './ways.ts'

const way = (from: AccountKind, to: AccountKind, fund: Fund) => ({ from: { kind: from, fund }, to: { kind: to, fund } })

/** What a cycle earned, cost and paid out; what was put in stays on the account until it is spent. */
function ofCycle(data: { sales: string; costs: string; profitShare: string }, _: string, { institution: fund }: Funds): Movement[] {
  return [
    { ...way('business-sales', 'group-bank', fund), amountSen: sen(data.sales) },
    { ...way('group-bank', 'suppliers', fund), amountSen: sen(data.costs) },
    { ...way('group-bank', 'members-share', fund), amountSen: sen(data.profitShare) },
  ].filter(({ amountSen }) => amountSen > 0n)
}

/**
 * The money of a business group (KUBE): what members pay in, and aid, from the treasury straight to its account; its own from then on.
 * Source: DOMAIN §1.5, §5.4.
 */
export const businesses: readonly Row[] = [
  row(business.BusinessCapitalPaidIn, (_, __, { institution }) => way('members-capital', 'group-bank', institution)),
  row(business.BusinessAidReceived, (_, __, { institution }) => way('treasury', 'group-bank', institution)),
  rows(business.BusinessCycleRecorded, ofCycle),
  row(business.IksPaid, (_, __, { institution }) => way('group-bank', 'solidarity-fund', institution)),
]
