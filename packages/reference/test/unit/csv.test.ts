import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCsv, parseCsv } from '../../src/csv.ts'

test('quotes, commas, empty fields and a missing last line end are read', () => {
  expect(parseCsv('a,b\n"x, ""y""",\n1,2')).toEqual([
    { a: 'x, "y"', b: '' },
    { a: '1', b: '2' },
  ])
})

test('a line with a field too many or an open quote is refused with its number', () => {
  expect(() => parseCsv('a,b\n1,2\n1,2,3\n')).toThrow('line 3 has 3 fields, the header has 2')
  expect(() => parseCsv('a,b\n1,"2\n')).toThrow(/line 2: a field is badly quoted/)
})

test('what is written is read again', () => {
  const row = fc.record({ a: fc.string(), b: fc.string({ unit: fc.constantFrom('"', ',', '\n', 'x') }) })
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      expect(parseCsv(formatCsv(['a', 'b'], rows))).toEqual(rows)
    }),
  )
})
