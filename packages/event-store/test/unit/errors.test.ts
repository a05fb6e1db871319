import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { InvalidSubmission, isUnavailable, LogClosed, LogOverloaded, LogUnavailable } from '../../src/index.ts'

const fromServer = (code: string): DatabaseError => Object.assign(new DatabaseError('said by the server', 20, 'error'), { code })
const fromNetwork = (code: string): Error => Object.assign(new Error('said by the system'), { code })

test.each([
  ['the log', new LogUnavailable('x', { cause: undefined, outcomeKnown: true })],
  ['a full queue', new LogOverloaded('x')],
  ['a process that ends', new LogClosed('x')],
  ['a lock that was not to be had', fromServer('55P03')],
  ['a server that shuts down', fromServer('57P01')],
  ['a server that starts', fromServer('57P03')],
  ['too many connections', fromServer('53300')],
  ['a full disk', fromServer('53100')],
  ['a statement that took too long', fromServer('57014')],
  ['a server that may only be read', fromServer('25006')],
  ['nobody there', fromNetwork('ECONNREFUSED')],
  ['a broken connection', fromNetwork('ECONNRESET')],
  ['both addresses of a host', new AggregateError([fromNetwork('ECONNREFUSED'), fromNetwork('ECONNREFUSED')])],
  ['no connection in time', new Error('timeout exceeded when trying to connect')],
  ['a connection that ended', new Error('Connection terminated unexpectedly')],
  ['a frozen server', new Error('the server fell silent for 35000 ms')],
  ['a client that is gone', new Error('Client has encountered a connection error and is not queryable')],
])('may be asked again: %s', (_, error) => {
  expect(isUnavailable(error)).toBe(true)
})

test.each([
  ['a statement that is wrong', fromServer('42601')],
  ['a value that is wrong', fromServer('22023')],
  ['a row that is there already', fromServer('23505')],
  ['a right that is missing', fromServer('42501')],
  ['a submission that is wrong', new InvalidSubmission('x')],
  ['a defect', new TypeError('x is not a function')],
  ['any other error', new Error('no outcome')],
  ['a file that is not there', fromNetwork('ENOENT')],
  ['nothing at all', undefined],
  ['no errors together', new AggregateError([])],
])('is a failure of ours: %s', (_, error) => {
  expect(isUnavailable(error)).toBe(false)
})
