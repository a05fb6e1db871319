/** What `scenarios/README.md` of the manual expects of each row of the worked table 12.1: too early, and one sen too much. */
export interface TooEarly {
  readonly row: number
  /** The first line of the list that is missing when the row is sent. */
  readonly until: number
  readonly code: string
  /** For observations: the stage of the entity that is moved or stays, after the fact is recorded with the deviation. */
  readonly stage?: string
}

export const tooEarly: readonly TooEarly[] = [
  { row: 2, until: 5, code: 'out-of-order' },
  { row: 3, until: 6, code: 'out-of-order' },
  { row: 4, until: 14, code: 'out-of-order' },
  { row: 5, until: 25, code: 'out-of-order' },
  { row: 6, until: 31, code: 'unknown' },
  { row: 7, until: 42, code: 'out-of-order' },
  { row: 8, until: 49, code: 'out-of-order' },
  { row: 9, until: 54, code: 'out-of-order' },
  { row: 10, until: 27, code: 'agreement-not-signed' },
  { row: 11, until: 64, code: 'out-of-order', stage: 'Sp2dIssued' },
  { row: 12, until: 65, code: 'out-of-order', stage: 'CreditedToBkm' },
  { row: 13, until: 72, code: 'readiness-not-checked' },
  { row: 14, until: 104, code: 'exceeds-reported-progress', stage: 'InProgress' },
  { row: 15, until: 114, code: 'readiness-not-checked' },
  { row: 16, until: 145, code: 'progress-below-threshold' },
  { row: 17, until: 155, code: 'papers-not-checked' },
  { row: 18, until: 156, code: 'out-of-order' },
  { row: 19, until: 87, code: 'out-of-order', stage: 'InProgress.stopped' },
  { row: 20, until: 157, code: 'out-of-order' },
  { row: 21, until: 188, code: 'out-of-order' },
  { row: 23, until: 188, code: 'out-of-order', stage: 'ReturnedForRevision.KORKOT' },
  { row: 24, until: 204, code: 'out-of-order' },
  { row: 25, until: 205, code: 'out-of-order', stage: 'Sp2dIssued' },
  { row: 26, until: 206, code: 'out-of-order', stage: 'CreditedToBkm' },
  { row: 27, until: 209, code: 'readiness-not-checked' },
  { row: 28, until: 244, code: 'exceeds-reported-progress', stage: 'InProgress' },
  { row: 29, until: 268, code: 'out-of-order' },
  { row: 30, until: 272, code: 'exceeds-balance' },
  { row: 31, until: 280, code: 'no-maintenance-plan' },
  { row: 32, until: 283, code: 'out-of-order' },
]

/** Rows whose amount is tested with one sen more; observations are recorded with the code as deviation. */
export const oneSenTooMuch: readonly { readonly row: number; readonly code: string }[] = [
  { row: 5, code: 'amount-differs-from-allocation' },
  { row: 6, code: 'lines-do-not-add-up' },
  { row: 8, code: 'lines-do-not-add-up' },
  { row: 9, code: 'approved-exceeds-allocation' },
  { row: 10, code: 'amount-differs-from-tranche' },
  { row: 11, code: 'amount-differs-from-tranche' },
  { row: 12, code: 'credit-exceeds-sp2d' },
  { row: 13, code: 'exceeds-contract-schedule' },
  { row: 15, code: 'exceeds-contract-schedule' },
  { row: 16, code: 'amount-differs-from-tranche' },
  { row: 20, code: 'amount-differs-from-tranche' },
  { row: 24, code: 'amount-differs-from-tranche' },
  { row: 25, code: 'amount-differs-from-tranche' },
  { row: 26, code: 'credit-exceeds-sp2d' },
  { row: 27, code: 'exceeds-contract-schedule' },
  { row: 29, code: 'lpj-differs-from-expenses' },
  { row: 30, code: 'exceeds-leftover' },
]

/** The stages in which the scenario ends. */
export const finalStages: readonly (readonly [string, string, string])[] = [
  ['allocation', 'ALK-2018', 'Closed'],
  ['tranche', 'ALK-2018-T1', 'Closed'],
  ['tranche', 'ALK-2018-T2', 'Closed'],
  ['proposal', 'PRO-A', 'InMaintenance'],
  ['proposal', 'PRO-B', 'InMaintenance'],
  ['proposal', 'PRO-C', 'InMaintenance'],
  ['cycle', 'CYC-2018', '4.2'],
  ['complaint', 'PGD-2018-001', 'Closed'],
]

/** Tranche 2: what it stood at, from which day. */
export const stays: readonly (readonly [string, string, number])[] = [
  ['UnderVerification.FASKEL', '2018-09-10', 3],
  ['UnderVerification.KORKOT', '2018-09-13', 1],
  ['ReturnedForRevision.KORKOT', '2018-09-14', 24],
  ['UnderVerification.KORKOT', '2018-10-08', 3],
  ['UnderVerification.PPK', '2018-10-11', 36],
  ['SppIssued', '2018-11-16', 3],
  ['SpmIssued', '2018-11-19', 4],
  ['Sp2dIssued', '2018-11-23', 3],
  ['CreditedToBkm', '2018-11-26', 1],
]

/** The same request with one sen more wherever it names an amount. */
export function withOneSenMore<R extends { command: string; body: { data: Record<string, unknown> } }>(request: R): R {
  const { data } = request.body
  const more = (amount: unknown): string => `${String(amount)}.01`
  const changed = { ...data }
  if (typeof data['amount'] === 'string') changed['amount'] = more(data['amount'])
  if (typeof data['grant'] === 'string') changed['grant'] = more(data['grant'])
  if (Array.isArray(data['decisions']))
    changed['decisions'] = data['decisions'].map((decision: Record<string, unknown>, index) =>
      index === 0 ? { ...decision, amount: more(decision['amount']) } : decision,
    )
  return { ...request, body: { ...request.body, data: changed } }
}
