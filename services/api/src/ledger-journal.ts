import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Fact, Recorded } from '@jejak/domain'
import {
  journalAccounts,
  journalEntries,
  journalName,
  journalPlans,
  wordOf,
  type JournalEntry,
  type JournalPlan,
  type LedgerFilter,
  type LedgerMoment,
  type ToldAccount,
  type ViewsDb,
} from '@jejak/views'
import type { Context } from './context.ts'
import { callerOf, type Caller } from './identity.ts'
import { isToldTag, journalFormats, journalWriters, type JournalTransaction, type JournalWriter } from './journal-text.ts'
import { FundQuery, ledgerAsked, MomentQuery } from './ledger-query.ts'
import { codeOf, mayKnow } from './ledger-told.ts'
import { liesWithin } from './look.ts'
import { ProblemSchema } from './schemas.ts'

const accountsMax = 10_000
const factsMax = 2_000

/** What a journal is made from: one moment, whatever is recorded while it is sent. */
interface Journal {
  readonly context: Context
  readonly caller: Caller
  readonly db: ViewsDb
  readonly filter: LedgerFilter
  readonly moment: LedgerMoment & { readonly position: number }
  readonly writer: JournalWriter
}

/** Stands for every account outside the caller's region, so that a transaction still adds up to zero. */
const outsideName = 'Equity:Outside-region'

const nameIn = async ({ context, caller }: Journal, account: ToldAccount): Promise<string> =>
  (await mayKnow(context, caller, account)) ? journalName(account, await codeOf(context, account.area)) : outsideName

const paperOf = ({ data }: Fact): string => {
  const paper = data['number'] ?? data['bankReference']
  return typeof paper === 'string' ? ` ${paper}` : ''
}

const tagsOf = ({ tags }: Fact): (readonly [string, string])[] =>
  tags.map((tag) => [tag.slice(0, tag.indexOf(':')), tag.slice(tag.indexOf(':') + 1)] as const).filter(([kind]) => isToldTag(kind))

async function transactionOf(journal: Journal, entry: JournalEntry, fact: Fact): Promise<JournalTransaction> {
  const { position, origin, how, effectiveOn, factType } = entry
  const correcting = how === null ? [] : ([['corrects', String(origin)] as const, ['how', how] as const] as const)
  const postings: [string, bigint][] = []
  let outsideSen = 0n
  for (const { account, amountSen } of entry.postings) {
    const name = await nameIn(journal, account)
    if (name === outsideName) outsideSen += amountSen
    else postings.push([name, amountSen])
  }
  if (outsideSen !== 0n) postings.push([outsideName, outsideSen])
  const isInside = await liesWithin(journal.context, journal.caller, fact)
  return {
    date: effectiveOn,
    code: String(position),
    text: how === null ? `${factType}${isInside ? paperOf(fact) : ''}` : `${how} ${factType} of position ${origin}`,
    about: [...correcting, ...(isInside ? tagsOf(fact) : [])],
    postings,
  }
}

/** Nobody owes what a decree promises: both sides are memorandum accounts of the plan, which the chart of money does not have. */
async function planned({ context }: Journal, plan: JournalPlan): Promise<JournalTransaction & { readonly accounts: readonly string[] }> {
  const { position, effectiveOn, factType, entity, changeSen } = plan
  const code = await codeOf(context, plan.area)
  const words = [plan.source, plan.edition, code].map((word) => (word === null || word === undefined ? 'Unknown' : wordOf(word)))
  const [kind = '', id = ''] = entity.split(':')
  const where = [...words, `${kind.charAt(0).toUpperCase()}${kind.slice(1)}-${id}`].join(':')
  const [ceiling, promise] = [`Equity:Plan:Ceiling:${where}`, `Equity:Plan:Promise:${where}`]
  return {
    date: effectiveOn,
    code: String(position),
    text: `${factType} (plan)`,
    about: [
      ['plan', 'ceiling'],
      [kind, id],
    ],
    postings: [
      [promise, -changeSen],
      [ceiling, changeSen],
    ],
    accounts: [ceiling, promise],
  }
}

async function* accountsOf(journal: Journal): AsyncGenerator<string> {
  const { caller, db, filter, moment, writer } = journal
  if (caller.region !== '') yield writer.account(outsideName)
  for (let after = 0n; ;) {
    const { accounts } = await journalAccounts(db, filter, moment, { limit: accountsMax, after })
    const last = accounts.at(-1)
    if (last === undefined) break
    let text = ''
    for (const account of accounts) {
      const name = await nameIn(journal, account)
      if (name !== outsideName) text += writer.account(name)
    }
    yield text
    after = last.account
  }
  yield '\n'
}

async function* plansOf(journal: Journal): AsyncGenerator<string> {
  const open = new Set<string>()
  for await (const page of journalPlans(journal.db, journal.filter, journal.moment)) {
    let text = ''
    for (const plan of page) {
      const { accounts, ...transaction } = await planned(journal, plan)
      for (const name of accounts) if (!open.has(name)) text += journal.writer.account(name)
      for (const name of accounts) open.add(name)
      text += journal.writer.transaction(transaction)
    }
    yield text
  }
}

async function* entriesOf(journal: Journal): AsyncGenerator<string> {
  const { context, db, filter, moment, writer } = journal
  for (let after = 0; ;) {
    const { entries } = await journalEntries(db, filter, moment, { limit: factsMax, after })
    const last = entries.at(-1)
    if (last === undefined) return
    const positions = [...new Set(entries.map(({ position }) => position))]
    const facts = new Map((await context.log.at(positions)).map((found: Recorded) => [found.position, found.fact]))
    let text = ''
    for (const entry of entries) {
      const fact = facts.get(entry.position)
      if (fact === undefined) throw new Error(`the log lacks position ${entry.position}`)
      text += writer.transaction(await transactionOf(journal, entry, fact))
    }
    yield text
    after = last.position
  }
}

async function* textOf(journal: Journal, withPlan: boolean): AsyncGenerator<string> {
  const { moment, context, writer } = journal
  const kind = context.log.clock === 'simulated' ? 'A simulated log: nothing of it has happened.' : 'A real log.'
  yield writer.head([
    `Jejak: money as double entries, known at position ${moment.position}, counting by ${moment.at ?? 'any date'}`,
    kind,
    'The code of a transaction is the position of its fact in the log; its date is that on which the money counts.',
  ])
  yield* accountsOf(journal)
  if (withPlan) yield* plansOf(journal)
  yield* entriesOf(journal)
}

const JournalQuery = z.strictObject({
  ...FundQuery,
  ...MomentQuery,
  format: z.enum(journalFormats),
  plan: z.enum(['true', 'false']).default('false').meta({ description: 'With the amounts of funds as they were decreed and revised' }),
})

/** `GET /v1/ledger/journal`: money as text that hledger, ledger and beancount read, one transaction a fact. */
export function registerJournal(app: FastifyInstance, context: Context, db: ViewsDb): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/ledger/journal',
    {
      config: { streams: true },
      exposeHeadRoute: false,
      schema: {
        tags: ['ledger'],
        security: [{ bearer: [] }],
        operationId: 'ledger.journal',
        summary: 'Money as a journal of hledger, ledger or beancount: one transaction a fact, its position as code',
        description: [
          'Accounts and commodities are declared. A movement between two funds is told whole where either is asked for,',
          'all of it that lies outside the region of the caller on one account.',
        ].join(' '),
        querystring: JournalQuery,
        response: {
          200: { description: 'The journal', content: { 'text/plain': { schema: z.any() } } },
          '4xx': ProblemSchema,
          '5xx': ProblemSchema,
        },
      },
    },
    async (request, reply) => {
      const { format, plan, ...asked } = request.query
      const { filter, moment } = await ledgerAsked(context, db, request, asked)
      // The first question says where the view stands; all further ones are of that position.
      const { position } = await journalAccounts(db, filter, moment, { limit: 1, after: 0n })
      const journal = { context, caller: callerOf(request), db, filter, moment: { ...moment, position }, writer: journalWriters[format] }
      return reply
        .header('jejak-position', String(position))
        .type('text/plain; charset=utf-8')
        .send(Readable.from(textOf(journal, plan === 'true')))
    },
  )
}
