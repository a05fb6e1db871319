import {
  journalName,
  ledgerRegions,
  unknownWord,
  type LedgerMoment,
  type PlanLevel,
  type StatementMoment,
  type ToldAccount,
} from '@jejak/views'
import type { Context } from './context.ts'
import type { Caller } from './identity.ts'
import type { Question } from './ledger-query.ts'

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

type Group = Readonly<Record<string, string | null | undefined>>

const isLevel = (name: string): name is keyof typeof ledgerRegions => name in ledgerRegions

/** A group in the words of a question: levels of the reference as the region or, of what belongs to no lower level, as the area itself. */
export async function questionOfGroup(context: Context, group: Group): Promise<Group> {
  const levels = Object.entries(group).filter(([name]) => isLevel(name))
  const others = Object.fromEntries(Object.entries(group).filter(([name]) => !isLevel(name)))
  // The narrowest of several levels is the place.
  const [narrowest] = levels.toSorted(([, a], [, b]) => (b ?? '').length - (a ?? '').length)
  if (narrowest === undefined) return others
  const [, code] = narrowest
  if (code === null || code === undefined) return { ...others, area: unknownWord }
  const isWhole = levels.every(([name, value]) => !isLevel(name) || value?.length === ledgerRegions[name])
  const own = isWhole ? undefined : await context.regions.byCode(code)
  return own === undefined ? { ...others, region: code } : { ...others, area: own.id }
}

/** Where every row behind a figure is listed: the accounts of the question and of its group, at its moment. */
export function statementOf(asked: Question, group: Group, { position, at, from, cameFrom, idle }: StatementMoment): string {
  const query = questionOf(asked, group, { position, at })
  if (from !== undefined) query.set('from', from)
  if (cameFrom !== undefined) query.set('cameFrom', cameFrom)
  if (idle !== undefined) query.set('idle', String(idle.days))
  return `/v1/ledger/statement?${query.toString()}`
}

/** Where every plan behind a planned amount is listed. */
export function plansOf(asked: Question, group: Group, moment: LedgerMoment, of: PlanLevel): string {
  const query = questionOf(asked, group, moment)
  query.set('of', of)
  return `/v1/ledger/plans?${query.toString()}`
}

function questionOf(asked: Question, group: Group, { position, at }: LedgerMoment): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, value)
  for (const [name, value] of Object.entries(group))
    // Within the region asked for a group may be named by a wider one.
    if (name !== 'region' || (query.get('region') ?? '').length < (value ?? '').length) query.set(name, value ?? unknownWord)
  if (position !== undefined) query.set('asOf', String(position))
  if (at !== undefined) query.set('at', at)
  // The same question is the same address, whatever of it was asked and what the group added.
  query.sort()
  return query
}
