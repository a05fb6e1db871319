import { expect } from 'vitest'
import { routeOf, type Party } from '@jejak/demo'
import { tokenFor } from '../../../test/scenario/http.ts'
import { lineOf } from '../../../test/scenario/play.ts'
import { ask, type Answer, type Asking } from './ask.ts'
import type { TestService } from './service.ts'

/** A mistake as an answer names it. */
export interface Wrong {
  readonly pointer?: string
  readonly parameter?: string
  readonly header?: string
  readonly detail: string
}

/** The mistakes that an answer names. */
export const errorsOf = ({ body }: Answer): Wrong[] => (body['errors'] ?? []) as Wrong[]

const isId = (text: string): boolean => /^[0-9a-f-]{36}$/.test(text)

/** A refusal as it must be: a problem in the caller's language, with the number of the request. */
export async function refused(service: TestService, asking: Asking, status: number, code: string): Promise<Answer> {
  const indonesian = await ask(service, asking)
  const english = await ask(service, { ...asking, headers: { ...asking.headers, 'accept-language': 'fr, en-GB;q=0.8, id;q=0.1' } })
  expect([indonesian.status, indonesian.code]).toEqual([status, code])
  expect([english.status, english.code]).toEqual([status, code])
  expect([indonesian.headers['content-language'], english.headers['content-language']]).toEqual(['id', 'en'])
  expect(indonesian.body['title']).not.toBe(english.body['title'])
  expect(indonesian.body).toMatchObject({ type: `/problems/${code}`, status, requestId: indonesian.headers['request-id'] })
  expect(indonesian.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  for (const [n, { detail }] of errorsOf(indonesian).entries()) if (!isId(detail)) expect(detail).not.toBe(errorsOf(english)[n]?.detail)
  return indonesian
}

/** An expense of group A, as the scenario records it on 2018-09-05. */
export const expense = { url: routeOf(lineOf(138)).url, body: lineOf(138).body }

/** That expense under another number and with another amount. */
export const withAmount = (amount: unknown) => ({ ...expense.body, data: { ...expense.body.data, number: 'KW-X', amount } })

/** Token and recorded time of somebody on 2018-09-10. */
export const as = async (service: TestService, party: Party) => ({
  token: await tokenFor(service, party),
  headers: { 'jejak-recorded-at': '2018-09-10T12:00:00+07:00' },
})
