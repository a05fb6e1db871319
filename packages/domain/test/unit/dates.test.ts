import { expect, test } from 'vitest'
import { dateIn } from '../../src/index.ts'

test('the date of an instant is that of the zone, however instants and zones alternate', () => {
  const cases = [
    ['Asia/Jakarta', '2018-09-10T16:59:59.999Z', '2018-09-10'],
    ['Asia/Jakarta', '2018-09-10T17:00:00.000Z', '2018-09-11'],
    ['Asia/Jayapura', '2018-09-10T15:00:00.000Z', '2018-09-11'],
    ['Asia/Jayapura', '2018-09-10T14:59:59.999Z', '2018-09-10'],
    // A day of 25 hours, and an instant before 1970.
    ['Europe/Berlin', '2018-10-28T22:59:59.999Z', '2018-10-28'],
    ['Europe/Berlin', '2018-10-27T22:00:00.000Z', '2018-10-28'],
    ['Europe/Berlin', '2018-10-28T23:00:00.000Z', '2018-10-29'],
    ['Asia/Jakarta', '1969-12-31T16:59:59.999Z', '1969-12-31'],
  ] as const
  for (const [zone, instant, date] of [...cases, ...cases.toReversed(), ...cases])
    expect(`${zone} ${instant} ${dateIn(zone, Date.parse(instant))}`).toBe(`${zone} ${instant} ${date}`)
})
