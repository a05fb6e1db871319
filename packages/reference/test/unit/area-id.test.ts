import { expect, test } from 'vitest'
import { areaId, regionsDecree } from '../../src/index.ts'

// Worked out once with another program (Python's hashlib and uuid).
test.each([
  ['11', '232d1e53-198d-82d8-82ca-ca38db6f40b4'],
  ['16.74.05.1002', 'b28a151b-1f13-8822-abf3-4cfe52a36ee3'],
  ['35.73.03.1006', 'c4978172-d9b5-8ae9-a042-65fcd619461d'],
])('the area first published as %s is for ever %s', (code, id) => {
  expect(areaId(code)).toBe(id)
  expect(areaId(code, regionsDecree)).toBe(id)
})

test('another decree gives another area', () => {
  expect(areaId('11', 'kepmendagri-050-145-2022')).not.toBe(areaId('11'))
})
