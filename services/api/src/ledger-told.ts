import {
  journalName,
  unknownWord,
  type LedgerFilter,
  type LedgerMoment,
  type PlanLevel,
  type StatementMoment,
  type ToldAccount,
} from '@jejak/views'
import type { Context } from './context.ts'
import type { Caller } from './identity.ts'

/** The code of an area, remembered; undefined for one that the reference does not know. */
export async function codeOf(context: Context, area: string | null): Promise<string | undefined> {
  return area === null ? undefined : (await context.regions.byId(area))?.code
}

/** An area as answers tell it, with its code where the reference knows it. */
export async function areaTold(context: Context, area: string | null) {
  return area === null ? null : { id: area, code: (await codeOf(context, area)) ?? null }
}

/** An institution as answers tell it. */
export const institutionTold = ({ institution, institutionName }: Pick<ToldAccount, 'institution' | 'institutionName'>) =>
  institution === null ? null : { id: institution, name: institutionName }

/** An account as answers tell it. */
export async function accountTold(context: Context, account: ToldAccount) {
  const { name, kind, role, fund, tranche, ordinal, proposal, source, edition } = account
  const area = await areaTold(context, account.area)
  return {
    name,
    journal: journalName(account, area?.code ?? undefined),
    kind,
    role,
    fund,
    tranche,
    ordinal,
    proposal,
    source,
    edition,
    institution: institutionTold(account),
    area,
  }
}

/** Whether a caller may know an account: it lies in the caller's region, or in no area at all. */
export const mayKnow = (context: Context, caller: Caller, { area }: Pick<ToldAccount, 'area'>): Promise<boolean> =>
  context.regions.within(area ?? undefined, caller.region)

/** An account that is told because money came from it or went to it: null where it lies outside the caller's region. */
export const otherSideTold = async (context: Context, caller: Caller, account: ToldAccount) =>
  (await mayKnow(context, caller, account)) ? accountTold(context, account) : null

/** The values of a group, with a word for what is not known. */
export const groupTold = (group: Readonly<Record<string, string | null | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(group).map(([name, value]) => [name, value ?? unknownWord]))

type Asked = LedgerFilter & { readonly region?: string | undefined }
type Group = Readonly<Record<string, string | null | undefined>>

const regionNames: ReadonlySet<string> = new Set(['province', 'city', 'district', 'region'])

/** Where every row behind a figure is listed: the accounts of the question and of its group, at its moment. */
export function statementOf(asked: Asked, group: Group, { position, at, from, cameFrom }: StatementMoment): string {
  const query = questionOf(asked, group, { position, at })
  if (from !== undefined) query.set('from', from)
  if (cameFrom !== undefined) query.set('cameFrom', cameFrom)
  return `/v1/ledger/statement?${query.toString()}`
}

/** Where every plan behind a planned amount is listed. */
export function plansOf(asked: Asked, group: Group, moment: LedgerMoment, of: PlanLevel): string {
  const query = questionOf(asked, group, moment)
  query.set('of', of)
  return `/v1/ledger/plans?${query.toString()}`
}

function questionOf(asked: Asked, group: Group, { position, at }: LedgerMoment): URLSearchParams {
  const { areas: _, ...exact } = asked
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(exact)) if (value !== undefined) query.set(name, value)
  for (const [name, value] of Object.entries(group)) {
    if (!regionNames.has(name)) query.set(name, value ?? unknownWord)
    else if (value === null || value === undefined) query.set('area', unknownWord)
    // The narrowest of several levels is the place.
    else if ((query.get('region') ?? '').length < value.length) query.set('region', value)
  }
  if (position !== undefined) query.set('asOf', String(position))
  if (at !== undefined) query.set('at', at)
  return query
}
