import type { ImportRequest, Summary } from '@jejak/importing'
import type { Fact, Recorded } from '@jejak/domain'
import { domain, foldEntity } from '@jejak/domain'
import { importedId } from '@jejak/event-store'
import { importInto } from '../../../../test/import/support.ts'
import type { TestLog } from '../../../event-store/test/database.ts'
import { fileOf } from './files.ts'
import { mappingOf } from './mapping.ts'

const roles: Readonly<Record<string, string>> = {
  submitted: 'EMPLOYEE',
  checked: 'ADMINISTRATION',
  approved: 'SUPERVISOR',
  ordered: 'UNDEFINED',
  paid: 'UNDEFINED',
  seen: 'EMPLOYEE',
}

/** A row: case, id, activity, day of May 2018, and the role if it is not the usual one. */
export type Row = readonly [caseId: string, id: number, act: string, day: number, role?: string]

/** A CSV file of rows. */
export const csvOf = (rows: readonly Row[]): string =>
  [
    'case,id,act,time,role',
    ...rows.map(([caseId, id, act, day, role]) =>
      [caseId, id, act, `2018-05-${String(day).padStart(2, '0')}T10:00:00+07:00`, role ?? roles[act] ?? 'EMPLOYEE'].join(','),
    ),
    '',
  ].join('\n')

/** The steps of one request, from its first to its last. */
export const wholeCase = (caseId: string, from = 1): Row[] =>
  ['submitted', 'checked', 'approved', 'ordered', 'paid'].map((act, index) => [caseId, index + 1, act, from + index] as const)

/** Imports rows; strictly, by case, under a mapping of its own, unless it says otherwise. */
export async function importRows(
  test: TestLog,
  source: string,
  rows: readonly Row[] | string,
  more: Partial<ImportRequest> = {},
): Promise<Summary> {
  const events = await fileOf('events.csv', typeof rows === 'string' ? rows : csvOf(rows))
  return importInto(test, { events, mapping: mappingOf(source), mode: 'strict', ...more })
}

/** The facts of a source, in log order. */
export async function factsOf(test: TestLog, source: string, caseIds: readonly string[]): Promise<Recorded[]> {
  const tags = caseIds.map((caseId) => ({ tag: `payment-request:${importedId('payment-request', source, caseId)}` }))
  return (await test.log.read(tags)).facts
}

/** Steps as `case act`, in log order. */
export const told = (facts: readonly Recorded[]): string[] =>
  facts.map(({ fact: { type, data } }) => {
    const said = type === 'case.Opened' ? ['open', data['title']] : [data['step'], data['outcome']]
    return said.filter((word) => typeof word === 'string').join(' ')
  })

/** Where a case stands. */
export async function stageOf(test: TestLog, source: string, caseId: string): Promise<string | undefined> {
  const id = importedId('payment-request', source, caseId)
  const { facts } = await test.log.read([{ tag: `payment-request:${id}` }])
  return foldEntity(domain.slice('payment-request').fold, id, facts).stages['']
}

export const rulesOf = (facts: readonly { readonly fact: Fact }[]): string[] =>
  facts.flatMap(({ fact }) => (fact.deviations ?? []).map(({ rule }) => rule))
