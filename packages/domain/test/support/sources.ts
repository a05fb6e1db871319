import { given, type State, type Wish } from './given.ts'
import { partners } from './partners.ts'
import { act, entity, line, scenario, who, type Actor } from './prabumulih.ts'

const { a } = entity
const { company, subject } = partners
const lines = [
  { line: '1', item: 'Saluran drainase 310 m', amount: '220000000', fundedBy: 'grant' },
  { line: '8', item: 'Tenaga gotong royong', amount: '10000000', fundedBy: 'swadaya' },
  { line: '9', item: 'Pipa', amount: '40000000', fundedBy: 'CSR' },
]
/** Prabumulih, where the estimate of group A also has lines that the grant does not pay. */
const wider = scenario({
  change: (request) => (request.seq === 34 ? { ...request, body: { ...request.body, data: { ...request.body.data, lines } } } : request),
})

/** What pays for the works of group A: the grant, a company by an agreement that the board implements, the residents. */
const funding = (csr = '40000000', swadaya = '10000000', grant = '220000000') => [
  { from: 'grant', amount: grant },
  { from: 'agreement', agreement: subject.id, amount: csr },
  { from: 'swadaya', amount: swadaya },
]
const amended = (lines: readonly object[] = funding(), more: Partial<Wish> = {}): Wish =>
  act(
    'proposal.Amend',
    a,
    who.ksmA,
    { changes: ['funding'], funding: lines, notes: 'Ada dana CSR' },
    { papers: ['ba-ksm', 'ba-bkm'], ...more },
  )
const signed = (data: object = {}): Wish =>
  partners.signed(
    {
      funder: company.institution,
      implementer: who.bkm.institution,
      amount: '50000000',
      source: 'CSR',
      leftover: 'return-to-funder',
      ...data,
    },
    [company, who.bkm],
  )
const begun = (data: object = {}): Wish[] => [...partners.wishes, partners.identified(data), partners.negotiated]
const ask = (command: string, data: object, actor: Actor = who.bkm): Wish => act(`partnership.${command}`, subject, actor, data)

/** A company's money for the works of group A: DOMAIN §9. */
export const sources = {
  agreement: subject,
  until: wider.until,
  begun,
  signed,
  amended,
  funding,
  /** The agreement signed with so much on the account of the board, and named by group A; the contracts are signed. */
  funded: (amount = '45000000', data: object = {}): State =>
    given(wider.until(74), begun(), signed(data), partners.funded(amount, 'TRF-CSR-1', who.bkm), amended()).state,
  paidOut: (amount = '40000000', data: object = {}): Wish =>
    ask('PayOut', { bankReference: 'TRF-CSR-2', amount, proposal: a.id, ksm: who.ksmA.institution, ...data }),
  spent: (amount: string, data: object = {}): Wish =>
    act(
      'proposal.RecordExpense',
      a,
      who.ksmA,
      { number: 'KW-CSR', amount, agreement: subject.id, line: '9', ...data },
      { papers: ['kwitansi'] },
    ),
  back: (amount: string): Wish => ask('RecordPayoutReturn', { bankReference: 'TRF-CSR-9', amount, proposal: a.id }),
  used: (amount: string): Wish => ask('RecordSpending', { number: 'KW-BKM', amount, purpose: 'Rapat' }),
  contributed: (data: object = {}): Wish =>
    ask('RecordContribution', { number: 'BA-CSR', amount: '4000000', kind: 'labour', hours: 160, rate: '25000', ...data }),
  returned: (amount: string): Wish => ask('ReturnLeftover', { number: 'BUKTI-CSR', amount }),
  kept: (amount: string): Wish => ask('KeepLeftover', { number: 'BA-CSR-2', amount }),
  instalment: line(75),
} as const
