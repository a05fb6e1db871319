import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { daysAfter, rupiah } from '@jejak/domain'
import { workingDays, type Calendar } from '@jejak/reference'
import { balanceOf, unknownWord, yearEnds, type EndingYear, type ViewsDb, type YearClosing } from '@jejak/views'
import type { Context } from './context.ts'
import { coverageOf, dayOf, daysBetween } from './day.ts'
import { publishedEditions } from './editions-published.ts'
import { ledgerRoute, sendLedger } from './ledger.ts'
import { FundQuery, ledgerAsked, ledgerPage, LedgerPageQuery, DayQuery, type Question } from './ledger-query.ts'
import { LedgerYearEndSchema } from './ledger-schemas.ts'
import { areaTold, institutionTold, statementOf } from './ledger-told.ts'
import { digits, ProblemSchema } from './schemas.ts'

/** The days on which published revisions close their fiscal years. */
async function closingsOf(context: Context, db: ViewsDb): Promise<YearClosing[]> {
  return (await publishedEditions(context, db)).flatMap(({ id, revision, content }) =>
    Object.entries(content.yearEnd ?? {}).map(([year, on]) => ({ edition: id, revision, year, on })),
  )
}

/** Working days after a day, up to and including another; null where the calendar does not cover them. */
function workingDaysTo(on: string, at: string, calendar: Calendar): number | null {
  if (on <= at) return 0
  const found = workingDays(Temporal.PlainDate.from(at), Temporal.PlainDate.from(on), calendar)
  return found.covered ? found.days : null
}

const ending = [
  'Allocations of which money is planned and not released, or released and neither spent, kept nor given back; those first whose year ends',
  'first. The year ends on the day that the pinned revision of the edition names (yearEnd), else on 31 December. What the facts name no',
  'fiscal year of is left out, and so is what residents give in cash.',
].join(' ')

/** `GET /v1/ledger/year-end`: A-12, what is still to be released and spent before the fiscal year ends. */
export function registerYearEnd(app: FastifyInstance, context: Context, db: ViewsDb): void {
  const rowTold = async (row: EndingYear, asked: Question, at: string, position: number, calendar: Calendar) => {
    const statement = (more: Question): string => statementOf({ ...asked, fund: row.fund, ...more }, {}, { position, at })
    const { edition, revision, area, postings } = row
    // Rows of several sources are not told apart from what residents give by any one question.
    const source = postings.count === 0 ? (row.source ?? unknownWord) : row.bookedUnder
    return {
      allocation: row.fund.slice(row.fund.indexOf(':') + 1),
      fiscalYear: row.fiscalYear,
      closesOn: row.closesOn,
      byEdition: row.byEdition,
      edition: edition === null || revision === null ? null : { id: edition, revision },
      source: row.source,
      programme: row.programme,
      area: await areaTold(context, area),
      daysLeft: daysBetween(at, row.closesOn),
      workingDaysLeft: workingDaysTo(row.closesOn, at, calendar),
      planned: rupiah(row.plannedSen),
      released: balanceOf(row.releasedSen),
      toRelease: rupiah(row.toReleaseSen),
      spent: balanceOf(row.spentSen),
      held: balanceOf(row.heldSen),
      lies: row.lies.map(({ kind, source, amountSen, ...lying }) => ({
        kind,
        institution: institutionTold(lying),
        amount: balanceOf(amountSen),
        statement: statement({ kind, source: source ?? unknownWord, institution: lying.institution ?? unknownWord }),
      })),
      tranches: row.tranches.map(({ amountSen, ...tranche }) => ({ ...tranche, amount: rupiah(amountSen) })),
      plans: row.plans,
      postings,
      statement: source === null ? null : statement({ source, of: 'fund' }),
    }
  }
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/year-end',
    {
      schema: {
        ...ledgerRoute,
        operationId: 'ledger.yearEnd',
        summary: 'A-12: days left before fiscal years end, and the money that is not released or not spent, with whom it lies',
        description: ending,
        querystring: z.strictObject({
          ...FundQuery,
          ...DayQuery,
          ...LedgerPageQuery,
          within: digits(0, 100_000)
            .optional()
            .meta({ description: 'Only years that end within so many days of at, and those that are over; all by default' }),
        }),
        response: { 200: LedgerYearEndSchema, '4xx': ProblemSchema, '5xx': ProblemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, within, ...asked } = request.query
      const list = 'ledger year-end'
      const { filter, question, moment: known } = await ledgerAsked(context, db, request, asked)
      const { page, moment } = ledgerPage(list, { limit, cursor }, known)
      const day = await dayOf(context, asked)
      const { at, calendar } = day
      const until = within === undefined ? undefined : daysAfter(at, within)
      const closings = await closingsOf(context, db)
      const { position, rows, sums, next } = await yearEnds(db, { filter, closings, until }, { ...moment, at }, page)
      const { from, to } = coverageOf(day)
      return sendLedger(request, reply, list, next, {
        position,
        at,
        calendar: { from, to },
        sums: sums.map(({ closesOn, funds, toReleaseSen, heldSen }) => ({
          closesOn,
          daysLeft: daysBetween(at, closesOn),
          allocations: funds,
          toRelease: rupiah(toReleaseSen),
          held: balanceOf(heldSen),
        })),
        rows: await Promise.all(rows.map((row) => rowTold(row, question, at, position, calendar))),
      })
    },
  )
}
