import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { dayBefore, rupiah } from '@jejak/domain'
import {
  ledgerBalances,
  planLevels,
  ledgerStatement,
  rfc3339,
  trialBalance,
  viewsDb,
  type LedgerBalance,
  type StatementMoment,
  type TrialRow,
  type ViewsDb,
  balanceOf,
} from '@jejak/views'
import type { Context } from './context.ts'
import { keyOf } from './cursor.ts'
import { dayOf } from './day.ts'
import { callerOf } from './identity.ts'
import {
  accountIn,
  AccountQuery,
  groupedBy,
  ledgerAsked,
  ledgerPage,
  LedgerPageQuery,
  MomentQuery,
  spanOf,
  TimeSpanQuery,
} from './ledger-query.ts'
import { LedgerBalancesSchema, LedgerStatementSchema, LedgerTrialSchema } from './ledger-schemas.ts'
import { accountTold, groupTold, otherSideTold, questionOfGroup, statementOf } from './ledger-told.ts'
import { linkNext } from './lists.ts'
import { digits, ProblemSchema } from './schemas.ts'

/** What every route of the ledger shares. */
export const ledgerRoute = { tags: ['ledger'], security: [{ bearer: [] }] }
const problems = { '4xx': ProblemSchema, '5xx': ProblemSchema }

/** Sends a page with the cursor of the next, which holds the position, so that all pages are of one moment. */
export function sendLedger(
  request: FastifyRequest,
  reply: FastifyReply,
  list: string,
  next: number | undefined,
  answer: { readonly position: number } & Readonly<Record<string, unknown>>,
) {
  const { position } = answer
  const cursor = linkNext(request, reply, list, next === undefined ? undefined : { position, after: next })
  return reply.header('jejak-position', String(position)).send({ ...answer, next: cursor })
}

function registerBalances(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/balances',
    {
      schema: {
        ...ledgerRoute,
        operationId: 'ledger.balances',
        summary: 'What stands on the accounts at a date, as it was known: account by account or added up',
        querystring: z.strictObject({ ...AccountQuery, ...MomentQuery, ...LedgerPageQuery, by: groupedBy('account') }),
        response: { 200: LedgerBalancesSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { by, limit, cursor, ...asked } = request.query
      const list = `ledger balances ${by.join()}`
      const { filter, question, moment: known } = await ledgerAsked(context, db, request, asked)
      const { page, moment } = ledgerPage(list, { limit, cursor }, known)
      const { position, total, rows, next } = await ledgerBalances(db, filter, moment, by, page)
      const told = async ({ group, debitSen, creditSen, balanceSen, ...row }: LedgerBalance) => ({
        ...row,
        group: groupTold(group),
        debit: rupiah(debitSen),
        credit: rupiah(creditSen),
        balance: balanceOf(balanceSen),
        statement: statementOf(question, await questionOfGroup(context, group), { position, at: moment.at }),
      })
      return sendLedger(request, reply, list, next, {
        position,
        at: moment.at ?? null,
        by,
        total: await told(total),
        rows: await Promise.all(rows.map(told)),
      })
    },
  )
}

const StatementKey = z.strictObject({
  known: z.int().min(0),
  on: z.iso.date(),
  position: z.int().min(0),
  nth: z.int().min(0).max(0x7f_ff_ff_ff),
})

const CameFrom = z
  .string()
  .max(600)
  .optional()
  .meta({ description: 'Only what came from this account, by the name that the ledger or a journal gives it' })

const PlanRows = z
  .enum(planLevels)
  .optional()
  .meta({ description: 'Only rows that stand beside plans of funds, tranches or proposals: no memorandum, of proposals those of groups' })

const StillFor = digits(0, 100_000)
  .optional()
  .meta({ description: 'Only accounts whose money had not moved for more than so many days by at, or by the day of asOf, else today' })

function registerStatement(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/statement',
    {
      schema: {
        ...ledgerRoute,
        operationId: 'ledger.statement',
        summary: 'What moved on one account, or on all accounts of a question, with the balance after each line',
        querystring: z.strictObject({
          ...AccountQuery,
          ...TimeSpanQuery,
          ...LedgerPageQuery,
          cameFrom: CameFrom,
          of: PlanRows,
          idle: StillFor,
        }),
        response: { 200: LedgerStatementSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { limit, cursor, from, cameFrom, idle: days, ...asked } = request.query
      const list = 'ledger statement'
      const other = accountIn(cameFrom, 'cameFrom')
      const { filter, moment: known } = await ledgerAsked(context, db, request, asked, other)
      const key = keyOf(cursor, list, StatementKey)
      const at = days === undefined ? known.at : (await dayOf(context, asked)).at
      const idle = days === undefined || at === undefined ? undefined : { days, at }
      const moment = { ...known, at, position: key?.known ?? known.position, ...spanOf(from, at), cameFrom: other, idle }
      const { position, openingSen, rows, next } = await ledgerStatement(db, filter, moment, { limit, after: key })
      const told = await Promise.all(
        rows.map(async (line) => ({
          position: line.position,
          corrects: line.how === null ? null : { position: line.origin, how: line.how },
          effectiveOn: line.effectiveOn,
          recordedAt: rfc3339(line.recordedAt),
          type: line.factType,
          account: await accountTold(context, line.account),
          counter: await otherSideTold(context, callerOf(request), line.counter),
          moved: balanceOf(line.amountSen),
          balance: balanceOf(line.balanceSen),
        })),
      )
      const link = linkNext(request, reply, list, next && { known: position, ...next })
      return reply
        .header('jejak-position', String(position))
        .send({ position, at: moment.at ?? null, from: from ?? null, opening: balanceOf(openingSen), rows: told, next: link })
    },
  )
}

function registerTrial(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/trial-balance',
    {
      schema: {
        ...ledgerRoute,
        operationId: 'ledger.trialBalance',
        summary: 'Opening balance, debit, credit and closing balance of each account; in all they come to zero',
        querystring: z.strictObject({ ...AccountQuery, ...TimeSpanQuery, ...LedgerPageQuery }),
        response: { 200: LedgerTrialSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { limit, cursor, from, ...asked } = request.query
      const list = 'ledger trial-balance'
      const { filter, question, moment: known } = await ledgerAsked(context, db, request, asked)
      const { page, moment } = ledgerPage(list, { limit, cursor }, known)
      const { position, roles, rows, sumSen, next } = await trialBalance(db, filter, { ...moment, ...spanOf(from, moment.at) }, page)
      const listed = ({ role, account }: Pick<TrialRow, 'role' | 'account'>, known: StatementMoment): string =>
        statementOf(question, account === null ? { role } : { account }, known)
      const told = ({ role, account, ...row }: TrialRow) => ({
        role,
        ...(account === null ? {} : { account }),
        opening: balanceOf(row.openingSen),
        debit: rupiah(row.debitSen),
        credit: rupiah(row.creditSen),
        closing: balanceOf(row.closingSen),
        before: row.before,
        beforeStatement: from === undefined ? null : listed({ role, account }, { position, at: dayBefore(from) }),
        postings: row.postings,
        statement: listed({ role, account }, { position, at: moment.at, from }),
      })
      return sendLedger(request, reply, list, next, {
        position,
        at: moment.at ?? null,
        from: from ?? null,
        roles: roles.map(told),
        rows: rows.map(told),
        sum: balanceOf(sumSen),
        balanced: sumSen === 0n,
      })
    },
  )
}

/** `GET /v1/ledger/balances`, `/statement`, `/trial-balance`: what stands where, at any date on either clock. */
export function registerLedgerAccounts(app: FastifyInstance, context: Context): void {
  const db = viewsDb(context.pool)
  registerBalances(app, context, db)
  registerStatement(app, context, db)
  registerTrial(app, context, db)
}
