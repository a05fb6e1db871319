import { lines } from '@jejak/demo'
import { Edition, eventTypes } from '@jejak/domain'
import { given, wishOn, type Later, type State, type Step, type Wish } from './given.ts'
import { confirmed, declined, proposed } from './corrections.ts'
import { memoryLog, type MemoryLog } from './memory.ts'
import { accounted, agreedUnder, begun, chain, community, contracted, decreed, housed, old, olds, paid, requested, used } from './p2kp.ts'
import { act, entity, id, line, prabumulih, scenario, who, type Actor } from './prabumulih.ts'
import { complaint, office, other, otherDecreed, until } from './places.ts'
import { variant } from './editions.ts'
import { later } from './later.ts'
import { kube } from './kube.ts'
import { audit } from './audit.ts'
import { bank } from './bank.ts'
import { cash } from './cash.ts'
import { sources } from './sources.ts'
import { field, partners } from './partners.ts'
import { businessExamples } from './business-examples.ts'
import { people } from './lending.ts'
import { loanExamples } from './loan-examples.ts'

const { a, t1, allocation, cycle, area, bkm, ksmA } = entity
const person = { kind: 'person', id: id('P-NEW') } as const
const commitment = 'ab'.repeat(32)
const registered = act('person.Register', person, who.secretary, { commitment })
const suspend = (kind: 'tranche' | 'proposal', subject: Wish['subject']) =>
  act(`${kind}.Suspend`, subject, who.korkot, { why: 'Menunggu hasil pemeriksaan' })
const resume = (kind: 'tranche' | 'proposal', subject: Wish['subject']) =>
  act(`${kind}.Resume`, subject, who.korkot, { why: 'Pemeriksaan selesai' })
const revised = act(
  'allocation.Revise',
  allocation,
  who.kasatker,
  { number: 'SK-ALOKASI-1-REV', amount: '520000000' },
  { papers: ['sk-alokasi'] },
)
const final = act('proposal.HandOverFinally', a, who.bkm, { notes: 'Masa pemeliharaan berakhir' })
const deferred = line(55, { data: { decisions: [{ proposal: a.id, rank: 1, outcome: 'deferred', notes: 'Tahap berikut' }] } })
const location = line(2)

const small = variant(
  'PLPBK-2009',
  (draft) => {
    draft.workflows['payment-request'] = {
      ...(draft.workflows['allocation'] as never as object),
      initial: 'Filed',
      opens: { 'case.Opened': { by: { any: ['PMU'] } } },
      beside: {},
      facts: { 'case.StepRecorded:budget': { by: { any: ['PMU'] } }, 'case.EditionChanged': { by: { any: ['PMU'] } } },
      stages: { Filed: { holder: 'PMU', on: { 'case.StepRecorded:budget:approved': 'Approved' } }, Approved: { final: true } },
      path: [],
      spans: [],
      chains: [],
      suspendable: false,
      suspends: [],
      resumes: [],
    }
  },
  'HOUSE',
)
const opened = act('case.Open', { kind: 'payment-request', id: id('PAY-1') }, who.pmu, {
  edition: { id: 'HOUSE', revision: 1 },
  title: 'Perjalanan',
  amount: '1250000',
})
const houseLog = async () => memoryLog([small])
const early = { from: '2004-01-01' }

const first = '40000000'
const start = agreedUnder(decreed('P2KP3-2006', '200000000', undefined), '200000000')
const last = (ordinal: number, amount: string, spends: string): Wish[] => [
  requested(ordinal, amount),
  ...chain(ordinal, amount),
  ...paid(ordinal, amount),
  ...used(ordinal, amount, spends),
]
const keeping: Step[] = [
  start,
  contracted('200000000', [first, '100000000', '60000000']),
  [...last(1, first, first), ...accounted(1, first), ...last(2, '100000000', '100000000'), ...accounted(2, '100000000')],
  [requested(3, '60000000'), ...chain(3, '60000000'), ...paid(3, '60000000')],
  act('tranche.SetBopAside', olds.tranche(3), old.bkm, { number: 'BA-BOP', amount: '1000000' }),
  [...used(3, '59000000', '59000000'), ...accounted(3, '59000000')],
]

const reporting: Wish = act('proposal.ReportProgress', olds.proposal, old.ksm, { percent: '20' })
const partnership: readonly Wish[] = [
  partners.identified(),
  partners.negotiated,
  partners.signed(),
  partners.funded(),
  partners.delivered(),
  partners.reported(),
]
/** After so many steps of a partnership. */
const agreed = (steps: number, ...more: readonly Wish[]): Step[] => [until(30), ...partners.wishes, ...partnership.slice(0, steps), ...more]
const partnershipExamples: typeof own = {
  ...Object.fromEntries(
    ['Identified', 'NegotiationHeld', 'Signed', 'FundingReceived', 'DeliverableReported', 'ReportSubmitted'].map((fact, index) => [
      `partnership.${fact}`,
      [agreed(index), partnership[index] as Wish] as const,
    ]),
  ),
  'partnership.ReportAccepted': [agreed(6), partners.accepted()],
  'partnership.ReportReturned': [agreed(6), partners.returned],
  'partnership.Extended': [agreed(6, partners.accepted()), partners.extended()],
  'partnership.Completed': [
    agreed(5, partners.delivered('D2'), partners.spent(), partners.reported(), partners.accepted()),
    partners.completed(),
  ],
  'partnership.Terminated': [agreed(2), partners.terminated()],
  'partnership.PaidOut': [[sources.funded()], sources.paidOut()],
  'partnership.PayoutReturned': [[sources.funded(), sources.paidOut()], sources.back('500000')],
  'partnership.Spent': [[sources.funded()], sources.used('3500000')],
  'partnership.ContributionGiven': [[sources.funded()], sources.contributed({ method: 'area-wage' })],
  'partnership.LeftoverReturned': [[sources.funded()], sources.returned('1500000')],
  'partnership.LeftoverKept': [[sources.funded('45000000', { leftover: 'keep-for-community' })], sources.kept('1500000')],
}

const nextYear = scenario({ editions: [later] })
const changed: readonly [Step[], Wish] = [
  [nextYear.until(156)],
  act(
    'allocation.ChangeEdition',
    allocation,
    who.pmu,
    { edition: { id: 'KOTAKU-2019', revision: 1 }, stages: { tranche: { 'UnderVerification.KORKOT': 'UnderVerification.CITY' } } },
    { papers: ['surat-edaran'] },
  ),
]
const smaller = Edition.parse({ ...small, id: 'HOUSE-2' })

const referred = act('institution.ReferToKur', ksmA, who.bkm, {
  number: 'RUJ-1',
  bank: 'BRI Unit Prabumulih',
  scheme: 'super-micro',
  amount: '10000000',
})
const taxed: Step[] = [until(77), cash.registered, cash.spent('10000000')]
const boardTaxed: Step[] = [until(67), cash.board.spent('1500000')]
const cashExamples: typeof own = {
  'proposal.CashDrawn': [[until(77), cash.registered], cash.drawn('5000000')],
  'proposal.CashDeposited': [[until(77), cash.registered, cash.drawn('5000000')], cash.deposited('250000')],
  'proposal.TaxDue': [taxed, cash.withheld('150000')],
  'proposal.TaxPaid': [[...taxed, cash.withheld('150000')], cash.paid('150000')],
  'tranche.CashDrawn': [[until(67)], cash.board.drawn('2000000')],
  'tranche.CashDeposited': [[until(67), cash.board.drawn('2000000')], cash.board.deposited('500000')],
  'tranche.TaxDue': [boardTaxed, cash.board.withheld('30000')],
  'tranche.TaxPaid': [[...boardTaxed, cash.board.withheld('30000')], cash.board.paid('30000')],
}

const own: Readonly<Record<string, readonly [Step[], Wish]>> = {
  ...cashExamples,
  'allocation.JointFundingSet': [
    [until(27), otherDecreed],
    act('allocation.SetJointFunding', allocation, who.kasatker, {
      number: 'SK-BERSAMA',
      with: other.allocation.id,
      base: 'on-top',
      share: 20,
      of: '500000000',
    }),
  ],
  'institution.KurReferred': [[until(30)], referred],
  'institution.KurAnswered': [
    [until(30), referred],
    act('institution.RecordKurAnswer', ksmA, who.bkm, { number: 'RUJ-1', outcome: 'granted', amount: '7500000' }),
  ],
  'edition.Published': [
    [office(who.pmu, early)],
    act('edition.Publish', { kind: 'edition', id: 'HOUSE' }, who.pmu, { revision: 1, content: small }, { papers: ['naskah-edisi'] }),
  ],
  'edition.Withdrawn': [
    [office(who.pmu, early)],
    act('edition.Withdraw', { kind: 'edition', id: 'KOTAKU-2018' }, who.pmu, { revision: 1, why: 'Digantikan revisi 2' }),
  ],
  'area.LocationRevoked': [
    [until(3)],
    {
      ...act(
        'area.RevokeLocation',
        area,
        location.actor,
        { decree: 'SK-220', programme: 'KOTAKU', revokes: 'SK-LOKASI-KOTAKU-2018' },
        { papers: ['sk-lokasi'] },
      ),
      recorder: who.pmu,
    },
  ],
  'area.IndicatorRecorded': [
    [until(3)],
    act('area.RecordIndicator', area, who.korkot, {
      indicator: 'slum-area',
      value: '8.8',
      unit: 'hectare',
      year: 2018,
      source: 'SK Kumuh',
    }),
  ],
  'person.Registered': [[until(30)], registered],
  'person.RecordChanged': [[until(30), registered], act('person.ChangeRecord', person, who.secretary, { commitment: 'cd'.repeat(32) })],
  'person.Erased': [[until(30), registered], act('person.Erase', person, who.pmu, { why: 'Permintaan subjek data' })],
  'institution.MemberJoined': [[until(30)], act('institution.JoinMember', ksmA, who.ksmA, { member: person.id })],
  'institution.MemberLeft': [
    [until(30), act('institution.JoinMember', ksmA, who.ksmA, { member: person.id })],
    act('institution.LeaveMember', ksmA, who.ksmA, { member: person.id, why: 'Pindah' }),
  ],
  'institution.OfficeAssumed': [[until(30)], office({ ...who.ksmA, person: person.id }, { to: '2019-12-31' })],
  'institution.OfficeEnded': [
    [until(30)],
    act('institution.EndOffice', ksmA, who.upl, { holder: who.ksmA.person, role: 'KSM', last: '2018-05-07', why: 'Mengundurkan diri' }),
  ],
  'institution.SignatoryRemoved': [
    [until(30)],
    act('institution.RemoveSignatory', bkm, who.secretary, { signatory: who.treasurer.person }),
  ],
  'institution.BankAccountClosed': [[until(30)], act('institution.CloseBankAccount', ksmA, who.ksmA, { account: 'REK-KSM-ANGGUR' })],
  'institution.StatutesAdopted': [[until(30)], act('institution.AdoptStatutes', bkm, who.bkm, { number: 'AD-ART-2016-03' })],
  'institution.Dissolved': [[until(30)], act('institution.Dissolve', ksmA, who.upl, { why: 'Keputusan rembug warga' })],
  'area.ReadinessEntered': [
    [housed, [...begun('P2KP3-2006'), ...community.slice(0, 2)]],
    act('area.EnterReadiness', olds.area, old.senior, { cycle: olds.cycle.id, stage: 'penyadaran' }, { papers: ['ba-rkm'] }),
  ],
  'area.DevelopmentEntered': [
    [housed, begun('PNPM-MP-2013')],
    act('area.EnterDevelopment', olds.area, old.senior, { cycle: olds.cycle.id, stage: 'potensi' }),
  ],
  'area.StageForced': [
    [housed, begun('P2KP3-2006')],
    act(
      'area.ForceStage',
      olds.area,
      old.korkot,
      { cycle: olds.cycle.id, to: 'readiness.pendayaan' },
      { reason: 'Jadwal nasional', papers: ['surat-korkot'], cosigners: [old.kmw] },
    ),
  ],
  'cycle.MeetingHeld': [
    [housed, begun('P2KP3-2006')],
    act(
      'cycle.HoldMeeting',
      olds.cycle,
      old.senior,
      { meeting: 'rembug-rt', attendance: { present: 30, women: 14, poor: 18, byRole: { WARGA: 28, LURAH: 1, RT: 1 } } },
      { papers: ['daftar-hadir'] },
    ),
  ],
  'cycle.StuckReasonNoted': [[housed, begun('P2KP3-2006')], act('cycle.NoteStuckReason', olds.cycle, old.korkot, { reason: 'SDM' })],
  'cycle.EvidenceAttached': [
    [housed, begun('P2KP3-2006')],
    act('cycle.AttachEvidence', olds.cycle, old.senior, { notes: 'Menyusul' }, { papers: ['daftar-hadir'] }),
  ],
  'cycle.StageReopened': [
    [housed, [...begun('P2KP3-2006'), ...community.slice(0, 4)]],
    act('cycle.ReopenStage', olds.cycle, old.korkot, { to: '4' }, { reason: 'Pemetaan diulang', papers: ['nota-dinas'] }),
  ],
  'proposal.MaintenancePlanAgreed': [
    [start, contracted('200000000', [first, '100000000', '60000000']), [...last(1, first, first), reporting]],
    act('proposal.AgreeMaintenancePlan', olds.proposal, old.bkm, { notes: 'Iuran Rp 5.000 per KK' }, { papers: ['rencana-op'] }),
  ],
  'institution.HealthAssessed': [
    [until(30)],
    act('institution.AssessHealth', bkm, who.korkot, { level: 'berdaya', scores: [{ aspect: 'pembukuan', score: '72.5' }] }),
  ],
  'institution.ConflictOfInterestDeclared': [
    [until(30)],
    act('institution.DeclareConflictOfInterest', ksmA, who.ksmA, { declarant: who.ksmA.person, what: 'ownership' }),
  ],
  'institution.MemberEligibilityChecked': [[...kube.formed, kube.joined(1)], kube.checked(1)],
  ...businessExamples,
  'cycle.StageForced': [
    [until(8)],
    act('cycle.ForceStage', cycle, who.korkot, { to: '2.4' }, { reason: 'Tenggat tahun anggaran', papers: ['nota-dinas'] }),
  ],
  'cycle.Closed': [[until(284)], act('cycle.Close', cycle, who.korkot)],
  'allocation.AgreementAmended': [
    [until(27), revised],
    act('allocation.AmendAgreement', allocation, who.ppk, { number: 'PKS-ADD-1', amount: '520000000' }, { cosigners: [who.bkm] }),
  ],
  'allocation.Revised': [[until(27)], revised],
  'tranche.Replanned': [[until(27)], revised],
  'tranche.Planned': [[until(15)], line(16)],
  'allocation.Revoked': [
    [until(27)],
    act('allocation.Revoke', allocation, who.kasatker, { number: 'SK-CABUT-1', why: 'Lokasi dikeluarkan dari daftar' }),
  ],
  'tranche.LeftoverKept': [
    [...keeping],
    act('tranche.KeepLeftover', olds.tranche(3), old.bkm, { number: 'BA-ABADI', amount: '1000000' }, { papers: ['ba-dana-masyarakat'] }),
  ],
  'tranche.PoolFunded': [
    [start, [requested(1, first), ...chain(1, first), ...paid(1, first)]],
    act('tranche.FundPool', olds.tranche(1), old.bkm, { bankReference: 'TRF-P1', amount: '10000000' }, { papers: ['bukti-transfer'] }),
  ],
  'tranche.Cancelled': [[until(64)], act('tranche.Cancel', t1, who.ppk, { why: 'Tahun anggaran berakhir' })],
  'tranche.Suspended': [[until(64)], suspend('tranche', t1)],
  'tranche.Resumed': [[until(64), suspend('tranche', t1)], resume('tranche', t1)],
  'proposal.SwadayaWrittenDown': [
    [until(94)],
    act('proposal.WriteDownSwadaya', a, who.upl, { number: 'SWK-1', amount: '500000', kind: 'labour', why: 'Dihitung dua kali' }),
  ],
  'proposal.Amended': [
    [until(66)],
    act('proposal.Amend', a, who.ksmA, { changes: ['volume'], notes: 'Menjadi 300 m' }, { papers: ['ba-ksm', 'ba-bkm'] }),
  ],
  'proposal.FinallyHandedOver': [[until(284)], final],
  'proposal.Closed': [[until(284), final], act('proposal.Close', a, who.bkm)],
  'proposal.Withdrawn': [[until(34)], act('proposal.Withdraw', a, who.ksmA, { why: 'Lahan tidak jadi dihibahkan' })],
  'proposal.Reactivated': [[until(54), deferred], act('proposal.Reactivate', a, who.bkm, { why: 'Dana tahap berikut tersedia' })],
  'proposal.Terminated': [[until(70)], act('proposal.Terminate', a, who.bkm, { why: 'KSM tidak sanggup melanjutkan' })],
  'proposal.Suspended': [[until(70)], suspend('proposal', a)],
  'proposal.Resumed': [[until(70), suspend('proposal', a)], resume('proposal', a)],
  'complaint.Escalated': [[until(193)], act('complaint.Escalate', entity.complaint, who.faskelT, { to: 'KMW' })],
  'complaint.LegalProcessOpened': [[until(194)], act('complaint.OpenLegalProcess', entity.complaint, who.korkot, { number: 'LP-2018-17' })],
  'complaint.Reopened': [[until(202)], act('complaint.Reopen', entity.complaint, who.bkm, { why: 'Genangan terjadi lagi' })],
  'complaint.Classified': [[until(189), ...complaint(4).slice(0, 2)], complaint(4)[2] as Wish],
  'bankStatement.Received': [[until(88)], bank.received()],
  'bankStatement.Reconciled': [[until(88), bank.received()], bank.reconciled()],
  'finding.Recorded': [[until(153), ...audit.wishes], audit.recorded({ amount: '4500000', blocking: true })],
  'finding.ResponseGiven': [[until(153), ...audit.wishes, audit.recorded()], audit.answered()],
  'finding.FollowUpAgreed': [[until(153), ...audit.wishes, audit.recorded(), audit.answered()], audit.agreed()],
  'finding.FollowUpVerified': [[until(153), ...audit.wishes, audit.recorded(), audit.answered(), audit.agreed()], audit.verified('done')],
  'finding.Closed': [[until(153), ...audit.wishes, audit.recorded(), audit.answered()], audit.closed],
  'finding.Reopened': [[until(153), ...audit.wishes, audit.recorded(), audit.answered(), audit.closed], audit.reopened],
  'finding.OpinionIssued': [[until(153), ...audit.wishes], audit.opinion()],
  'facilitator.Registered': [[until(30)], field.registered()],
  'facilitator.Assigned': [[until(30), field.registered()], field.assigned()],
  'facilitator.Reassigned': [[until(30), field.registered(), field.assigned()], field.reassigned()],
  'facilitator.Unassigned': [[until(30), field.registered(), field.assigned()], field.unassigned('2018-05-07')],
  'facilitator.VisitLogged': [[until(64), field.registered(), field.assigned()], field.visited({ proposal: a.id })],
  'facilitator.TrainingCompleted': [[until(30), field.registered()], field.trained()],
  ...partnershipExamples,
  ...loanExamples,
  'case.Opened': [[houseLog, office(who.pmu, early)], opened],
  'allocation.EditionChanged': changed,
  'tranche.EditionChanged': changed,
  'proposal.EditionChanged': changed,
  'cycle.EditionChanged': [
    [nextYear.until(8)],
    act('cycle.ChangeEdition', cycle, who.pmu, { edition: { id: 'KOTAKU-2019', revision: 1 } }, { papers: ['surat-edaran'] }),
  ],
  'case.EditionChanged': [
    [() => Promise.resolve(memoryLog([small, smaller])), office(who.pmu, early), opened],
    act('case.ChangeEdition', opened.subject, who.pmu, { edition: { id: 'HOUSE-2', revision: 1 } }),
  ],
  'case.StepRecorded': [
    [houseLog, office(who.pmu, early), opened],
    act('case.RecordStep', opened.subject, who.pmu, { step: 'budget', outcome: 'approved' }),
  ],
}

/** How an event type comes about: a state, and on it the command that records it. */
interface Example {
  readonly state: State
  readonly wish: (log: MemoryLog) => Wish
}

const exampleOf = (type: string, steps: readonly Step[], wish: Wish | Later): [string, Example] => [
  type,
  { state: given(...steps).state, wish: (log) => ({ ...wishOn(log, wish), key: `golden ${type}` }) },
]

/** Of each kind a fact that can be taken back, and who says that it is wrong. */
const wrong: Readonly<Record<string, readonly [type: string, says: Actor, confirms: Actor, ...before: readonly Step[]]>> = {
  edition: ['edition.Withdrawn', who.pmu, who.korkot, office(who.korkot, early)],
  area: ['area.IndicatorRecorded', who.korkot, who.pmu],
  person: ['person.Registered', who.secretary, who.pmu],
  institution: ['institution.MemberJoined', who.ksmA, who.korkot],
  cycle: ['cycle.EvidenceAttached', old.senior, old.korkot],
  allocation: ['allocation.AgreementAmended', who.ppk, who.korkot],
  tranche: ['tranche.Suspended', who.korkot, who.pmu],
  proposal: ['proposal.Withdrawn', who.ksmA, who.korkot],
  complaint: ['complaint.Escalated', who.faskelT, who.korkot],
  facilitator: ['facilitator.Registered', field.registered().actor as Actor, who.pmu],
  partnership: ['partnership.Identified', partners.identified().actor as Actor, who.pmu],
  finding: ['finding.Recorded', audit.bpkp, who.pmu],
  case: ['case.Opened', who.pmu, who.korkot, office(who.korkot, early)],
  bankStatement: ['bankStatement.Received', who.bkm, who.faskelT],
  loanPool: ['loanPool.CapitalReceived', people.upk, people.korkot],
  loan: ['loan.Appraised', people.upk, people.korkot],
}

const corrections: readonly [string, Example][] = Object.entries(wrong).flatMap(([kind, [type, says, confirms, ...before]]) => {
  const [steps = [], wish] = own[type] ?? []
  if (wish === undefined) throw new Error(`no example of ${type}`)
  const past = [...steps, ...before, wish]
  const proposal = proposed(says, 'annul', type, wish.subject)
  return [
    exampleOf(`${kind}.CorrectionProposed`, past, proposal),
    exampleOf(`${kind}.CorrectionConfirmed`, [...past, proposal], confirmed(confirms, wish.subject)),
    exampleOf(`${kind}.CorrectionDeclined`, [...past, proposal], declined(confirms, wish.subject)),
  ]
})

/** An example of each event type. The scenario gives those that it tells. */
export const examples: ReadonlyMap<string, Example> = new Map([
  ...corrections,
  ...[...eventTypes.keys()].flatMap((type): [string, Example][] => {
    const mine = own[type]
    if (mine) return [exampleOf(type, ...mine)]
    const told = lines.find((each) => each.event.split(':')[0] === type && each.event !== 'edition.Published')
    if (!told) return []
    const seq = Number(told.seq)
    return [exampleOf(type, [prabumulih.until(seq - 1)], line(seq))]
  }),
])
