import { describe, expect, it } from 'vitest'
import { checkEdition, domain, editionDoubts, nearest, shippedEditions, type Edition } from '@jejak/domain'
import { variant } from '../support/editions.ts'

type Draft = Parameters<Parameters<typeof variant>[1]>[0]
type Flow = NonNullable<Draft['workflows'][string]>
type Stages = Record<string, Flow['stages'][string]>

const flow = (draft: Draft, kind: string): Flow => draft.workflows[kind] as Flow
const stages = (draft: Draft, kind: string): Stages => flow(draft, kind).stages
const kube = (change: (draft: Draft) => void): Edition => variant('KUBE-2024', change, 'BENT')
const cycleStage = (draft: Draft, name: string): Stages[string] => stages(draft, 'cycle')[name] as Stages[string]
/** A stage of its own kind: house repairs, by a step at each desk. */
const ownKind = (draft: Draft, more: Partial<Flow>): void => {
  draft.workflows['house-repair'] = {
    initial: 'Filed',
    opens: { 'case.Opened': { by: { any: ['PMU'] } } },
    stages: { Filed: { on: { 'case.StepRecorded:survey:fit': 'Done' } }, Done: { final: true } },
    facts: { 'case.StepRecorded:survey': { by: { any: ['PMU'] } } },
    beside: {},
    path: [],
    chains: [],
    spans: [],
    suspendable: false,
    suspends: [],
    resumes: [],
    ...more,
  }
}

type Line = readonly [name: string, change: (draft: Draft) => void, pointer: string, detail: RegExp]

const hints: readonly Line[] = [
  [
    'a stage with two letters swapped',
    (d) => (cycleStage(d, 'IDENTIFIKASI').on = { 'cycle.StepRecorded:IDENTIFIKASI:done': 'PEMBETNUKAN' }),
    '/workflows/cycle/stages/IDENTIFIKASI/on/cycle.StepRecorded:IDENTIFIKASI:done',
    /stage PEMBETNUKAN does not exist; did you mean PEMBENTUKAN\?/,
  ],
  ['a role', (d) => (cycleStage(d, 'PEMBENTUKAN').holder = 'KUBBE'), '/workflows/cycle/stages/PEMBENTUKAN/holder', /did you mean KUBE\?/],
  [
    'an event type',
    (d) => (flow(d, 'cycle').facts['cycle.MeetingHold'] = { by: { any: ['PMU'] } }),
    '/workflows/cycle/facts/cycle.MeetingHold',
    /no fact is called cycle.MeetingHold; did you mean cycle.MeetingHeld\?/,
  ],
  [
    'a mark of the cycle',
    (d) => (d.group = { ...(d.group as NonNullable<Draft['group']>), cycleMark: 'group-decide' }),
    '/group/cycleMark',
    /did you mean group-decided\?/,
  ],
  [
    'a fact of another kind',
    (d) => (cycleStage(d, 'PEMBENTUKAN').on = { ...cycleStage(d, 'PEMBENTUKAN').on, 'tranche.Credited': {} }),
    '/workflows/cycle/stages/PEMBENTUKAN/on/tranche.Credited',
    /^a cycle does not fold tranche.Credited$/,
  ],
  [
    'facts of a kind of its own, called by its name',
    (d) => ownKind(d, { stages: { Filed: { on: { 'house-repair.StepRecorded:survey:fit': 'Done' } }, Done: { final: true } } }),
    '/workflows/house-repair/stages/Filed/on/house-repair.StepRecorded:survey:fit',
    /uses case.Opened and case.StepRecorded/,
  ],
  [
    'an outcome that is written otherwise in facts',
    (d) => ownKind(d, { facts: { 'case.StepRecorded:survey:fitt': { by: { any: ['PMU'] } } } }),
    '/workflows/house-repair/stages/Filed/on/case.StepRecorded:survey:fit',
    /nobody is named who may record .*:fit; what stands in facts is written case.StepRecorded:survey:fitt/,
  ],
  [
    'a kind of its own that nobody may open',
    (d) => ownKind(d, { opens: { 'case.Opened': {} } }),
    '/workflows/house-repair/opens/case.Opened',
    /nobody is named/,
  ],
  ['a kind that nothing opens', (d) => ownKind(d, { opens: {} }), '/workflows/house-repair', /nothing opens a house-repair/],
  [
    'a revision where no fact brings it back',
    (d) =>
      ownKind(d, {
        stages: {
          Filed: { on: { 'case.StepRecorded:survey:fit': 'Done', 'case.StepRecorded:survey:returned': 'Back' } },
          Back: { revision: true },
          Done: { final: true },
        },
      }),
    '/workflows/house-repair/stages/Back/revision',
    /house-repair.Resubmitted: a kind of your own/,
  ],
  [
    'a fact that suspends and does not exist',
    (d) => ownKind(d, { suspendable: true, suspends: ['case.Suspended'], resumes: ['case.StepRecorded'] }),
    '/workflows/house-repair/suspends/0',
    /no fact is called case.Suspended/,
  ],
  [
    'a fact asked for where it cannot be recorded',
    (d) =>
      (cycleStage(d, 'PEMBENTUKAN').exit = [
        { code: 'met', name: { id: 'x', en: 'x' }, needs: { fact: 'cycle.StepRecorded:PEMBENTUKAN:don' }, onOpen: 'flag', source: 's' },
      ]),
    '/workflows/cycle/stages/PEMBENTUKAN/exit/0/needs/fact',
    /did you mean cycle.StepRecorded:PEMBENTUKAN:done\?/,
  ],
]

const needs = (draft: Draft, stage: string, proof: NonNullable<Stages[string]['exit']>[number]['needs']): void => {
  cycleStage(draft, stage).exit = [{ code: 'c', name: { id: 'x', en: 'x' }, needs: proof, onOpen: 'refuse', source: 's' }]
}

const doubts: readonly Line[] = [
  [
    'a desk that was not put on the path',
    (d) => flow(d, 'cycle').path.splice(flow(d, 'cycle').path.indexOf('REKOMENDASI'), 1),
    '/workflows/cycle/path',
    /neither earlier nor later: REKOMENDASI/,
  ],
  [
    'a stage twice on the path',
    (d) => flow(d, 'cycle').path.push('IDENTIFIKASI'),
    '/workflows/cycle/path/',
    /IDENTIFIKASI is on the path twice/,
  ],
  [
    'papers of an outcome that no stage takes',
    (d) =>
      ownKind(d, { facts: { 'case.StepRecorded:survey': { by: { any: ['PMU'] } }, 'case.StepRecorded:survey:fitt': { papers: ['x'] } } }),
    '/workflows/house-repair/facts/case.StepRecorded:survey:fitt',
    /no stage takes .*:fitt; did you mean case.StepRecorded:survey:fit\?/,
  ],
  [
    'a criterion of a role that has nothing to sign',
    (d) => {
      ownKind(d, {})
      ;(stages(d, 'house-repair')['Filed'] as Stages[string]).exit = [
        { code: 'c', name: { id: 'x', en: 'x' }, needs: { role: 'LURAH' }, onOpen: 'refuse', source: 's' },
      ]
    },
    '/workflows/house-repair/stages/Filed/exit/0/needs/role',
    /only a further signature/,
  ],
  [
    'a measure where nothing is measured',
    (d) => {
      ownKind(d, {})
      ;(stages(d, 'house-repair')['Filed'] as Stages[string]).exit = [
        { code: 'c', name: { id: 'x', en: 'x' }, needs: { measure: 'rooms', min: '1' }, onOpen: 'refuse', source: 's' },
      ]
    },
    '/workflows/house-repair/stages/Filed/exit/0/needs/measure',
    /rooms cannot be given/,
  ],
  [
    'a count of a meeting by another name',
    (d) => {
      cycleStage(d, 'PEMBENTUKAN').on = { ...cycleStage(d, 'PEMBENTUKAN').on, 'cycle.PlanReviewed': { by: { any: ['PMU'] } } }
      needs(d, 'PEMBENTUKAN', { measure: 'attendance-woman', min: '5' })
    },
    '/workflows/cycle/stages/PEMBENTUKAN/exit/0/needs/measure',
    /attendance-woman cannot be given/,
  ],
  [
    'criteria of an end',
    (d) => needs(d, 'MANDIRI', { paper: 'ba-akhir' }),
    '/workflows/cycle/stages/MANDIRI/exit',
    /never asked: no way from it/,
  ],
  [
    'an expected actor whom no fact is for',
    (d) => {
      d.roles['RAJA'] = { name: { id: 'Raja', en: 'King' } }
      ownKind(d, {})
      ;(stages(d, 'house-repair')['Filed'] as Stages[string]).expects = ['RAJA']
    },
    '/workflows/house-repair/stages/Filed/expects/0',
    /no fact of this edition is for the role RAJA/,
  ],
  [
    'a limit that ends where nothing ever stands',
    (d) =>
      ownKind(d, {
        stages: {
          Filed: { marks: ['filed'], on: { 'case.StepRecorded:survey:fit': 'Desk.last' } },
          Desk: { marks: ['done'], stages: { last: { on: { 'case.StepRecorded:survey:done': 'Done' } } } },
          Done: { final: true },
        },
        spans: [{ from: 'filed', to: 'done', warn: 1, stuck: 2, clock: 'calendar' }],
      }),
    '/workflows/house-repair/spans/0/to',
    /done stands only where nothing ever is/,
  ],
  [
    'a role that never logs in and that nobody records for',
    (d) => (d.roles['RAJA'] = { name: { id: 'Raja', en: 'King' }, external: true }),
    '/roles/RAJA',
    /no recordedBy/,
  ],
  ['a cap of a component that is not there', (d) => (d.bop.caps['AL'] = null), '/bop/caps/AL', /AL is not in \/components/],
  [
    'a suspension that nothing lifts',
    (d) => ownKind(d, { suspendable: true, suspends: ['case.StepRecorded:survey:stopped'] }),
    '/workflows/house-repair/suspends',
    /no fact in resumes/,
  ],
  [
    'a suspension that is switched off',
    (d) => ownKind(d, { suspends: ['case.StepRecorded:survey:stopped'], resumes: ['case.StepRecorded:survey:fit'] }),
    '/workflows/house-repair',
    /suspendable is not set/,
  ],
]

describe('a mistake in an edition is told with what was probably meant', () => {
  it.each(hints)('%s', (_, change, pointer, detail) => {
    const places = checkEdition(kube(change), domain)
    expect(places.map((place) => ({ pointer: place.pointer, said: detail.test(place.detail.en) }))).toContainEqual({ pointer, said: true })
    for (const place of places) expect(place.detail.id).not.toBe(place.detail.en)
  })
})

describe('what is probably not meant is told and refuses nothing', () => {
  it.each(shippedEditions.map((edition) => [edition.id, edition] as const))('nothing in %s', (_, edition) =>
    expect(editionDoubts(edition, domain)).toEqual([]),
  )
  it.each(doubts)('%s', (_, change, pointer, detail) => {
    const bent = kube(change)
    expect(checkEdition(bent, domain)).toEqual([])
    const places = editionDoubts(bent, domain)
    expect(places.find((place) => place.pointer.startsWith(pointer) && detail.test(place.detail.en)) ?? places).toHaveProperty('pointer')
  })
})

describe('the nearest word', () => {
  it.each([
    ['holdr', ['holder', 'own'], 'holder'],
    ['HOLDER', ['holder'], 'holder'],
    ['hodler', ['order', 'holder'], 'holder'],
    ['xyz', ['holder'], undefined],
    ['KM', ['KP'], undefined],
    ['same', ['same'], undefined],
    ['x'.repeat(500), ['x'.repeat(499)], undefined],
  ] as const)('of %s', (word, known, wanted) => expect(nearest(word, known)).toBe(wanted))
})
