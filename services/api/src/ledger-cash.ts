import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { rupiah, sen } from '@jejak/domain'
import { cashLying, type CashDrawn, type CashHeld, type CashLimits, type ViewsDb } from '@jejak/views'
import type { Context } from './context.ts'
import { dayOf } from './day.ts'
import { publishedEditions } from './editions-published.ts'
import { ledgerRoute, sendLedger } from './ledger.ts'
import { AccountQuery, ledgerAsked, ledgerPage, LedgerPageQuery, DayQuery, type Question } from './ledger-query.ts'
import { LedgerCashSchema } from './ledger-schemas.ts'
import { accountTold, areaTold, institutionTold, statementOf } from './ledger-told.ts'
import { digits, ProblemSchema } from './schemas.ts'

/** Days until cash is spent or paid back where the edition says none. Source: DOMAIN §8.3, F8. */
const daysElse = 7

/** What published revisions allow with cash. */
async function limitsOf(context: Context, db: ViewsDb): Promise<CashLimits[]> {
  return (await publishedEditions(context, db)).map(({ id, revision, content: { cash } }) => ({
    edition: id,
    revision,
    days: cash?.expenseDays,
    mostSen: cash?.most === undefined ? undefined : sen(cash.most),
  }))
}

const lying = [
  'Cash of groups and boards. A withdrawal is accounted for once as much has left the box, spent or paid back, as had come into it up to',
  'then: what came first goes first. The days are those of the pinned revision (cash.expenseDays), else 7. Holders above the most that the',
  'revision allows (cash.most) stand in above.',
].join(' ')

/** `GET /v1/ledger/cash`: F8, cash drawn without an expense in time, and more cash than is allowed. */
export function registerCash(app: FastifyInstance, context: Context, db: ViewsDb): void {
  const drawnTold = async ({ account, amountSen, overdueSen, openSen, ...row }: CashDrawn, at: string, position: number) => ({
    account: await accountTold(context, account),
    ...row,
    amount: rupiah(amountSen),
    overdue: rupiah(overdueSen),
    open: rupiah(openSen),
    statement: statementOf({ account: account.name }, {}, { position, at }),
  })
  const heldTold = async (row: CashHeld, asked: Question, at: string, position: number) => {
    const { kind, institution, area, edition, revision, heldSen, mostSen, postings, bookedUnder } = row
    return {
      kind,
      institution: institutionTold(row),
      area: await areaTold(context, area),
      edition: { id: edition, revision },
      held: rupiah(heldSen),
      most: rupiah(mostSen),
      postings,
      statement: bookedUnder === null ? null : statementOf(asked, { kind, institution, area, edition: bookedUnder }, { position, at }),
    }
  }
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/cash',
    {
      schema: {
        ...ledgerRoute,
        operationId: 'ledger.cash',
        summary: 'F8: cash that was drawn and not spent or paid back in time, and holders with more cash than is allowed',
        description: lying,
        querystring: z.strictObject({
          ...AccountQuery,
          ...DayQuery,
          ...LedgerPageQuery,
          days: digits(0, 366).optional().meta({ description: 'One limit for all instead of those of the editions' }),
          open: z.enum(['true', 'false']).default('false').meta({ description: 'Only what is not accounted for still' }),
        }),
        response: { 200: LedgerCashSchema, '4xx': ProblemSchema, '5xx': ProblemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, days, open, ...asked } = request.query
      const list = 'ledger cash'
      const { filter, question, moment: known } = await ledgerAsked(context, db, request, asked)
      const { page, moment } = ledgerPage(list, { limit, cursor }, known)
      const { at } = await dayOf(context, asked)
      const wanted = { filter, limits: await limitsOf(context, db), days, daysElse, stillOpen: open === 'true' }
      const { position, rows, above, count, overdueSen, openSen, next } = await cashLying(db, wanted, { ...moment, at }, page)
      return sendLedger(request, reply, list, next, {
        position,
        at,
        count,
        overdue: rupiah(overdueSen),
        open: rupiah(openSen),
        rows: await Promise.all(rows.map((row) => drawnTold(row, at, position))),
        above: await Promise.all(above.map((row) => heldTold(row, question, at, position))),
      })
    },
  )
}
