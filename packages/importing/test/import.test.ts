import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importedId } from '@jejak/event-store'
import { listRuns, parseMapping, refusedOf, type Refused } from '@jejak/importing'
import { loadReference } from '@jejak/reference'
import { importingLog, importInto } from '../../../test/import/support.ts'
import type { TestLog } from '../../event-store/test/database.ts'
import { fileOf, workbook } from './support/files.ts'
import { mappingOf } from './support/mapping.ts'
import { csvOf, factsOf, importRows, rulesOf, stageOf, told, wholeCase, type Row } from './support/small.ts'
import { importFiles } from '../src/run.ts'

let test: TestLog
beforeAll(async () => {
  test = await importingLog()
}, 60_000)
afterAll(() => test?.close())

const head = async (): Promise<number> => (await test.log.head()).position

/** Imports and gives the refused rows too. */
async function refusedIn(source: string, rows: readonly Row[] | string, mode: 'strict' | 'historical' = 'strict', more = '') {
  const refused: Refused[] = []
  const events = await fileOf('events.csv', typeof rows === 'string' ? rows : csvOf(rows))
  const summary = await importFiles(
    test.servingPool,
    test.log,
    { events, mapping: mappingOf(source, more), mode, order: 'case', dryRun: false },
    {
      now: () => BigInt(Date.now()) * 1000n,
      async onDone(account) {
        for await (const row of refusedOf(test.servingPool, account)) refused.push(row)
      },
    },
  )
  return { summary, refused: refused.map(({ row, case: caseId, column, code }) => [row, caseId, column, code]), sentences: refused }
}

/** What the older system claims: entered on the day. Without it, all of this is years late. */
const claimed = 'recordedAt: { column: time }'

describe('strict mode', () => {
  it('asks the rules, and records a case wholly or not at all', async () => {
    const rows: Row[] = [...wholeCase('A'), ['B', 1, 'submitted', 1], ['B', 2, 'paid', 2], ['B', 3, 'checked', 3], ...wholeCase('C')]
    const { summary, refused, sentences } = await refusedIn('strict-one', rows, 'strict', claimed)
    expect(summary).toMatchObject({
      rows: { total: 13, recorded: 10, same: 0, refused: 1 },
      cases: { total: 3, opened: 2, refused: 1 },
      facts: 12,
      refusals: { 'out-of-order': 1 },
    })
    expect(refused).toEqual([[8, 'B', null, 'out-of-order']])
    expect(sentences[0]?.sentence.id).toMatch(/^Langkah case\.StepRecorded:payment:handled tidak dapat dicatat/)
    expect(sentences[0]?.sentence.en).toMatch(/^The step case\.StepRecorded:payment:handled cannot be recorded/)
    expect(await factsOf(test, 'strict-one', ['B'])).toEqual([])
    const facts = await factsOf(test, 'strict-one', ['A'])
    expect(told(facts)).toEqual([
      'open Request A',
      'request submitted',
      'administration approved',
      'supervisor final-approved',
      'payment requested',
      'payment handled',
    ])
    expect(rulesOf(facts)).toEqual([])
    // In one append: one key, one recorded time.
    expect(new Set(facts.map(({ fact }) => fact.commandKeyHash)).size).toBe(1)
    expect(await stageOf(test, 'strict-one', 'A')).toBe('Paid')
    expect(await listRuns(test.servingPool)).toEqual([])
  })
  it('what was put right is imported with the rest left as it is', async () => {
    const fixed: Row[] = [...wholeCase('A'), ...wholeCase('B')]
    const before = await head()
    const { summary } = await refusedIn('strict-one', fixed, 'strict', claimed)
    expect(summary).toMatchObject({ rows: { recorded: 5, same: 5, refused: 0 }, cases: { opened: 1 } })
    expect(await head()).toBe(before + 6)
  })
  it('years late without a claim or a reason is refused', async () => {
    const { refused } = await refusedIn('strict-two', wholeCase('A'))
    expect(refused).toEqual([[2, 'A', null, 'late-reason-missing']])
  })
  it('goes by case alone', () =>
    expect(importRows(test, 'strict-three', wholeCase('A'), { order: 'time' })).rejects.toThrow(/strict mode records a case at once/))
})

describe('historical mode', () => {
  it('records what the rules would have refused, and lists it', async () => {
    const rows: Row[] = [
      ['A', 1, 'submitted', 4],
      ['A', 2, 'paid', 3],
      ['A', 3, 'checked', 5, 'DIRECTOR'],
      ['A', 4, 'seen', 6],
    ]
    const { summary, refused } = await refusedIn('past-one', rows, 'historical')
    expect(refused).toEqual([])
    expect(summary).toMatchObject({
      rows: { total: 4, recorded: 3, ignored: 1, refused: 0 },
      facts: 4,
      deviating: 2,
      deviations: { 'out-of-order': 2, 'backdated-reason-missing': 1, 'role-not-allowed': 1 },
    })
    const facts = await factsOf(test, 'past-one', ['A'])
    expect(facts.map(({ fact }) => [fact.type, fact.source?.row, fact.effectiveAt, fact.effectiveOn])).toEqual([
      ['case.Opened', 2, '2018-05-04T10:00:00+07:00', '2018-05-04'],
      ['case.StepRecorded', 2, '2018-05-04T10:00:00+07:00', '2018-05-04'],
      ['case.StepRecorded', 3, '2018-05-03T10:00:00+07:00', '2018-05-03'],
      ['case.StepRecorded', 4, '2018-05-05T10:00:00+07:00', '2018-05-05'],
    ])
    expect(await stageOf(test, 'past-one', 'A')).toBe('Paid')
    // Deviations of facts of the same append name them by id.
    expect(facts[2]?.fact.deviations?.map(({ facts: named }) => named)).toEqual([[facts[1]?.fact.id], [facts[1]?.fact.id]])
  })
  it('a row that no fact can be made of is refused alone, and named with its column', async () => {
    const text = csvOf(wholeCase('A'))
      .replace('2018-05-02T10:00:00+07:00', 'yesterday')
      .replace('approved,2018-05-03', 'dreamt,2018-05-03')
      .replace('A,4,', ',4,')
      .replace('2018-05-05T10', '2999-05-05T10')
    const { summary, refused, sentences } = await refusedIn('past-two', text, 'historical')
    expect(refused).toEqual([
      [3, 'A', 'time', 'value-unreadable'],
      [4, 'A', 'act', 'activity-not-mapped'],
      [6, 'A', null, 'future-date'],
      [5, '', 'case', 'value-missing'],
    ])
    expect(sentences[0]?.sentence.en).toBe('The column time: yesterday is no date or time that exists.')
    expect(summary).toMatchObject({ rows: { total: 5, recorded: 1, refused: 4 }, cases: { opened: 1 } })
  })
  it('late entry is judged by what the older system claims', async () => {
    const text =
      'case,id,act,time,role,entered\nA,1,submitted,2018-05-01,EMPLOYEE,2018-05-02\nA,2,checked,2018-05-03,ADMINISTRATION,2018-09-01\n'
    const { summary } = await refusedIn('past-three', text, 'historical', 'recordedAt: { column: entered }')
    expect(summary.deviations).toEqual({ 'late-reason-missing': 1 })
    const [, , late] = await factsOf(test, 'past-three', ['A'])
    expect(late?.fact).toMatchObject({ effectiveOn: '2018-05-03', source: { recordedAt: '2018-09-01T00:00:00Z' } })
    expect(late?.fact).not.toHaveProperty('effectiveAt')
  })
})

describe('imported again', () => {
  const first: Row[] = [...wholeCase('A').slice(0, 3), ...wholeCase('B')]
  it('only what is new is recorded, wherever it stands', async () => {
    await importRows(test, 'again-one', first, { mode: 'historical' })
    const before = await head()
    const all: Row[] = [['A', 9, 'seen', 1], ...first, ...wholeCase('A').slice(3), ...wholeCase('C')]
    const again = await importRows(test, 'again-one', all, { mode: 'historical' })
    expect(again).toMatchObject({ rows: { recorded: 7, same: 8, ignored: 1, refused: 0 }, cases: { opened: 1 }, facts: 8 })
    expect(await head()).toBe(before + 8)
    const twice = await importRows(test, 'again-one', all, { mode: 'historical', order: 'time' })
    expect(twice).toMatchObject({ facts: 0, rows: { recorded: 0, same: 15 } })
    expect(await head()).toBe(before + 8)
  })
  it('the same row with other data is reported, and nothing of it recorded', async () => {
    const other: Row[] = first.map(([caseId, id, act, day]) => [caseId, id, act, caseId === 'A' && id === 2 ? 28 : day])
    const before = await head()
    const { summary, refused } = await refusedIn('again-one', other, 'historical')
    expect(refused).toEqual([[3, 'A', null, 'differs-from-recorded']])
    expect(summary).toMatchObject({ facts: 0, rows: { same: 7, refused: 1 } })
    expect(await head()).toBe(before)
  })
  it('a case opened with other data is reported once', async () => {
    const renamed = mappingOf('again-one')
    const mapping = { ...renamed, sha256: 'f'.repeat(64), mapping: { ...renamed.mapping, open: { title: 'Another' } } }
    const summary = await importRows(test, 'again-one', first, { mode: 'historical', mapping })
    expect(summary).toMatchObject({ facts: 0, refusals: { 'differs-from-recorded': 2 } })
  })
  it('a row that stands twice in the file is recorded once', async () => {
    const rows: Row[] = [...wholeCase('A'), ['A', 5, 'paid', 5]]
    expect(await importRows(test, 'again-two', rows, { mode: 'historical' })).toMatchObject({ rows: { recorded: 5, same: 1 } })
  })
  it('from another kind of file the same is the same', async () => {
    const rows = [...wholeCase('A'), ...wholeCase('B', 6)]
    const [names = [], ...records] = csvOf(rows)
      .trim()
      .split('\n')
      .map((line) => line.split(','))
    const attribute = (name: string, value = ''): string => `<string key="${name}" value="${value}"/>`
    const event = (values: readonly string[]): string => `<event>${names.map((name, at) => attribute(name, values[at])).join('')}</event>`
    const traces = [...Map.groupBy(records, ([caseId]) => caseId).values()].map((own) => `<trace>${own.map(event).join('')}</trace>`)
    const xes = `<log>${traces.join('')}</log>`
    const cell = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`
    const sheet = [names, ...records].map((values) => `<row>${values.map(cell).join('')}</row>`).join('')
    const mapping = mappingOf('again-four')
    const csv = await importInto(test, { events: await fileOf('a.csv', csvOf(rows)), mapping })
    expect(csv.rows).toMatchObject({ recorded: 10, same: 0 })
    for (const events of [await fileOf('a.xes.gz', xes), await fileOf('a.xlsx', workbook({ One: sheet }))])
      expect((await importInto(test, { events, mapping })).rows).toMatchObject({ total: 10, recorded: 0, same: 10, refused: 0 })
  })
  it('another source is another thing', async () =>
    expect(await importRows(test, 'again-three', first, { mode: 'historical' })).toMatchObject({ cases: { opened: 2 } }))
})

describe('a dry run', () => {
  it('says what would happen and records nothing', async () => {
    const before = await head()
    const rows: Row[] = [...wholeCase('A'), ['B', 1, 'submitted', 1], ['B', 2, 'paid', 2]]
    const summary = await importRows(test, 'dry-one', rows, { mode: 'historical', order: 'time', dryRun: true })
    expect(summary).toMatchObject({
      dryRun: true,
      rows: { recorded: 7 },
      cases: { opened: 2 },
      facts: 9,
      deviations: { 'out-of-order': 1 },
    })
    expect(await head()).toBe(before)
    expect(await listRuns(test.servingPool)).toEqual([])
    expect(await importRows(test, 'dry-one', rows, { mode: 'historical' })).toMatchObject({ facts: 9 })
  })
})

describe('the order of the log', () => {
  const mixed: Row[] = [
    ['A', 1, 'submitted', 1],
    ['B', 1, 'submitted', 2],
    ['A', 2, 'checked', 9],
    ['B', 2, 'checked', 4],
    ['A', 3, 'approved', 3],
  ]
  const orderIn = async (source: string): Promise<string[]> =>
    (await factsOf(test, source, ['A', 'B']))
      .filter(({ fact }) => fact.type === 'case.StepRecorded')
      .map(({ fact }) => `${fact.source?.row} ${fact.effectiveOn.slice(8)}`)
  it.each([
    ['case', ['2 01', '4 09', '6 03', '3 02', '5 04']],
    ['file', ['2 01', '3 02', '4 09', '5 04', '6 03']],
    // Within a case the file's order holds: what goes back in time follows what stands before it.
    ['time', ['2 01', '3 02', '5 04', '4 09', '6 03']],
  ] as const)('by %s', async (order, wanted) => {
    await importRows(test, `order-${order}`, mixed, { mode: 'historical', order })
    expect(await orderIn(`order-${order}`)).toEqual(wanted)
  })
})

describe('kinds with rules of their own', () => {
  const ids = { person: '01900000-0000-7000-8000-000000000012', institution: '01900000-0000-7000-8000-0000000000f1' }
  const mapping = parseMapping(
    `
source: complaints
kind: complaint
area: { column: area }
events: { delimiter: ';', caseId: number, row: [number, nth] }
time: { column: on, format: dd/MM/yyyy }
actor: { role: FASKEL, person: ${ids.person}, institution: ${ids.institution} }
recorder: { person: ${ids.person}, role: FASKEL, institution: ${ids.institution} }
open:
  command: complaint.Receive
  actor: { role: WARGA }
  lateReason: Imported
  data:
    area: { areaCode: { column: area } }
    channel: letter
    anonymous: { column: anonymous, as: boolean }
    summary: { column: text }
activity: act
activities:
  received: open
  logged: { command: complaint.Log, data: { register: { column: number } }, lateReason: Imported }
`,
    'complaints.yml',
  )
  // The people of a house are formed and given their office through the same door.
  const people = parseMapping(
    `
source: people
kind: institution
events: { caseId: house, row: [house, act] }
time: { column: on }
actor: { role: system }
recorder: { person: 00000000-0000-7000-8000-000000000001, role: system }
activity: act
activities:
  formed:
    command: institution.Form
    subject: { kind: institution, id: { column: house } }
    data: { institutionKind: FACILITATORS, name: { column: name } }
  office:
    command: institution.AssumeOffice
    subject: { kind: institution, id: { column: house } }
    data: { holder: { column: person }, role: FASKEL, from: { column: on } }
`,
    'people.yml',
  )
  const rows = (area: string): string =>
    [
      'number;nth;act;on;area;anonymous;text',
      `P-1;1;received;03/05/2018;${area};ya;Saluran tersumbat`,
      `P-1;2;logged;04/05/2018;${area};;`,
      `P-2;1;logged;04/05/2018;99.99;tidak;Lain`,
      '',
    ].join('\n')

  it('go through their own commands, strictly', async () => {
    await loadReference(test.adminPool)
    const house = ['house,act,on,name,person', `${ids.institution},formed,2018-01-01,Fasilitator Kota,`]
    house.push(`${ids.institution},office,2018-01-01,,${ids.person}`)
    expect(await importRows(test, 'people', house.join('\n'), { mapping: people })).toMatchObject({ rows: { recorded: 2, refused: 0 } })
    const summary = await importRows(test, 'complaints', rows('16.74.05.1002'), { mapping })
    expect(summary).toMatchObject({ rows: { recorded: 2, ignored: 0, refused: 1 }, cases: { opened: 1 }, refusals: { 'unknown-area': 1 } })
    const { facts } = await test.log.read([{ tag: `complaint:${importedId('complaint', 'complaints', 'P-1')}` }])
    expect(facts.map(({ fact }) => [fact.type, fact.effectiveOn, fact.actor.role, fact.source?.row])).toEqual([
      ['complaint.Received', '2018-05-03', 'WARGA', 2],
      ['complaint.Logged', '2018-05-04', 'FASKEL', 3],
    ])
  }, 60_000)
})

describe('what cannot be begun', () => {
  it('a column that no row has', () =>
    expect(importRows(test, 'wrong-one', 'case,id,akt,time,role\nA,1,submitted,2018-05-01,EMPLOYEE\n')).rejects.toThrow(
      /no row of events\.csv has anything in the column act; the columns are: case, id, akt, time, role/,
    ))
  it('a file that ends in the middle: nothing of it is recorded', async () => {
    const before = await head()
    await expect(importRows(test, 'wrong-two', `${csvOf(wholeCase('A'))}B,"1`, { mode: 'historical' })).rejects.toThrow(/row 7/)
    expect(await head()).toBe(before)
  })
  it('a file of cases that the mapping does not know, or that names a case twice', async () => {
    const cases = await fileOf('cases.csv', 'case,name\nA,x\nB,y\nA,z\n')
    const events = await fileOf('events.csv', csvOf(wholeCase('A')))
    const mapping = mappingOf('wrong-three')
    await expect(importInto(test, { events, cases, mapping })).rejects.toThrow(/says nothing of a file of cases/)
    const known = mappingOf('wrong-three', 'cases: { caseId: case }')
    await expect(importInto(test, { events, mapping: known })).rejects.toThrow(/name it with --cases/)
    await expect(importInto(test, { events, cases, mapping: known })).rejects.toThrow(
      /cases\.csv, row 4, column case: the case A stands twice/,
    )
  })
})
