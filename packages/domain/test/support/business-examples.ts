import type { Step, Wish } from './given.ts'
import { kube } from './kube.ts'
import { act, id } from './prabumulih.ts'

const run = { kind: 'cycle', id: id('CYC-KUBE') } as const
const started = act('cycle.Start', run, kube.service, {
  area: id('AREA-KUBE'),
  year: '2017',
  edition: { id: 'KUBE-2024', revision: 1 },
  group: kube.group.id,
})
const own = (verb: string, data: object): Wish => act(`institution.${verb}`, kube.group, kube.chair, data)

/** How each fact of the business of a group comes about. */
export const businessExamples: Readonly<Record<string, readonly [Step[], Wish]>> = {
  'institution.BusinessPlanned': [
    [...kube.formed],
    own('PlanBusiness', { businessType: 'makanan-ringan', what: 'Keripik singkong', cycleMonths: 3, capital: '20000000' }),
  ],
  'institution.BusinessCapitalPaidIn': [[...kube.formed], kube.paidIn()],
  'institution.BusinessAidReceived': [
    [...kube.formed, kube.account, started],
    own('ReceiveBusinessAid', { bankReference: 'TRF-KUBE', amount: '20000000', cycle: run.id }),
  ],
  'institution.BusinessCycleRecorded': [
    [...kube.formed],
    own('RecordBusinessCycle', {
      number: 'LAP-1',
      from: '2017-01-02',
      to: '2017-03-31',
      capitalIn: '8000000',
      production: '600 kg',
      sales: '9500000',
      costs: '7600000',
      stock: '400000',
      profitShare: '1900000',
    }),
  ],
  'institution.IksPaid': [[...kube.formed, kube.paidIn()], own('PayIks', { number: 'IKS-1', month: '2017-01', amount: '50000' })],
}
