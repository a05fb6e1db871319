import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { rupiah } from '@jejak/domain'
import {
  countedPlans,
  fundFlow,
  idleMoney,
  planLevels,
  plannedAndSpent,
  viewsDb,
  type CountedPlan,
  type FlowEdge,
  type PlanRow,
  type ToldUse,
  type ViewsDb,
  balanceOf,
} from '@jejak/views'
import type { Context } from './context.ts'
import { registerCash } from './ledger-cash.ts'
import { registerOverdrawn } from './ledger-overdrawn.ts'
import { registerYearEnd } from './ledger-year-end.ts'
import { dayOf } from './day.ts'
import { callerOf, type Caller } from './identity.ts'
import { ledgerRoute, registerLedgerAccounts, sendLedger } from './ledger.ts'
import { registerJournal } from './ledger-journal.ts'
import {
  AccountQuery,
  FundName,
  FundQuery,
  groupedBy,
  ledgerAsked,
  ledgerPage,
  LedgerPageQuery,
  MomentQuery,
  DayQuery,
} from './ledger-query.ts'
import { LedgerFlowSchema, LedgerIdleSchema, LedgerPlanSchema, LedgerPlansSchema } from './ledger-schemas.ts'
import { accountTold, groupTold, otherSideTold, plansOf, questionOfGroup, statementOf } from './ledger-told.ts'
import { languageOf, problem, type Words } from './problem.ts'
import { digits, ProblemSchema } from './schemas.ts'

const problems = { '4xx': ProblemSchema, '5xx': ProblemSchema }

/** How it is told which release paid which use. */
const flowRule: Words = {
  id: [
    'Uang keluar dari rekening yang disebut fakta, dan rekening dicatat per tahap: tahap mana yang membayar disebut fakta.',
    'Dalam satu rekening, yang lebih dulu masuk lebih dulu keluar: menurut tanggal, dan pada tanggal yang sama menurut urutan log;',
    'uang yang disisihkan untuk biaya operasional tetap bagian dari rekening bank tempatnya.',
    'Uang dari dana lain adalah pencairan pada hari masuknya. Yang dibalik kembali pada tanggal pembalikannya.',
  ].join(' '),
  en: [
    'Money leaves the account that the fact names, and accounts are kept by tranche: which tranche paid is told by the fact.',
    'Within an account what came first goes first, by date and within a date in the order of the log;',
    'money set aside for operating cost is part of the bank account that it lies on.',
    'Money of another fund is a release on the day that it comes in. What is reversed goes back on the date of its reversal.',
  ].join(' '),
}

/** Where money counts that passes between two rows of a plan. */
const planRule: Words = {
  id: [
    'Di setiap baris: cair = terpakai + disimpan + dikembalikan + dipegang.',
    'Uang yang disimpan, terpakai atau dikembalikan di baris lain dihitung pada baris yang dilepasnya, misalnya modal kolam pinjaman;',
    'uang yang dipegang di baris lain, misalnya sisa yang dibawa ke tahap berikutnya, cair bagi baris itu dan dikembalikan baris asalnya.',
  ].join(' '),
  en: [
    'In each row released = spent + kept + returned + held.',
    'Money that is kept, spent or given back in another row counts with the row that it left, such as the capital of a pool of loans;',
    'money held in another row, such as leftover carried over to the next tranche, is released to it and returned by the one it left.',
  ].join(' '),
}

const inLanguageOf = ({ headers }: FastifyRequest, words: Words): string => words[languageOf(headers['accept-language'])]

function registerFlow(app: FastifyInstance, context: Context, db: ViewsDb): void {
  const edgeTold = async (edge: FlowEdge, caller: Caller, moment: { position: number; at: string | undefined }) => {
    const [from, to] = [await otherSideTold(context, caller, edge.from), await otherSideTold(context, caller, edge.to)]
    // The statement of one side alone would list what came from elsewhere too, and one of no area is none of a region's.
    const isTold = from !== null && to !== null && (caller.region === '' || to.area !== null)
    const statement = isTold ? statementOf({ account: to.name }, {}, { ...moment, cameFrom: from.name }) : null
    return { from, to, amount: balanceOf(edge.amountSen), facts: edge.facts, statement }
  }
  const useTold = async (use: ToldUse, caller: Caller) => ({
    position: use.origin,
    positions: use.positions,
    effectiveOn: use.effectiveOn,
    type: use.factType,
    from: await otherSideTold(context, caller, use.from),
    to: await otherSideTold(context, caller, use.to),
    amount: balanceOf(use.amountSen),
    paidBy: use.paidBy.map(({ release, amountSen }) => ({ release, amount: balanceOf(amountSen) })),
  })
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/flow',
    {
      schema: {
        ...ledgerRoute,
        operationId: 'ledger.flow',
        summary: 'The money of a fund from its source to its uses and back, and which release paid which use',
        description: flowRule.en,
        querystring: z.strictObject({ ...MomentQuery, ...LedgerPageQuery, fund: FundName }),
        response: { 200: LedgerFlowSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { limit, cursor, fund, ...asked } = request.query
      const list = `ledger flow ${fund}`
      const { filter, moment: known } = await ledgerAsked(context, db, request, asked)
      const { page, moment } = ledgerPage(list, { limit, cursor }, known)
      const found = await fundFlow(db, fund, filter.areas, moment, page)
      if (found === undefined) throw problem('not-found')
      const { position, edges, uses, usesCount, outside, next } = found
      const caller = callerOf(request)
      return sendLedger(request, reply, list, next, {
        position,
        at: moment.at ?? null,
        fund,
        rule: inLanguageOf(request, flowRule),
        edges: await Promise.all(edges.map((edge) => edgeTold(edge, caller, { position, at: moment.at }))),
        usesCount,
        uses: await Promise.all(uses.map((use) => useTold(use, caller))),
        outside,
      })
    },
  )
}

function registerIdle(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/idle',
    {
      schema: {
        ...ledgerRoute,
        operationId: 'ledger.idle',
        summary: 'A-02: money that lies still, with whom and since when; the longest first',
        querystring: z.strictObject({
          ...AccountQuery,
          ...DayQuery,
          ...LedgerPageQuery,
          days: digits(0, 100_000).default(30).meta({ description: 'Not moved for more than so many days by at' }),
        }),
        response: { 200: LedgerIdleSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { limit, cursor, days, ...asked } = request.query
      const list = 'ledger idle'
      const { filter, question, moment: known } = await ledgerAsked(context, db, request, asked)
      const { page, moment } = ledgerPage(list, { limit, cursor }, known)
      const { at } = await dayOf(context, asked)
      const { position, kinds, rows, next } = await idleMoney(db, filter, { ...moment, at }, days, page)
      const told = await Promise.all(
        rows.map(async ({ account, balanceSen, ...row }) => ({
          account: await accountTold(context, account),
          amount: rupiah(balanceSen),
          ...row,
          statement: statementOf({ account: account.name }, {}, { position, at }),
        })),
      )
      const sums = kinds.map(({ balanceSen, ...row }) => ({
        ...row,
        amount: rupiah(balanceSen),
        statement: statementOf(question, { kind: row.kind }, { position, at, idle: { days, at } }),
      }))
      return sendLedger(request, reply, list, next, { position, at, days, kinds: sums, rows: told })
    },
  )
}

/** A plan is of a fund, a tranche or a proposal, never of one account. */
const { account: _, kind: __, role: ___, institution: ____, ...PlanQuery } = AccountQuery

function registerPlan(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/plan',
    {
      schema: {
        ...ledgerRoute,
        operationId: 'ledger.plan',
        summary: 'Planned beside released beside spent: by fund, tranche, programme, place, source or field',
        description: `By tranche the plans of tranches count, by proposal or field those of proposals, else those of funds. ${planRule.en}`,
        querystring: z.strictObject({
          ...FundQuery,
          ...PlanQuery,
          ...MomentQuery,
          ...LedgerPageQuery,
          by: groupedBy('programme', ['account', 'kind', 'role', 'institution']),
        }),
        response: { 200: LedgerPlanSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { by, limit, cursor, ...asked } = request.query
      const list = `ledger plan ${by.join()}`
      const { filter, question, moment: known } = await ledgerAsked(context, db, request, asked)
      const { page, moment } = ledgerPage(list, { limit, cursor }, known)
      const { position, of, total, rows, next } = await plannedAndSpent(db, filter, moment, by, page)
      const told = async ({ group, plans, postings, ...row }: PlanRow) => {
        const own = await questionOfGroup(context, group)
        return {
          group: groupTold(group),
          planned: rupiah(row.plannedSen),
          released: balanceOf(row.releasedSen),
          spent: balanceOf(row.spentSen),
          kept: balanceOf(row.keptSen),
          returned: balanceOf(row.returnedSen),
          held: balanceOf(row.heldSen),
          plans,
          plansListed: plansOf(question, own, { position, at: moment.at }, of),
          postings,
          statement: statementOf({ ...question, of }, own, { position, at: moment.at }),
        }
      }
      const answer = {
        position,
        at: moment.at ?? null,
        by,
        of,
        rule: inLanguageOf(request, planRule),
        total: await told(total),
        rows: await Promise.all(rows.map(told)),
      }
      return sendLedger(request, reply, list, next, answer)
    },
  )
}

function registerPlans(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/plans',
    {
      schema: {
        ...ledgerRoute,
        operationId: 'ledger.plans',
        summary: 'The plans behind a planned amount: of each fund, tranche or proposal the last amount that stands',
        querystring: z.strictObject({
          ...FundQuery,
          ...PlanQuery,
          ...MomentQuery,
          ...LedgerPageQuery,
          of: z.enum(planLevels).default('fund').meta({ description: 'Whose plans' }),
        }),
        response: { 200: LedgerPlansSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { of, limit, cursor, ...asked } = request.query
      const list = `ledger plans ${of}`
      const { filter, moment: known } = await ledgerAsked(context, db, request, asked)
      const { page, moment } = ledgerPage(list, { limit, cursor }, known)
      const { position, rows, next } = await countedPlans(db, filter, moment, of, page)
      const told = ({ origin, factType, amountSen, ...row }: CountedPlan) => ({
        ...row,
        corrects: origin === row.position ? null : origin,
        type: factType,
        amount: rupiah(amountSen),
      })
      return sendLedger(request, reply, list, next, { position, at: moment.at ?? null, of, rows: rows.map(told) })
    },
  )
}

/** `GET /v1/ledger/…`: accounts, statements, trial balance, flow, idle money, plans, year ends, cash, what was overdrawn and journals. */
export function registerLedger(app: FastifyInstance, context: Context): void {
  const db = viewsDb(context.pool)
  registerLedgerAccounts(app, context)
  registerFlow(app, context, db)
  registerIdle(app, context, db)
  registerPlan(app, context, db)
  registerPlans(app, context, db)
  registerYearEnd(app, context, db)
  registerCash(app, context, db)
  registerOverdrawn(app, context, db)
  registerJournal(app, context, db)
}
