import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fileOf, recordsOf, workbook, wrongIn, zipOf } from '../support/files.ts'

describe('CSV', () => {
  it('as people and programs write it', async () => {
    const text = '\uFEFFcase,act,note\r\nA,"went, ""on""","two\nlines"\r\n\r\nB,x,\r\n,,\r\nC,é,"=1+1"\r\n'
    const wanted = [
      { row: 2, values: { case: 'A', act: 'went, "on"', note: 'two\nlines' } },
      { row: 4, values: { case: 'B', act: 'x' } },
      { row: 6, values: { case: 'C', act: 'é', note: '=1+1' } },
    ]
    expect(await recordsOf(await fileOf('a.csv', text))).toEqual(wanted)
    expect(await recordsOf(await fileOf('a.csv.gz', text))).toEqual(wanted)
    // Packed, whatever its name says.
    expect(await recordsOf(await fileOf('a.csv', gzipSync(text)))).toEqual(wanted)
  })
  it('with semicolons in an older encoding', async () => {
    const file = await fileOf('a.csv', Buffer.from('id;nilai\n1;caf\u00E9\n', 'latin1'))
    expect(await recordsOf(file, { delimiter: ';', encoding: 'windows-1252' })).toEqual([{ row: 2, values: { id: '1', nilai: 'café' } }])
    expect(await wrongIn(file, { delimiter: ';' })).toBe(
      'FileWrong: a.csv: is not utf-8: save it as UTF-8, or name its encoding in the mapping',
    )
  })
  it('what is wrong is named by its row', async () => {
    expect(await wrongIn(await fileOf('a.csv', 'a,b\n1,2\n1,2,3\n'))).toMatch(/^FileWrong: a\.csv, row 3: .*expect 2, got 3/i)
    expect(await wrongIn(await fileOf('a.csv', 'a,b\n1,"2\n3,4\n'))).toMatch(/^FileWrong: a\.csv, row 2: .*quote/i)
    expect(await wrongIn(await fileOf('a.csv', 'a,b,a\n'))).toBe('FileWrong: a.csv, row 1, column a: this name stands twice in the header')
    expect(await wrongIn(await fileOf('a.csv', ''))).toBe('FileWrong: a.csv: is empty: it has no header')
    expect(await wrongIn('/nowhere/a.csv')).toMatch(/^FileWrong: a\.csv: cannot be read: ENOENT/)
    expect(await wrongIn(await fileOf('a.dat', 'x'))).toMatch(/say its format in the mapping/)
    const half = gzipSync('a,b\n'.repeat(10_000))
    expect(await wrongIn(await fileOf('a.csv.gz', half.subarray(0, half.length - 20)))).toMatch(
      /^FileWrong: a\.csv\.gz: the gzip is damaged/,
    )
  })
})

const log = (inside: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">${inside}</log>`

describe('XES', () => {
  const whole = log(`
    <extension name="Concept" prefix="concept" uri="x"/>
    <global scope="trace"><string key="concept:name" value="?"/></global>
    <global scope="event"><string key="org:role" value="UNKNOWN"/><int key="level" value="1"/></global>
    <classifier name="Activity" keys="concept:name 'the step'"/>
    <classifier name="Half" keys="concept:name missing"/>
    <string key="creator" value="somebody"/>
    <trace><string key="concept:name" value="T1"/><float key="cost" value="1.0E7"/>
      <event><string key="concept:name" value="a &amp; b"/><string key="the step" value="1"/>
        <date key="time:timestamp" value="2017-01-09T09:17:18.000+01:00"/><boolean key="ok" value="true"/>
        <string key="outer" value="o"><string key="inner" value="i"/></string>
        <list key="parts"><values><string key="part" value="p1"/><string key="part" value="p2"/></values></list>
      </event>
      <event><string key="concept:name" value="c"/><string key="org:role" value="CLERK"/></event>
    </trace>
    <trace><event><string key="concept:name" value="d"/></event></trace>`)
  it('with traces, globals, classifiers and attributes of attributes', async () => {
    const trace = { 'case:concept:name': 'T1', 'case:cost': { plain: '1.0E7' } }
    const wanted = [
      {
        row: 1,
        values: {
          ...trace,
          'org:role': 'UNKNOWN',
          level: { plain: '1' },
          'concept:name': 'a & b',
          'the step': '1',
          'time:timestamp': '2017-01-09T09:17:18.000+01:00',
          ok: 'true',
          outer: 'o',
          'outer/inner': 'i',
          'parts/part': 'p1',
          'parts/part/2': 'p2',
          'classifier:Activity': 'a & b+1',
        },
      },
      { row: 2, values: { ...trace, 'org:role': 'CLERK', level: { plain: '1' }, 'concept:name': 'c' } },
      { row: 3, values: { 'case:concept:name': '?', 'org:role': 'UNKNOWN', level: { plain: '1' }, 'concept:name': 'd' } },
    ]
    expect(await recordsOf(await fileOf('a.xes', whole))).toEqual(wanted)
    expect(await recordsOf(await fileOf('a.xes.gz', whole))).toEqual(wanted)
  })
  it('what is wrong is named', async () => {
    expect(await wrongIn(await fileOf('a.xes', whole.slice(0, 900)))).toMatch(/^FileWrong: a\.xes: is not XML: \d+:\d+: /)
    expect(await wrongIn(await fileOf('a.xes', '<html/>'))).toBe('FileWrong: a.xes: is no event log: it has no <log>')
    const late = log('<trace><event><string key="a" value="1"/></event><string key="b" value="1"/></trace>')
    expect(await wrongIn(await fileOf('a.xes', late))).toMatch(/attribute b after its events/)
    const nameless = log('<trace><event><string value="1"/></event></trace>')
    expect(await wrongIn(await fileOf('a.xes', nameless))).toBe('FileWrong: a.xes, row 1: an attribute <string> has no key')
    const twice = log('<trace><event><string key="a" value="1"/><string key="a" value="2"/></event></trace>')
    expect(await wrongIn(await fileOf('a.xes', twice))).toMatch(/row 1: the attribute a stands twice/)
    // Declared entities are not expanded, however often they name each other.
    const named = log('<trace><event><string key="a" value="&b;"/></event></trace>').replace(/^.*\n/, '')
    const bomb = `<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${named}`
    expect(await wrongIn(await fileOf('a.xes', bomb))).toMatch(/^FileWrong: a\.xes: is not XML: .*entity/i)
  })
})

const inline = (cell: string, text: string): string => `<c r="${cell}" t="inlineStr"><is><t>${text}</t></is></c>`
const rowOf = (number: number, ...cells: string[]): string => `<row r="${number}">${cells.join('')}</row>`
/** Styles: 0 general, 1 a date, 2 date and time, 3 of one's own, 4 money whose format has a d in quotes, 5 a time of day. */
const styles = `<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/>
  <numFmt numFmtId="165" formatCode="&quot;Rp d&quot;#,##0.00"/></numFmts>
  <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
  <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs>`

describe('XLSX', () => {
  const head = rowOf(1, inline('A1', 'a'), inline('B1', 'b'), inline('C1', 'c'))
  const valuesOf = async (cells: string, more: Parameters<typeof workbook>[1] = {}) => {
    const file = await fileOf('a.xlsx', workbook({ One: head + rowOf(2, cells) }, { styles, ...more }))
    return (await recordsOf(file))[0]?.values
  }
  it('texts, shared and rich and without their phonetics; empty rows and cells; the sheet that is named', async () => {
    const strings = '<si><t>first</t></si><si><r><t>ri</t></r><r><t xml:space="preserve">ch &amp; </t></r><rPh><t>NO</t></rPh></si>'
    const one = head + rowOf(3, '<c r="A3" t="s"><v>1</v></c>', '<c r="C3" t="str"><f>A1</f><v>made</v></c>') + rowOf(4)
    const file = await fileOf('a.xlsx', workbook({ One: one, Two: rowOf(1, inline('A1', 'x')) + rowOf(2, inline('A2', 'y')) }, { strings }))
    expect(await recordsOf(file)).toEqual([{ row: 3, values: { a: 'rich & ', c: 'made' } }])
    expect(await recordsOf(file, { sheet: 'Two' })).toEqual([{ row: 2, values: { x: 'y' } }])
    expect(await wrongIn(file, { sheet: 'Three' })).toBe('FileWrong: a.xlsx: has no sheet Three; it has: One, Two')
  })
  it.each([
    ['<c r="A2" s="1"><v>42744</v></c>', '2017-01-09'],
    ['<c r="A2" s="2"><v>42744.387013888889</v></c>', '2017-01-09T09:17:18'],
    ['<c r="A2" s="3"><v>42744</v></c>', '2017-01-09T00:00:00'],
    ['<c r="A2" s="1"><v>1</v></c>', '1900-01-01'],
    ['<c r="A2" s="1"><v>59</v></c>', '1900-02-28'],
    ['<c r="A2" s="1"><v>61</v></c>', '1900-03-01'],
    ['<c r="A2" s="5"><v>0.5</v></c>', '12:00:00'],
    ['<c r="A2" t="d"><v>2017-01-09T09:17:18Z</v></c>', '2017-01-09T09:17:18Z'],
    ['<c r="A2" t="b"><v>1</v></c>', 'true'],
    ['<c r="A2" s="4"><v>1851068957.43</v></c>', { plain: '1851068957.43' }],
    ['<c r="A2"><v>0.30000000000000004</v></c>', { plain: '0.3' }],
    ['<c r="A2"><v>1.5E-7</v></c>', { plain: '0.00000015' }],
    ['<c r="A2"><v>1E+6</v></c>', { plain: '1000000' }],
    ['<c r="A2"><v>123456789012345</v></c>', { plain: '123456789012345' }],
    ['<c r="A2"><f>B1*2</f><v>84</v></c>', { plain: '84' }],
  ])('%s is %o', async (cells, value) => expect((await valuesOf(cells))?.['a']).toEqual(value))
  it.each([
    ['<c r="A2"><v>1671040101000100000</v></c>', /more than fifteen digits/],
    ['<c r="A2"><v>1.6710401010001E+18</v></c>', /more than fifteen digits/],
    ['<c r="A2"><f>B1*2</f></c>', /formula without its result/],
    ['<c r="A2" t="e"><v>#REF!</v></c>', /shows #REF!/],
    ['<c r="A2" s="1"><v>60</v></c>', /no date/],
    ['<c r="A2" s="1"><v>-1</v></c>', /no date/],
    ['<c r="A2" t="s"><v>7</v></c>', /no shared text 7/],
  ])('%s cannot be relied on', async (cells, why) =>
    expect((await valuesOf(cells))?.['a']).toEqual({ why: expect.stringMatching(why) as string }),
  )
  it('days from 1904', async () =>
    expect(await valuesOf('<c r="A2" s="1"><v>41282</v></c>', { date1904: true })).toEqual({ a: '2017-01-09' }))
  it('what is no spreadsheet is named', async () => {
    expect(await wrongIn(await fileOf('a.xlsx', 'no zip at all'))).toMatch(/^FileWrong: a\.xlsx: is no spreadsheet/)
    expect(await wrongIn(await fileOf('a.xlsx', zipOf({ 'x.txt': 'x' })))).toBe('FileWrong: a.xlsx: is no spreadsheet: it has no workbook')
    expect(await wrongIn(await fileOf('a.xlsx', workbook({ One: '' })))).toBe('FileWrong: a.xlsx: the sheet One is empty: it has no header')
    const whole = workbook({ One: head + rowOf(2, inline('A2', 'x'.repeat(5000))) })
    const damaged = Buffer.from(whole)
    damaged.fill(0xff, 120, 160)
    expect(await wrongIn(await fileOf('a.xlsx', damaged))).toMatch(/^FileWrong: a\.xlsx: /)
  })
  it('what would fill the memory is refused, however small it is packed', async () => {
    const wrongOf = async (rows: string, more = {}) => wrongIn(await fileOf('a.xlsx', workbook({ One: rows }, more)))
    const head = '<row r="1"><c r="A1" t="str"><v>a</v></c></row>'
    const long = 'x'.repeat(5 * 2 ** 20)
    expect(await wrongOf(`${head}<row r="2"><c r="A2" t="str"><v>${long}</v></c></row>`)).toMatch(/has a text of more than 4194304/)
    expect(await wrongOf(`${head}<row r="2"><c r="${long}"/></row>`)).toMatch(/has a text of more than 4194304/)
    expect(await wrongOf(head, { strings: `<si><t>${long}</t></si>` })).toMatch(/has a text of more than 4194304/)
    expect(await wrongOf(`${head}<row r="2">${'<c><v>1</v></c>'.repeat(16_385)}</row>`)).toBe(
      'FileWrong: a.xlsx, row 2: has more than 16384 columns',
    )
    const many = Array.from({ length: 10_001 }, (_, index) => `<int key="${index}" value="1"/>`).join('')
    expect(await wrongIn(await fileOf('a.xes', log(`<trace><event>${many}</event></trace>`)))).toMatch(
      /row 1: has more than 10000 attributes/,
    )
  })
  it('a date or a row that is no number is named, and stops nothing else', async () => {
    const dates = { styles: '<cellXfs count="1"><xf numFmtId="14"/></cellXfs>' }
    const rows = '<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><v>besok</v></c></row>'
    expect(await recordsOf(await fileOf('a.xlsx', workbook({ One: rows }, dates)))).toEqual([
      { row: 2, values: { a: { why: 'NaN is no date of a spreadsheet' } } },
    ])
    expect(await wrongIn(await fileOf('a.xlsx', workbook({ One: rows.replace('r="2"', 'r="dua"') })))).toBe(
      'FileWrong: a.xlsx: has a row dua, which is no number',
    )
  })
  it('a file of another program', async () => {
    const file = new URL('../fixtures/openpyxl.xlsx', import.meta.url)
    expect(await recordsOf(await fileOf('b.xlsx', await readFile(file)))).toEqual([
      {
        row: 2,
        values: { perkara: 'A-1', kegiatan: 'Diajukan', waktu: '2018-07-02T09:30:15', nilai: { plain: '1250000.5' }, lunas: 'false' },
      },
      { row: 4, values: { perkara: 'A-1', kegiatan: 'Dibayar', waktu: '2018-07-09', nilai: { plain: '500000' }, lunas: 'true' } },
    ])
  })
})
