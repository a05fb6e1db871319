import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type Calendar, calendarOf, dueDate, isHoliday, startBy, workingDays } from '../../src/index.ts'
import { dataFiles, readHolidays } from '../../src/data-files.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
let calendar: Calendar

beforeAll(async () => {
  calendar = calendarOf(readHolidays((await dataFiles()).holidays.bytes.toString('utf8')))
})

test.each([
  ['a matter settled on its own day took none', '2018-12-20', '2018-12-20', 0],
  ['from Thursday to Friday is one', '2018-12-20', '2018-12-21', 1],
  ['a weekend adds none', '2018-12-21', '2018-12-23', 0],
  ['Christmas and the collective leave before it are left out', '2018-12-21', '2018-12-26', 1],
  ['a plain week is five', '2018-07-02', '2018-07-09', 5],
  ['the long leave of Idul Fitri 2018 leaves three of three weeks', '2018-06-06', '2018-06-22', 4],
])('%s', (_, from, to, days) => {
  expect(workingDays(day(from), day(to), calendar)).toMatchObject({ covered: true, days })
})

test('the answer tells how sure the holidays in the span are', () => {
  expect(workingDays(day('2024-12-20'), day('2024-12-27'), calendar)).toEqual({ covered: true, days: 3, certainty: 'official' })
  expect(workingDays(day('2018-12-20'), day('2018-12-27'), calendar)).toMatchObject({ certainty: 'reported' })
  expect(workingDays(day('2027-03-01'), day('2027-03-20'), calendar)).toMatchObject({ certainty: 'estimated' })
})

test.each([
  ['2005-12-31', '2006-01-02'],
  ['2027-12-31', '2028-01-01'],
  ['2005-01-01', '2028-12-31'],
])('a span that leaves the calendar (%s to %s) is not counted', (from, to) => {
  expect(workingDays(day(from), day(to), calendar)).toEqual({ covered: false, from: '2006-01-01', to: '2027-12-31' })
})

test('the first and the last day of the calendar are covered', () => {
  expect(workingDays(day('2006-01-01'), day('2027-12-31'), calendar)).toMatchObject({ covered: true })
})

test('a span that ends before it begins is a mistake', () => {
  expect(() => workingDays(day('2018-07-02'), day('2018-07-01'), calendar)).toThrow(RangeError)
})

test('a holiday is named, a Sunday is none, a day outside is not covered', () => {
  expect(isHoliday(day('2007-02-19'), calendar)).toMatchObject({ covered: true, holiday: true })
  expect(isHoliday(day('2018-12-24'), calendar)).toMatchObject({ holiday: true, holidays: [{ kind: 'cuti_bersama' }] })
  expect(isHoliday(day('2018-07-01'), calendar)).toEqual({ covered: true, holiday: false, holidays: [] })
  expect(isHoliday(day('2028-01-01'), calendar)).toMatchObject({ covered: false })
})

test('a due date is the day on which so many working days are over', () => {
  expect(dueDate(day('2018-12-21'), 1, calendar)).toEqual({ covered: true, date: day('2018-12-26') })
  expect(dueDate(day('2018-12-21'), 0, calendar)).toEqual({ covered: true, date: day('2018-12-21') })
  expect(dueDate(day('2027-12-30'), 2, calendar)).toMatchObject({ covered: false })
  expect(dueDate(day('2028-01-03'), 0, calendar)).toMatchObject({ covered: false })
  expect(() => dueDate(day('2018-01-01'), 1.5, calendar)).toThrow(RangeError)
})

const first = day('2006-01-01')
const dates = fc.integer({ min: 0, max: 8_034 }).map((days) => first.add({ days }))

test('counting equals walking day by day', () => {
  fc.assert(
    fc.property(dates, fc.integer({ min: 0, max: 400 }), (from, length) => {
      const to = from.add({ days: length })
      fc.pre(Temporal.PlainDate.compare(to, day('2027-12-31')) <= 0)
      let walked = 0
      for (let at = from.add({ days: 1 }); Temporal.PlainDate.compare(at, to) <= 0; at = at.add({ days: 1 })) {
        if (at.dayOfWeek <= 5 && !calendar.holidays.has(at.toString())) walked += 1
      }
      expect(workingDays(from, to, calendar)).toMatchObject({ days: walked })
    }),
  )
})

test('a due date is so many working days away', () => {
  fc.assert(
    fc.property(dates, fc.integer({ min: 0, max: 60 }), (from, count) => {
      const due = dueDate(from, count, calendar)
      fc.pre(due.covered)
      expect(workingDays(from, due.date, calendar)).toMatchObject({ days: count })
    }),
  )
})

test('what began on the last start or before has lasted so many working days, what began a day later has not', () => {
  expect(startBy(day('2018-12-26'), 1, calendar)).toEqual({ covered: true, date: day('2018-12-25') })
  expect(startBy(day('2018-12-25'), 1, calendar)).toEqual({ covered: true, date: day('2018-12-20') })
  expect(startBy(day('2006-01-02'), 1, calendar)).toEqual({ covered: true, date: day('2006-01-01') })
  expect(startBy(day('2006-01-02'), 2, calendar)).toMatchObject({ covered: false })
  expect(startBy(day('2028-01-03'), 1, calendar)).toMatchObject({ covered: false })
  expect(() => startBy(day('2018-01-01'), 0, calendar)).toThrow(RangeError)
  fc.assert(
    fc.property(dates, fc.integer({ min: 1, max: 60 }), (to, count) => {
      const start = startBy(to, count, calendar)
      fc.pre(start.covered)
      const since = workingDays(start.date, to, calendar)
      expect(since.covered && since.days >= count).toBe(true)
      const next = start.date.add({ days: 1 })
      const less = Temporal.PlainDate.compare(next, to) > 0 ? { covered: true, days: 0 } : workingDays(next, to, calendar)
      expect(less).toMatchObject({ days: count - 1 })
    }),
  )
})
