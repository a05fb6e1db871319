import { describe, expect, it } from 'vitest'
import { amountOf, dateOf, integerOf, microsOf, whenOf } from '../../src/values.ts'

describe('amounts', () => {
  it.each([
    ['1250000', 'plain', '1250000'],
    ['1250000.5', 'plain', '1250000.50'],
    ['0.00', 'plain', '0'],
    ['007', 'plain', '7'],
    ['1.0E7', 'plain', '10000000'],
    ['1.234567E3', 'plain', { why: /more digits than sen/ }],
    ['1.5e-1', 'plain', '0.15'],
    ['-5', 'plain', { why: /no amount/ }],
    ['1,5', 'plain', { why: /no amount/ }],
    ['1.000.000,00', 'indonesian', '1000000'],
    ['Rp 1.851.068.957,43', 'indonesian', '1851068957.43'],
    ['Rp500.000,-', 'indonesian', '500000'],
    ['500000', 'indonesian', '500000'],
    ['1000.50', 'indonesian', { why: /no amount/ }],
    ['1.00', 'indonesian', { why: /no amount/ }],
    ['9999999999999999.99', 'plain', '9999999999999999.99'],
    ['10000000000000000', 'plain', { why: /more than an amount/ }],
  ] as const)('%s, %s', (text, numbers, wanted) =>
    expect(amountOf(text, numbers)).toEqual(
      typeof wanted === 'string'
        ? { value: wanted }
        : { why: { id: expect.any(String) as string, en: expect.stringMatching(wanted.why) as string } },
    ),
  )
  it.each([
    ['34.33634285099345', 'half-up', '34.34'],
    ['34.335', 'half-up', '34.34'],
    ['34.335', 'down', '34.33'],
    ['0.995', 'half-up', '1'],
    ['0.004', 'half-up', '0'],
  ] as const)('%s rounded %s', (text, rounding, value) => expect(amountOf(text, 'plain', rounding)).toEqual({ value }))
  it('whole numbers', () => {
    expect(integerOf('1.000', 'indonesian')).toEqual({ value: 1000 })
    expect(integerOf('1.0', 'plain')).toEqual({ value: 1 })
    expect(integerOf('1.5', 'plain')).toEqual({ why: { id: '1.5 bukan bilangan bulat', en: '1.5 is no whole number' } })
    expect(integerOf('99999999999999999', 'plain')).toEqual({
      why: { id: '99999999999999999 terlalu besar', en: '99999999999999999 is too large' },
    })
  })
})

describe('moments', () => {
  it.each([
    ['2017-01-09T09:17:18.000+01:00', 'iso', { at: '2017-01-09T09:17:18.000+01:00' }],
    ['2010-12-30 14:32:00+0100', 'iso', { at: '2010-12-30T14:32:00+01:00' }],
    ['2010-12-30T14:32z', 'iso', { at: '2010-12-30T14:32:00Z' }],
    ['2018-07-01 10:00', 'iso', { at: '2018-07-01T10:00:00+09:00' }],
    ['2018-07-01', 'iso', { date: '2018-07-01' }],
    ['1/7/2018 8:05', 'dd/MM/yyyy HH:mm', { at: '2018-07-01T08:05:00+09:00' }],
    ['01-07-2018', 'dd-MM-yyyy', { date: '2018-07-01' }],
  ] as const)('%s as %s', (text, format, value) => expect(whenOf(text, format, 'Asia/Jayapura')).toEqual({ value }))
  it.each([
    ['2018-02-29', 'iso'],
    ['2018-02-28T25:00:00Z', 'iso'],
    ['2018-02-28T10:00:60Z', 'iso'],
    ['01/07/2018', 'iso'],
    ['2018-07-01', 'dd/MM/yyyy'],
    ['31/06/2018', 'dd/MM/yyyy'],
    ['soon', 'iso'],
  ] as const)('%s is none as %s', (text, format) => expect(whenOf(text, format, 'Asia/Jakarta')).toHaveProperty('why'))
  it.each(['9999-12-31T23:59:59Z', '9999-12-31', '0000-01-01', '0001-01-01T00:00:00'])('%s is said where none is known', (text) => {
    expect(whenOf(text, 'iso', 'Asia/Jakarta')).toEqual({
      why: { id: `${text} bukan tanggal atau waktu yang ada`, en: `${text} is no date or time that exists` },
    })
  })
  it('have a date in each zone, and stand in time', () => {
    expect(dateOf({ at: '2018-07-01T23:30:00+07:00' }, 'Asia/Jayapura')).toBe('2018-07-02')
    expect(dateOf({ date: '2018-07-01' }, 'Asia/Jayapura')).toBe('2018-07-01')
    expect(microsOf({ at: '1970-01-01T07:00:00.000001+07:00' }, 'Asia/Jakarta')).toBe(1n)
    expect(microsOf({ date: '1970-01-01' }, 'Asia/Jakarta')).toBe(-25_200_000_000n)
  })
})
