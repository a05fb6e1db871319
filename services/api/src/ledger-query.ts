import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { accountKinds, accountRoles } from '@jejak/domain'
import {
  accountNameOf,
  dimensionNames,
  ledgerRegions,
  type LedgerDimension,
  type LedgerFilter,
  type LedgerGrouping,
  type LedgerMoment,
  type PlanLevel,
  unknownWord,
  type ViewsDb,
} from '@jejak/views'
import type { Context } from './context.ts'
import { keyOf } from './cursor.ts'
import { dayOf } from './day.ts'
import { callerOf } from './identity.ts'
import { refuseNotTold } from './ledger-names.ts'
import { areasOf, caughtUp, PageQuery, Places } from './lists.ts'
import { problem } from './problem.ts'
import { AsOf, digits, QueryText, Uuid } from './schemas.ts'
import { momentOf } from './time.ts'

const view = 'ledger'
/** Lists span zones; their day is that of the capital (CONTRACTS D1). */
const zone = 'Asia/Jakarta'

/** A fund: `allocation:<id>`, or another kind of fund. */
export const FundName = z
  .string()
  .regex(/^[a-z][A-Za-z]{1,40}:[0-9a-f-]{36}$/, { error: 'a fund is kind:id, e.g. allocation:0b7f…' })
  .meta({ description: 'A fund as kind:id, e.g. allocation:0b7f…' })

/** The moment on both clocks. */
export const MomentQuery = {
  at: z.iso.date().optional().meta({ description: 'What counted by the end of that day; everything recorded by default' }),
  asOf: AsOf,
  minPosition: PageQuery.minPosition,
}

/** The same of what counts to a day. */
export const DayQuery = {
  ...MomentQuery,
  at: z.iso.date().optional().meta({ description: 'The day: what counted by its end; by default that of asOf, else today' }),
}

const fromDate = z.iso.date().optional().meta({ description: 'From that day on; what stood before is the opening balance' })
/** The same with a first day. */
export const TimeSpanQuery = { from: fromDate, ...MomentQuery }

const IdOrUnknown = z.union([Uuid, z.literal(unknownWord)]).optional()

/** What every fund is narrowed by. `unknown` finds what no fact has told. */
export const FundQuery = {
  source: QueryText.optional().meta({ description: 'APBN, APBD, CSR …; unknown for what no fact has told, here and below' }),
  programme: QueryText.optional(),
  edition: QueryText.optional(),
  component: QueryText.optional(),
  fiscalYear: QueryText.optional(),
  fund: FundName.optional(),
  area: IdOrUnknown,
  region: Places.region,
}

/** What accounts are narrowed by. */
export const AccountQuery = {
  ...FundQuery,
  account: z.string().max(600).optional().meta({ description: 'One account, by the name that the ledger or a journal gives it' }),
  kind: z.enum(accountKinds).optional().meta({ description: 'Kind of account, e.g. board-bank' }),
  role: z.enum(accountRoles).optional(),
  tranche: IdOrUnknown,
  proposal: IdOrUnknown,
  institution: IdOrUnknown.meta({ description: 'Who holds it: the group of the proposal, else the recipient of the fund' }),
  field: QueryText.optional().meta({ description: 'Tridaya: lingkungan, sosial, ekonomi' }),
}

/** Which part of a long answer. */
export const LedgerPageQuery = { limit: digits(1, 500).default(100), cursor: PageQuery.cursor }

const isLevel = (name: string): name is keyof typeof ledgerRegions => name in ledgerRegions
const groupings: readonly LedgerGrouping[] = [...dimensionNames, ...Object.keys(ledgerRegions).filter(isLevel)]

/** A list of dimensions with commas between them. */
export function groupedBy(fallback: LedgerGrouping, without: readonly LedgerGrouping[] = []) {
  const known = groupings.filter((name) => !without.includes(name))
  return z
    .string()
    .max(200)
    .default(fallback)
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(z.enum(known)))
    .meta({ description: `Added up by one or several with commas: ${known.join(', ')}` })
}

type Asked = Partial<Record<keyof typeof AccountQuery | 'at' | 'asOf', string | undefined>> & {
  readonly of?: PlanLevel | undefined
  readonly minPosition?: number | undefined
}

/** A question in the words in which it was asked: what the links of its answer ask again. */
export type Question = Readonly<Partial<Record<LedgerDimension | 'region' | 'of', string | undefined>>>

/** A question as the views take it. */
export interface LedgerAsked {
  readonly filter: LedgerFilter
  readonly question: Question
  readonly moment: LedgerMoment
}

async function positionOf(context: Context, { asOf, minPosition }: Asked): Promise<number | undefined> {
  const moment = asOf === undefined ? undefined : await momentOf(context, await context.log.head(), asOf, zone)
  await caughtUp(context, Math.max(moment?.position ?? 0, minPosition ?? 0) || undefined, view)
  return moment?.position
}

/** Refuses a span that ends before it begins. */
export function spanOf(from: string | undefined, at: string | undefined): { readonly from: string | undefined } {
  if (from !== undefined && at !== undefined && from > at)
    throw problem('invalid-request', { errors: [{ parameter: 'from', detail: { id: `sesudah at, ${at}`, en: `after at, ${at}` } }] })
  return { from }
}

const notAnAccount = { id: 'bukan nama rekening', en: 'not the name of an account' }

/** The name of an account, given as the ledger or as a journal has it; the parameter is named where it is neither. */
export function accountIn(given: string | undefined, parameter = 'account'): string | undefined {
  if (given === undefined || given.includes('/')) return given
  const name = accountNameOf(given)
  if (name === undefined) throw problem('invalid-request', { errors: [{ parameter, detail: notAnAccount }] })
  return name
}

/**
 * Reads a question: within what the caller may see, at a moment. Refuses a future date, and names that nothing tells of which the caller
 * may see; `cameFrom` is that of the account that a statement asks for beside.
 */
export async function ledgerAsked(
  context: Context,
  db: ViewsDb,
  request: FastifyRequest,
  asked: Asked,
  cameFrom?: string,
): Promise<LedgerAsked> {
  const position = await positionOf(context, asked)
  const { at, asOf: _, minPosition: __, region, area, account, ...exact } = asked
  const day = at === undefined ? undefined : (await dayOf(context, { at })).at
  const places = { region, area: area === unknownWord ? undefined : area }
  const narrowed = { ...exact, account: accountIn(account) }
  const question = { ...narrowed, area, region }
  await refuseNotTold(context, db, callerOf(request), { ...question, cameFrom })
  const areas = await areasOf(context, callerOf(request), places)
  return {
    filter: { ...narrowed, area: area === unknownWord ? area : undefined, areas },
    question,
    moment: { position, at: day },
  }
}

const Key = z.strictObject({ position: z.int().min(0), after: z.int().min(0).max(1_000_000_000) })

/** The page asked for, of the moment of the first page. */
export function ledgerPage(list: string, { limit, cursor }: { limit: number; cursor?: string | undefined }, moment: LedgerMoment) {
  const key = keyOf(cursor, list, Key)
  return { page: { limit, after: key?.after }, moment: { ...moment, position: key?.position ?? moment.position } }
}
