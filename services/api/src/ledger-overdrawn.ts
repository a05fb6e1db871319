import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { balanceOf, overdrawn, type Overdrawn, type ViewsDb } from '@jejak/views'
import type { Context } from './context.ts'
import { dayOf } from './day.ts'
import { ledgerRoute, sendLedger } from './ledger.ts'
import { AccountQuery, ledgerAsked, ledgerPage, LedgerPageQuery, DayQuery } from './ledger-query.ts'
import { Behind, LedgerAccount, LedgerAmount, moment as momentShape, page as pageShape, statement } from './ledger-schemas.ts'
import { accountTold, statementOf } from './ledger-told.ts'
import { listOf, ProblemSchema } from './schemas.ts'

/** A page of what stood below zero on some day. */
const LedgerOverdrawnSchema = z
  .object({
    position: momentShape.position,
    at: z.string().meta({ description: 'Looked at up to the end of that day' }),
    count: z.int().meta({ description: 'Of all, whatever the page' }),
    rows: listOf(
      z.object({
        accounts: listOf(z.object({ account: LedgerAccount, balance: LedgerAmount, statement })).meta({
          description: 'Together one purse: what a board sets aside for operating cost lies on its bank account. As they stood on lowestOn',
        }),
        since: z.string().meta({ description: 'The first day at whose end it stood below zero' }),
        until: z.string().nullable().meta({ description: 'The day on which it no longer did, the last time; null while it still does' }),
        days: z.int().meta({ description: 'Days at whose end it stood below zero' }),
        lowestOn: z.string(),
        lowest: LedgerAmount,
        postings: Behind,
      }),
    ),
    ...pageShape,
  })
  .meta({ id: 'LedgerOverdrawn' })

const below = [
  'What somebody holds, and the cash of a pool, where more had gone out by the end of some day than had come in by then, in the order of',
  'dates and whenever either was recorded; the deepest first. Each account with its statement up to the day on which it was lowest.',
].join(' ')

/** `GET /v1/ledger/overdrawn`: accounts that stood below zero on some day. */
export function registerOverdrawn(app: FastifyInstance, context: Context, db: ViewsDb): void {
  const rowTold = async ({ accounts, lowestSen, ...row }: Overdrawn, position: number) => ({
    ...row,
    lowest: balanceOf(lowestSen),
    accounts: await Promise.all(
      accounts.map(async ({ account, balanceSen }) => ({
        account: await accountTold(context, account),
        balance: balanceOf(balanceSen),
        statement: statementOf({ account: account.name }, {}, { position, at: row.lowestOn }),
      })),
    ),
  })
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/overdrawn',
    {
      schema: {
        ...ledgerRoute,
        operationId: 'ledger.overdrawn',
        summary: 'Accounts that stood below zero on some day, since when, until when and how deep',
        description: below,
        querystring: z.strictObject({ ...AccountQuery, ...DayQuery, ...LedgerPageQuery }),
        response: { 200: LedgerOverdrawnSchema, '4xx': ProblemSchema, '5xx': ProblemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, ...asked } = request.query
      const list = 'ledger overdrawn'
      const { filter, moment: known } = await ledgerAsked(context, db, request, asked)
      const { page, moment } = ledgerPage(list, { limit, cursor }, known)
      const { at } = await dayOf(context, asked)
      const { position, count, rows, next } = await overdrawn(db, filter, { ...moment, at }, page)
      const told = await Promise.all(rows.map((row) => rowTold(row, position)))
      return sendLedger(request, reply, list, next, { position, at, count, rows: told })
    },
  )
}
