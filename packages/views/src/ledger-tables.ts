/** What money is told apart by; null where no fact before said it. Institution is who holds it, area an id, field Tridaya. */
export interface LedgerDimensions {
  readonly source: string | null
  readonly programme: string | null
  readonly edition: string | null
  readonly component: string | null
  readonly fiscalYear: string | null
  readonly area: string | null
  readonly institution: string | null
  readonly institutionName: string | null
  readonly field: string | null
}

/** How a correction changes the books (CONTRACTS E4). */
export type Correcting = 'annul' | 'replace' | 'reverse'

/** `views.ledger_postings`: one row for each side of an entry. Dates `YYYY-MM-DD`, times in microseconds since 1970. */
export interface LedgerPostingsTable {
  readonly origin: string
  readonly position: bigint
  readonly nth: number
  readonly effectiveOn: string
  readonly recordedAt: bigint
  readonly account: bigint
  readonly counter: bigint
  readonly amountSen: bigint
  readonly factType: string
  readonly how: Correcting | null
}

/** `views.ledger_accounts`: one row for each account that was ever posted to. `fund` is `kind:id`, tranche and proposal are ids. */
export interface LedgerAccountsTable extends LedgerDimensions {
  readonly name: string
  readonly account: bigint
  readonly kind: string
  readonly role: string
  readonly fund: string
  /** Name of the account that answers for it. */
  readonly pool: string
  readonly tranche: string | null
  readonly ordinal: number | null
  readonly proposal: string | null
}

/** `views.ledger_plans`: one row each time the amount of an entity was fixed; null strikes what was fixed at that origin. */
export interface LedgerPlansTable extends LedgerDimensions {
  readonly origin: string
  readonly position: bigint
  readonly nth: number
  readonly entity: string
  readonly kind: string
  readonly fund: string | null
  readonly amountSen: bigint | null
  readonly effectiveOn: string
  readonly recordedAt: bigint
  readonly factType: string
  readonly how: Correcting | null
}

/** `views.ledger_entities`: what accounts and plans take their dimensions from. */
export interface LedgerEntitiesTable extends LedgerDimensions {
  readonly entity: string
  readonly ordinal: number | null
  readonly name: string | null
}
