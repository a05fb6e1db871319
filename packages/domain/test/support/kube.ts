import { memoryLog } from './memory.ts'
import type { Step, Wish } from './given.ts'
import { act, id, type Actor } from './prabumulih.ts'
import { house } from './places.ts'
import { variant } from './editions.ts'

/** A programme for business groups: the values of DOMAIN §1.5 on the workflows of a shipped edition. */
const edition = variant(
  'KOTAKU-2018',
  (draft) => {
    draft.group = { members: [5, 10], age: [18, 59], verified: true, source: 'DOMAIN §1.5, R:D35b' }
    draft.agreement.planMark = null
  },
  'KUBE-TEST',
)

const service = house('DINSOS', 'CITY_SERVICE', 'P-DINSOS-1', 'DINAS_SOSIAL')
const satker = house('SATKER-SOSIAL', 'SATKER', 'P-PPK-S', 'PPK')
const group = { kind: 'institution', id: id('KUBE-MELATI') } as const
const allocation = { kind: 'allocation', id: id('ALK-KUBE') } as const
const chair: Actor = { person: id('P-KUBE-1'), role: 'KUBE', institution: group.id }
const area = id('AREA-KUBE')
const kasatker: Actor = { person: id('P-KPA-S'), role: 'KASATKER', institution: id('SATKER-SOSIAL') }
const pin = { id: 'KUBE-TEST', revision: 1 }
const early = { from: '2017-01-02' }

const officeOf = (holder: Actor): Wish =>
  act(
    'institution.AssumeOffice',
    { kind: 'institution', id: holder.institution ?? '' },
    { person: id('SYSTEM'), role: 'system' },
    {
      holder: holder.person,
      role: holder.role,
      ...early,
    },
  )

const formed: readonly Step[] = [
  () => Promise.resolve(memoryLog([edition])),
  [...service.wishes, ...satker.wishes].map((wish) => ({ ...wish, on: '2017-01-02' })),
  act('institution.Form', group, service.party, { institutionKind: 'KUBE', name: 'KUBE Melati', area }),
  officeOf(chair),
  officeOf(kasatker),
]
const member = (n: number): string => id(`P-KUBE-${n}`)

/** A business group (KUBE) of the Ministry of Social Affairs: formed with its chair; members, checks, account and money to be added. */
export const kube = {
  edition,
  formed,
  group,
  allocation,
  chair,
  service: service.party,
  ppk: satker.party,
  member,
  joined: (n: number): Wish => act('institution.JoinMember', group, chair, { member: member(n) }),
  left: (n: number): Wish => act('institution.LeaveMember', group, chair, { member: member(n) }),
  checked: (n: number, failed: readonly string[] = [], more: object = {}): Wish =>
    act(
      'institution.CheckMemberEligibility',
      group,
      service.party,
      { member: member(n), edition: pin, outcome: failed.length === 0 ? 'eligible' : 'not-eligible', failed, ...more },
      { papers: ['lembar-verifikasi'] },
    ),
  account: act('institution.OpenBankAccount', group, chair, { bank: 'BRI', account: 'REK-KUBE', signatoriesRequired: 2 }),
  paidIn: (amount = '500000', number = 'IURAN-1'): Wish => act('institution.PayInBusinessCapital', group, chair, { number, amount }),
  decreed: act(
    'allocation.Decree',
    allocation,
    kasatker,
    {
      area,
      fiscalYear: '2017',
      source: 'APBN',
      component: edition.components[0],
      number: 'SK-KUBE-1',
      amount: '20000000',
      edition: pin,
    },
    { papers: ['sk-alokasi'] },
  ),
  recipient: (institution: string = group.id): Wish =>
    act('allocation.SetRecipient', allocation, satker.party, { recipient: institution }, { papers: ['sk-penetapan'] }),
} as const
