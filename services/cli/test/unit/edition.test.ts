import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { shippedEditions } from '@jejak/domain'
import { run } from '../../src/program.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'jejak-edition-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^(JEJAK_|DATABASE_|LC_|LANG)/.test(name)) vi.stubEnv(name, undefined)
  vi.stubEnv('JEJAK_DATA', folder)
  vi.stubEnv('LANG', 'en_US.UTF-8')
})

async function jejak(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const file = async (name: string, text: string): Promise<string> => {
  await writeFile(path.join(folder, name), text)
  return path.join(folder, name)
}

/** A small edition as somebody writes it, with one text replaced by another. */
const written = (from = '', to = ''): string =>
  `{
  "$schema": "./edition.schema.json",
  "id": "RUMAH-2026",
  "revision": 1,
  "programme": "RUMAH",
  "name": { "id": "Perbaikan rumah", "en": "House repairs" },
  "roles": {
    "DINAS": { "name": { "id": "Dinas", "en": "Housing service" } },
    "WARGA": { "name": { "id": "Warga", "en": "Resident" }, "external": true, "recordedBy": ["DINAS"] }
  },
  "workflows": {
    "repair": {
      "initial": "filed",
      "opens": { "case.Opened": { "by": { "any": ["WARGA"] } } },
      "stages": {
        "filed": { "holder": "DINAS", "on": { "case.StepRecorded:survey:fit": "done", "case.StepRecorded:survey:unfit": "refused" } },
        "done": { "final": true },
        "refused": { "final": true }
      },
      "facts": { "case.StepRecorded:survey": { "by": { "any": ["DINAS"] } } }
    }
  }
}
`.replace(from, to)

test('edition check passes what is shipped, by id and as a file', async () => {
  for (const edition of shippedEditions) {
    const sound = `${edition.id} revision ${edition.revision} can be published`
    expect(await jejak('edition', 'check', edition.id, '--strict')).toEqual({ code: 0, out: sound, err: '' })
    const copy = await file(`${edition.id}.json`, (await jejak('edition', 'show', edition.id)).out)
    expect(JSON.parse((await jejak('edition', 'check', copy, '--json')).out)).toEqual({ id: edition.id, sound: true, places: [] })
  }
})

test('a file may name its schema, which is no part of the edition', async () => {
  const named = await file('named.json', written())
  expect(await jejak('edition', 'check', named)).toMatchObject({ code: 0, out: 'RUMAH-2026 revision 1 can be published' })
  const shown = JSON.parse((await jejak('edition', 'show', named)).out) as object
  expect([Object.keys(shown)[0], '$schema' in shown]).toEqual(['id', false])
  const elsewhere = await file('elsewhere.json', written('"programme":', '"$schema": "x", "programme":'))
  expect((await jejak('edition', 'check', elsewhere)).out).toContain('this name appears twice')
})

/** What was written otherwise, and the one line that tells it. */
const mistakes: readonly (readonly [name: string, from: string, to: string, line: string])[] = [
  ['a comma too many', '"final": true },\n        "ref', '"final": true, },\n        "ref', '17:34: error: not JSON: a comma before }'],
  ['a comma too few', '"revision": 1,', '"revision": 1', '5:3: error: not JSON: a comma or a colon is missing before "'],
  ['a comment', '"revision": 1,', '"revision": 1, // first', '4:18: error: not JSON: JSON has no comments'],
  ['single quotes', '"RUMAH",', "'RUMAH',", '5:16: error: not JSON: text stands in double quotes'],
  ['a line break in a text', '"House repairs"', '"House\nrepairs"', '6:50: error: not JSON: a line break within a text'],
  ['a name that stands twice', '"done": {', '"filed": {', '17:9: error: this name appears twice (/workflows/repair/stages/filed)'],
  [
    'a misspelt field',
    '"holder": "DINAS"',
    '"hodler": "DINAS"',
    '16:20: error: unknown field; did you mean holder? (/workflows/repair/stages/filed/hodler)',
  ],
  ['a field that is missing', '  "programme": "RUMAH",\n', '', '1:1: error: required: text (/programme)'],
  ['a number as text', '"revision": 1', '"revision": "1"', '4:3: error: must be a number, not text (/revision)'],
  [
    'a misspelt stage',
    ':fit": "done"',
    ':fit": "dnoe"',
    '16:47: error: stage dnoe does not exist; did you mean done? (/workflows/repair/stages/filed/on/case.StepRecorded:survey:fit)',
  ],
  [
    'a misspelt role',
    '"holder": "DINAS"',
    '"holder": "DINSA"',
    '16:20: error: role DINSA is not declared in /roles; did you mean DINAS? (/workflows/repair/stages/filed/holder)',
  ],
  [
    'a role in a list',
    '"recordedBy": ["DINAS"]',
    '"recordedBy": ["DINAZ"]',
    '9:94: error: role DINAZ is not declared in /roles; did you mean DINAS? (/roles/WARGA/recordedBy/0)',
  ],
  [
    'a misspelt fact',
    '"case.Opened"',
    '"case.Opend"',
    '14:18: error: no fact is called case.Opend; did you mean case.Opened? (/workflows/repair/opens/case.Opend)',
  ],
  [
    'an outcome that is written otherwise in facts',
    '"facts": { "case.StepRecorded:survey"',
    '"facts": { "case.StepRecorded:survey:unfitt": {"papers": ["ba"]}, "case.StepRecorded:survey"',
    '20:18: warning: no stage takes case.StepRecorded:survey:unfitt; did you mean case.StepRecorded:survey:unfit?',
  ],
]

test.each(mistakes)('edition check finds the place of %s', async (name, from, to, line) => {
  const wrong = await file('wrong.json', written(from, to))
  const { code, out } = await jejak('edition', 'check', wrong)
  expect(out).toContain(`${wrong}:${line}`)
  expect([name, code]).toEqual([name, line.includes('warning') ? 0 : 1])
  expect((await jejak('edition', 'check', wrong, '--strict')).code).toBe(1)
})

test('what stands alone is counted as one, and warnings are told beside what can be published', async () => {
  const warned = await file('warned.json', written('"external": true, "recordedBy": ["DINAS"]', '"external": true'))
  const { out } = await jejak('edition', 'check', warned)
  expect(out.split('\n').at(-1)).toBe('RUMAH-2026 revision 1 can be published, 1 warning')
  expect((await jejak('edition', 'check', warned, '--strict')).out.split('\n').at(-1)).toBe('1 error')
  const told = JSON.parse((await jejak('edition', 'check', warned, '--json')).out) as { places: object[] }
  expect(told).toMatchObject({ sound: true, places: [{ level: 'warning', pointer: '/roles/WARGA', line: 9, column: 5 }] })
})

test('it speaks the language that is asked for, else that of the terminal, else Indonesian', async () => {
  const wrong = await file('wrong.json', written('"holder": "DINAS"', '"hodler": "DINAS"'))
  const indonesian = 'kesalahan: kolom tidak dikenali; maksud Anda holder?'
  expect((await jejak('edition', 'check', wrong, '--language', 'id')).out).toContain(indonesian)
  vi.stubEnv('LANG', 'C.UTF-8')
  expect((await jejak('edition', 'check', wrong)).out).toContain(indonesian)
  expect((await jejak('edition', 'check', 'KUBE-2024')).out).toBe('KUBE-2024 revisi 1 dapat diterbitkan')
  vi.stubEnv('LC_ALL', 'en_GB.UTF-8')
  expect((await jejak('edition', 'check', wrong)).out).toContain('error: unknown field')
  expect(await jejak('edition', 'check', wrong, '--language', 'fr')).toMatchObject({ code: 2, err: expect.stringContaining('id or en') })
})

test('what is no file is told from what is no JSON', async () => {
  for (const name of [path.join(folder, 'missing.json'), folder])
    expect(await jejak('edition', 'check', name)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('cannot read') })
  const empty = await file('empty.json', '')
  expect(await jejak('edition', 'check', empty)).toMatchObject({
    code: 1,
    out: expect.stringContaining('1:1: error: not JSON: the file is empty'),
  })
  expect(await jejak('edition', 'check', await file('bom.json', `\uFEFF${written()}`))).toMatchObject({ code: 0 })
  expect(await jejak('edition', 'check', await file('list.json', '[1]'))).toMatchObject({ code: 1 })
})

test('the list names what comes with Jejak', async () => {
  const { code, out } = await jejak('edition', 'list')
  expect(code).toBe(0)
  for (const { id, name } of shippedEditions) expect(out.split('\n').find((line) => line.startsWith(`${id} `))).toContain(name.en)
  const told = JSON.parse((await jejak('edition', 'list', '--json')).out) as { id: string }[]
  expect(told.map(({ id }) => id)).toEqual(shippedEditions.map(({ id }) => id))
  expect(await jejak('edition', 'list', '--published')).toMatchObject({ code: 3 })
  expect(await jejak('edition', 'show', 'NOTHING-1')).toMatchObject({ code: 2, err: expect.stringContaining('edition list names them') })
  expect(await jejak('edition', 'show', await file('no.json', '{'))).toMatchObject({ code: 1, err: expect.stringContaining('too early') })
})

/** What a diagram declares, joins, and says in notes; every line is one of them. */
function graph(text: string) {
  const [front = '', ...lines] = text.split(/(?<=^stateDiagram-v2)\n/m)
  const body = lines.join('').split('\n')
  const declared = new Set<string>()
  const arrows: (readonly [string, string])[] = []
  const strange: string[] = []
  let isNote = false
  for (const line of body) {
    const state = /^ +state "[^"\n]+" as (\w+)( \{)?$/.exec(line)
    const arrow = /^ +(\S+) --> (\S+?)(?:: [^:;#\n]+)?$/.exec(line)
    if (state) declared.add(state[1] ?? '')
    else if (arrow) arrows.push([arrow[1] ?? '', arrow[2] ?? ''])
    else if (/^ {2}note right of \w+$/.test(line)) isNote = true
    else if (line === '  end note') isNote = false
    else if (!(isNote && /^ {4}• [^:;#<>"{}%]+$/.test(line)) && !/^ *\}$|^ {2}class(Def)? /.test(line)) strange.push(line)
  }
  return { front: front.split('\n'), declared, arrows, strange }
}

test('a diagram declares each stage that its arrows join, and has nothing else in it', async () => {
  for (const edition of shippedEditions) {
    const { diagrams } = JSON.parse((await jejak('edition', 'diagram', edition.id, '--json')).out) as { diagrams: Record<string, string> }
    expect(Object.keys(diagrams)).toEqual(Object.keys(edition.workflows))
    for (const [kind, text] of Object.entries(diagrams)) {
      const { front, declared, arrows, strange } = graph(text)
      expect(front).toEqual(['---', `title: ${edition.id} ${kind}`, '---', 'stateDiagram-v2'])
      expect(strange).toEqual([])
      for (const end of arrows.flat())
        if (end !== '[*]') expect({ edition: edition.id, kind, end, known: declared.has(end) }).toMatchObject({ known: true })
    }
  }
})

test('a diagram draws what leads out of a group once, what is missing as missing, and says what a stage asks for', async () => {
  const tranche = (await jejak('edition', 'diagram', 'KOTAKU-2018', '--kind', 'tranche')).out
  expect(tranche).toMatch(/^---\ntitle: KOTAKU-2018 tranche\n/)
  expect(tranche).toContain('s_SppIssued --> s_SpmIssued: SpmIssued')
  expect(tranche.match(/s_UnderVerification\w* --> s_Cancelled/g)).toEqual(['s_UnderVerification --> s_Cancelled'])
  expect(tranche).toContain('• requested → credited, warn 21, stuck 45 days')
  const cycle = (await jejak('edition', 'diagram', 'KUBE-2024', '--kind', 'cycle')).out
  expect(cycle).toContain('• must - The members are listed in the unified database')
  expect(cycle).toContain('state "readiness (beside)" as s_readiness {')
  const astray = await file('astray.json', written(':fit": "done"', ':fit": "dnoe"'))
  expect((await jejak('edition', 'diagram', astray, '--kind', 'repair')).out).toContain('state "dnoe (does not exist)" as s_dnoe')
})

test('one kind is drawn as Mermaid alone, all kinds as Markdown', async () => {
  const one = await jejak('edition', 'diagram', 'KOTAKU-2018', '--kind', 'tranche')
  const all = await jejak('edition', 'diagram', 'KOTAKU-2018')
  expect(all.out.match(/^```mermaid$/gm)?.length).toBe(all.out.match(/^title: /gm)?.length)
  expect(all.out).toContain(one.out)
  const none = await jejak('edition', 'diagram', 'KOTAKU-2018', '--kind', 'nothing')
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining('tranche') })
  const broken = await jejak('edition', 'diagram', await file('text.json', '{x'))
  expect(broken).toMatchObject({ code: 1, err: expect.stringContaining('not JSON') })
})
