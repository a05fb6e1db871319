import { labelId, merged, purbayan, purbayanLabels, purbayanPrelude, type Party, type ScenarioRequest } from '@jejak/demo'
import type { Fact, Recorded } from '@jejak/domain'
import { eventId } from '@jejak/event-store'
import { areaId } from '@jejak/reference'
import { memoryLog } from '../../packages/domain/test/support/memory.ts'
import { load } from '../../packages/views/test/support/scenario.ts'
import type { TestService } from '../../services/api/test/service.ts'
import { scenarioAt } from './forks.ts'
import { system } from './play.ts'

/** The regions of two scenarios in one log, by the code of the city; the areas are kelurahan of theirs. */
export const places = {
  prabumulih: { region: '16.74', area: areaId('16.74.05.1002') },
  purbayan: { region: '33.11', area: areaId('33.11.10.2014') },
} as const

/** An organisation that belongs to no area, its agreement that pays groups in two of them, and another. */
export const across = {
  ngo: { kind: 'institution', id: labelId('LPM-LINTAS') },
  agreement: { kind: 'partnership', id: labelId('KERJA-SAMA-LINTAS') },
  /** Of Purbayan, and pays a group of Prabumulih. */
  purbayan: { kind: 'partnership', id: labelId('KERJA-SAMA-PURBAYAN') },
  statement: { kind: 'bankStatement', id: labelId('RK-LINTAS') },
  account: 'REK-LPM-LINTAS',
} as const
const ngo: Party = { person: labelId('P-LPM-1'), role: 'NGO', institution: across.ngo.id }
const company: Party = { person: labelId('P-DONOR-1'), role: 'CSR_CO', institution: labelId('PT-DONOR') }

let asked = 0
const tell = (
  command: string,
  subject: ScenarioRequest['subject'],
  actor: Party,
  data: Record<string, unknown>,
  more: Partial<ScenarioRequest['body']> = {},
): ScenarioRequest => ({
  seq: 9000 + (asked += 1),
  row: undefined,
  command,
  subject,
  recorder: actor,
  recordedAt: '2018-09-10T12:00:00+07:00',
  body: {
    effectiveOn: '2018-09-10',
    actor,
    data,
    evidence: [{ docType: 'rekening-koran', sha256: 'ab'.repeat(32) }],
    ...more,
  },
})
const house = (party: Party, institutionKind: string, name: string): ScenarioRequest[] => {
  const subject = { kind: 'institution', id: party.institution ?? '' }
  return [
    tell('institution.Form', subject, system, { institutionKind, name }),
    tell('institution.AssumeOffice', subject, system, { holder: party.person, role: party.role, from: '2018-01-02' }),
  ]
}

/** An agreement up to the money of its funder. */
function agreed(subject: ScenarioRequest['subject'], number: string, amount: string, place: { area?: string }): ScenarioRequest[] {
  const parties = { policyMaker: company.institution, funder: company.institution, implementer: ngo.institution }
  const terms = { number, amount, scope: 'Dua kota', from: '2018-01-01', to: '2018-12-31', source: 'CSR' }
  return [
    tell('partnership.Identify', subject, company, { title: `Air bersih ${number}`, ...place }),
    tell('partnership.HoldNegotiation', subject, company, {}),
    tell(
      'partnership.Sign',
      subject,
      company,
      { ...parties, ...terms, leftover: 'return-to-funder', deliverables: [{ code: 'D1', what: 'Pipa' }] },
      { cosigners: [ngo] },
    ),
    tell('partnership.RecordFunding', subject, ngo, { amount, bankReference: `DONOR-${number}` }),
  ]
}
const agreements = (): ScenarioRequest[] => [
  ...house(company, 'COMPANY', 'PT DONOR'),
  ...house(ngo, 'NGO', 'LPM LINTAS'),
  tell('institution.OpenBankAccount', across.ngo, ngo, { bank: 'Bank', account: across.account, signatoriesRequired: 1 }),
  ...agreed(across.agreement, 'PKS-LINTAS', '61000000', {}),
  ...agreed(across.purbayan, 'PKS-PURBAYAN', '42000000', { area: places.purbayan.area }),
]

const bankLines = [
  { row: 2, on: '2018-09-10', way: 'in', amount: '61000000', reference: 'DONOR-PKS-LINTAS' },
  { row: 3, on: '2018-09-10', way: 'out', amount: '17654321', reference: 'TRF-LINTAS-1' },
  { row: 4, on: '2018-09-10', way: 'out', amount: '8765432', reference: 'TRF-LINTAS-2' },
]
const received = tell('bankStatement.Receive', across.statement, ngo, {
  institution: across.ngo.id,
  account: across.account,
  from: '2018-09-01',
  to: '2018-09-30',
  opening: '0',
  closing: '34580247',
  lines: bankLines,
})

/** A payment to a group, as the log would have it: the scenarios' own proposals name no agreement, so that no command would make it. */
function paidOut(funding: Recorded, { position, reference, amount, proposal, ksm, allocation, area }: Payout): Recorded {
  const tags = [`proposal:${proposal}`, `institution:${ksm}`, `allocation:${allocation}`, `area:${area}`]
  const { fact } = funding
  const commandKeyHash = position.toString(16).padStart(64, 'c')
  const data = { bankReference: reference, amount, proposal, ksm }
  const paid: Fact = {
    ...fact,
    id: eventId(commandKeyHash, 0),
    correlation: eventId(commandKeyHash, 0),
    moves: [],
    type: 'partnership.PaidOut',
    commandKeyHash,
    data,
    tags: [...fact.tags, ...tags].toSorted(),
  }
  return { ...funding, position, fact: paid }
}
interface Payout {
  readonly agreement: string
  readonly position: number
  readonly reference: string
  readonly amount: string
  readonly proposal: string
  readonly ksm: string
  readonly allocation: string
  readonly area: string
}
const there = purbayanLabels.labelId
const anggur = {
  proposal: labelId('PRO-A'),
  ksm: labelId('KSM-ANGGUR'),
  allocation: labelId('ALK-2018'),
  area: places.prabumulih.area,
}
const payouts: readonly Omit<Payout, 'position'>[] = [
  { agreement: across.agreement.id, reference: 'TRF-LINTAS-1', amount: '17654321', ...anggur },
  { agreement: across.purbayan.id, reference: 'TRF-PURBAYAN-1', amount: '2345678', ...anggur },
  {
    agreement: across.agreement.id,
    reference: 'TRF-LINTAS-2',
    amount: '8765432',
    proposal: there('PRO-MELATI'),
    ksm: there('KSM-MELATI'),
    allocation: there('ALK-2008'),
    area: places.purbayan.area,
  },
]

/** The facts of Purbayan and of the agreement, as they would stand in the log. */
async function factsBeside(): Promise<readonly Recorded[]> {
  const log = memoryLog()
  for (const request of [...merged(purbayanPrelude(), purbayan()), ...agreements(), received]) {
    const { decision } = await log.ask(request)
    if (decision.kind !== 'accepted') throw new Error(`line ${request.seq} ${request.command} was not accepted`)
  }
  const funded = log.facts.filter(({ fact }) => fact.type === 'partnership.FundingReceived')
  const paid = payouts.flatMap((payout, index) =>
    funded
      .filter(({ fact }) => fact.subject.id === payout.agreement)
      .map((funding) => paidOut(funding, { ...payout, position: log.facts.length + 1 + index })),
  )
  return [...log.facts, ...paid]
}

/**
 * A service over a log of its own that holds Prabumulih, entered after it what happened in Purbayan, and an agreement that spans both; with
 * all its facts.
 */
export async function regionsTogether(): Promise<{ readonly service: TestService; readonly facts: readonly Recorded[] }> {
  const service = await scenarioAt(285)
  const { log } = service.context
  const { recordedAt } = await log.head()
  const beside = (await factsBeside()).filter(({ fact }) => fact.type !== 'edition.Published')
  await load(
    log,
    beside.map((recorded) => ({ ...recorded, recordedAt })),
  )
  const { position } = await log.head()
  return { service, facts: await log.at(Array.from({ length: position }, (_, index) => index + 1)) }
}
