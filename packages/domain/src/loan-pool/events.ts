import { z } from 'zod'
import { EditionPin, event, Note, PaperNumber, Percent, ref } from '../kernel/define.ts'
import { PositiveRupiah, Rupiah } from '../kernel/rupiah.ts'
import { ArrearsRate } from '../kernel/workflow.ts'

/** Pools are kept apart because their owners differ. Source: DOMAIN §5.3. */
export const LoanPoolOpened = event('loanPool.Opened', {
  means: 'A pool of loans is opened under the rules of an edition',
  identity: ['name'],
  data: {
    name: z.string().trim().min(2).max(120),
    /** The finance unit (UPK) that runs it, or the board itself. */
    owner: ref('institution'),
    area: ref('area'),
    edition: EditionPin,
  },
  computed: {
    /** The board whose money it is: the owner, or the parent of its finance unit. */
    board: ref('institution'),
  },
})

/** Who implements the agreement that is named: the money leaves its account, or is there again. Absent where none is named. */
const ofAgreement = { implementer: ref('institution').optional() }

/** Money that comes from a tranche is `tranche.PoolFunded`. */
export const CapitalReceived = event('loanPool.CapitalReceived', {
  means: 'Capital of the board, of an agreement or of another giver is in the pool',
  observation: true,
  identity: ['bankReference'],
  data: {
    bankReference: PaperNumber,
    amount: PositiveRupiah,
    from: z.enum(['board', 'agreement', 'other']),
    partnership: ref('partnership').optional(),
    notes: Note.optional(),
  },
  computed: ofAgreement,
})
export const CapitalReturned = event('loanPool.CapitalReturned', {
  means: 'Capital goes back to whom it came from',
  identity: ['bankReference'],
  data: {
    bankReference: PaperNumber,
    amount: PositiveRupiah,
    why: Note,
    /** The agreement that gave it, and has it again; absent of capital that came from elsewhere. */
    partnership: ref('partnership').optional(),
  },
  computed: ofAgreement,
})
const paper = { number: PaperNumber, amount: PositiveRupiah }
export const PoolIncomeReceived = event('loanPool.IncomeReceived', {
  means: 'Income of the pool beside jasa: bank interest, fees',
  observation: true,
  identity: ['number'],
  data: { ...paper, what: Note },
})
export const PoolCostPaid = event('loanPool.CostPaid', {
  means: 'The finance unit pays a cost of the pool',
  identity: ['number'],
  data: { ...paper, purpose: Note },
})

/** What the supervisor says; what the log itself tells of that day is computed beside it. Source: DOMAIN §5.1, §12.3 row 8. */
export const SupervisorReported = event('loanPool.SupervisorReported', {
  means: 'The supervisor of the finance unit reports on the pool',
  observation: true,
  identity: ['effectiveOn'],
  data: {
    lar: Percent.optional(),
    par: Percent.optional(),
    outstanding: Rupiah.optional(),
    borrowers: z.int().min(0).max(10_000).optional(),
    notes: Note.optional(),
  },
  computed: {
    found: z.strictObject({ lar: Percent.nullable(), par: Percent.nullable(), outstanding: Rupiah, borrowers: z.int().min(0) }),
  },
})

export const LendingSuspended = event('loanPool.LendingSuspended', {
  means: 'New lending stops because arrears are beyond the limits',
  identity: ['effectiveOn'],
  data: { why: Note.optional() },
  computed: {
    /** Rates beyond their limit on each of the days looked at. */
    breaches: z.array(z.strictObject({ on: z.string(), rates: z.array(ArrearsRate) })),
  },
})
export const LendingResumed = event('loanPool.LendingResumed', {
  means: 'Lending goes on: arrears are within the limits again',
  identity: ['effectiveOn'],
  data: { why: Note.optional() },
})
export const LoanPoolClosed = event('loanPool.Closed', {
  means: 'The pool is closed, empty and with nothing lent',
  identity: ['effectiveOn'],
  data: { why: Note },
})
