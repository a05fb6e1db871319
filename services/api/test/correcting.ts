import { expect } from 'vitest'
import type { Party } from '@jejak/demo'
import { who } from '../../../packages/domain/test/support/prabumulih.ts'
import { tokenFor } from '../../../test/scenario/http.ts'
import { ask, type Answer } from './ask.ts'
import type { TestService } from './service.ts'

/** A fact as the history of an entity shows it. */
export interface Row {
  readonly position: number
  readonly id: string
  readonly type: string
  readonly effectiveOn: string
  readonly data: Record<string, string>
  readonly struck?: readonly { readonly how: string; readonly reason: string }[]
}

/** How a correction is said where it is not said as a client would that has read the entity just now. */
export interface Saying {
  readonly match?: string | null
  readonly reason?: string
  readonly on?: string
  readonly dryRun?: boolean
  readonly key?: string
}

/** Commands and reads of somebody who corrects on a day; `service` is asked when it is needed. */
export function correcting(service: () => TestService, day: string) {
  const get = async (url: string, party: Party = who.korkot): Promise<Answer> =>
    ask(service(), { url, token: await tokenFor(service(), party), headers: { 'accept-language': 'en' } })
  const etagOf = async (path: string): Promise<string> => (await get(path)).headers['etag'] ?? ''
  const rowsOf = async (path: string, query = ''): Promise<readonly Row[]> =>
    (await get(`${path}/history${query}`)).body['facts'] as readonly Row[]
  return {
    get,
    etagOf,
    rowsOf,
    /** The last fact of a type about an entity, or the last with this number. */
    lastOf: async (path: string, type: string, number?: string): Promise<Row> => {
      const rows = await rowsOf(path)
      const row = rows.findLast((each) => each.type === type && (number === undefined || each.data['number'] === number))
      if (!row) throw new Error(`no ${type}`)
      return row
    },
    state: async (path: string, query = ''): Promise<Record<string, unknown>> =>
      (await get(`${path}${query}`)).body['state'] as Record<string, unknown>,
    /** A command of correcting, by somebody who has read the entity just now. */
    correct: async (path: string, verb: string, party: Party, data: object, saying: Saying = {}): Promise<Answer> => {
      const { match, reason = 'Dicatat dua kali', on = day, dryRun = false, key } = saying
      const seen = match === undefined ? await etagOf(path) : match
      return ask(service(), {
        url: `${path}/${verb}-correction${dryRun ? '?dryRun=true' : ''}`,
        token: await tokenFor(service(), party),
        headers: {
          'accept-language': 'en',
          'jejak-recorded-at': `${on}T12:00:00+07:00`,
          ...(seen === null ? {} : { 'if-match': seen }),
        },
        body: { effectiveOn: on, evidence: [], reason, data },
        ...(key === undefined ? {} : { key }),
      })
    },
  }
}

/** Status and code of an answer; a fact that is recorded has no code. */
export const told = ({ status, code }: Answer): [number, string] => [status, code]

/** The id of the fact that a command recorded, and its position; fails where it recorded none. */
export function recordedBy(answer: Answer): { readonly id: string; readonly position: number } {
  expect(told(answer)).toEqual([201, ''])
  const [fact] = answer.body['facts'] as readonly { readonly id: string }[]
  return { id: fact?.id ?? '', position: Number(answer.body['position']) }
}
