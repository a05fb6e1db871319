import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { personsKey, PersonsKeyWrong } from '../../src/sealing.ts'

test('a key is 32 bytes in base64', () => {
  const key = randomBytes(32)
  expect(personsKey(key.toString('base64'))).toEqual(key)
})

test.each([
  ['absent', undefined, 'is not set'],
  ['empty', '', 'is not set'],
  ['too short', randomBytes(16).toString('base64'), 'must be 32 bytes'],
  ['hexadecimal digits', randomBytes(32).toString('hex'), 'must be 32 bytes'],
  ['no base64', '!'.repeat(44), 'must be 32 bytes'],
])('%s is refused with a message that does not repeat it', (_, text, message) => {
  expect(() => personsKey(text)).toThrow(PersonsKeyWrong)
  expect(() => personsKey(text)).toThrow(message)
})
