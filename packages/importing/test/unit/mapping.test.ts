import { describe, expect, it } from 'vitest'
import { parseMapping } from '@jejak/importing'
import { createMapper } from '../../src/mapper.ts'
import { RowWrong } from '../../src/reasons.ts'

const whole = `source: older
edition: { id: HOUSE, revision: 1 }
kind: request
events: { caseId: case, row: [id] }
time: { column: time }
actor: { role: CLERK }
recorder: { person: 01900000-0000-7000-8000-0000000000a1, role: CLERK }
open: { title: { column: title } }
activity: act
activities:
  asked: { step: ask }
`
const mistakes = (text: string): string[] => {
  try {
    parseMapping(text, 'm.yml')
    return []
  } catch (error) {
    return (error as Error).message.split('\n').slice(1)
  }
}

describe('a mapping that cannot be used names every wrong place', () => {
  it('the whole one can', () => expect(mistakes(whole)).toEqual([]))
  it.each([
    ['no YAML', 'a: [', /line 1, column 5: /],
    ['a name twice', `${whole}kind: other\n`, /line 12, column 1: Map keys must be unique/],
    ['a field too many', `${whole}colour: blue\n`, /the whole: Unrecognized key: "colour"/],
    ['a field that is missing', whole.replace('activity: act\n', ''), /activity: Invalid input: expected string/],
    [
      'a misspelt option',
      whole.replace('{ column: title }', '{ column: title, optinal: true }'),
      /line 8, column 16, open > title: .*optinal/,
    ],
    ['a time zone', `${whole}zone: Asia/Palembang\n`, /line 12, column 7, zone: Asia\/Palembang is no time zone/],
    [
      'an unknown command',
      whole.replace('{ step: ask }', '{ command: tranche.Fly, data: {} }'),
      /activities > asked > command: there is no command tranche\.Fly/,
    ],
    [
      'a command on persons',
      whole.replace('{ step: ask }', '{ command: person.Register, data: {} }'),
      /there is no command person\.Register to import/,
    ],
    [
      'a command on another kind',
      whole.replace('{ step: ask }', '{ command: tranche.Close, data: {} }'),
      /tranche\.Close is a command on a tranche, not on a request/,
    ],
    ['a step of a kind with commands', whole.replace('kind: request', 'kind: proposal'), /a proposal has commands of its own/],
    ['a case without an edition', whole.replace(/^edition.*\n/m, ''), /a case is opened under an edition/],
    ['a row that opens what nothing opens', whole.replace(/^open.*\n/m, '').replace('{ step: ask }', 'open'), /nothing opens a case/],
  ])('%s', (_, text, wanted) => expect(mistakes(text).join('\n')).toMatch(wanted))
})

describe('a row is read as its mapping says', () => {
  const events = { name: 'a.csv', sha256: 'ab'.repeat(32) }
  const place = { area: undefined, zone: 'Asia/Jakarta' }
  const row = (cells: Record<string, string>) => ({
    caseId: cells['case'] ?? '',
    row: 7,
    cells: (column: string) => cells[column],
    caseRow: undefined,
  })
  const cells = { case: 'C/1', id: '9', time: '2018-05-03', title: 'T', act: 'asked', ' ': '' }
  const mapper = createMapper(parseMapping(whole, 'm.yml').mapping, { events, cases: undefined })
  it('as a command with its source', () =>
    expect(mapper.command(row(cells), place)?.call).toMatchObject({
      command: 'case.RecordStep',
      effectiveOn: '2018-05-03',
      actor: { role: 'CLERK' },
      data: { step: 'ask' },
      source: { file: 'a.csv', sha256: events.sha256, row: 7, key: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    }))
  it('its key is that of what identifies it, whatever else it says', () => {
    const keyOf = (more: Record<string, string>) => mapper.command(row({ ...cells, ...more }), place)?.call.source?.key
    expect(keyOf({ time: '2019-01-01', case: 'C/2' })).toBe(keyOf({}))
    expect(keyOf({ id: '10' })).not.toBe(keyOf({}))
  })
  it.each([
    [{ id: '' }, 'value-missing', 'id'],
    [{ act: 'slept' }, 'activity-not-mapped', 'act'],
    [{ time: 'x' }, 'value-unreadable', 'time'],
    [{ case: 'a\nb' }, 'value-unreadable', 'case'],
    [{ act: 'as\0ked' }, 'value-unreadable', 'act'],
  ])('%o is refused', (more, code, column) => {
    let wrong: unknown
    try {
      mapper.command(row({ ...cells, ...more }), place)
    } catch (error) {
      wrong = error
    }
    expect(wrong).toBeInstanceOf(RowWrong)
    expect([(wrong as RowWrong).refusal.code, (wrong as RowWrong).column]).toEqual([code, column])
  })
})
