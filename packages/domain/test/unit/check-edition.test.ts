import { describe, expect, it } from 'vitest'
import { checkEdition, domain, shippedEditions, type Edition } from '@jejak/domain'
import { given } from '../support/given.ts'
import { act, who } from '../support/prabumulih.ts'
import { office } from '../support/places.ts'
import { variant } from '../support/editions.ts'

type Draft = Parameters<Parameters<typeof variant>[1]>[0]
type Flow = NonNullable<Draft['workflows'][string]>
type Place = Flow['stages'][string]

const flow = (draft: Draft, kind: string): Flow => draft.workflows[kind] as Flow
const stage = (draft: Draft, kind: string, ...names: string[]): Place => {
  let at: Place | undefined
  let inside: Readonly<Record<string, Place>> | undefined = flow(draft, kind).stages
  for (const name of names) {
    at = inside?.[name]
    inside = at?.stages
  }
  return at as Place
}

/** What is wrong with the edition, where it must be found, and what is said of it. */
const mistakes: readonly (readonly [string, (draft: Draft) => void, string, RegExp])[] = [
  ['shares that do not add to 100', (d) => (d.tranches.percent = [70, 29]), '/tranches/percent', /add to 99/],
  ['a rounding unit of nothing', (d) => (d.tranches.roundingUnit = '0'), '/tranches/roundingUnit', /above zero/],
  [
    'a step of a chain that no fact takes',
    (d) => (flow(d, 'proposal').chains = [{ name: 'file', steps: ['V1', 'V9'] }]),
    '/workflows/proposal/chains/0/steps/1',
    /V9/,
  ],
  ['a component without a cap, not even an unknown one', (d) => d.components.push('NEW'), '/bop/caps', /NEW/],
  ['a kind that must have a workflow and has none', (d) => delete d.workflows['tranche'], '/workflows', /tranche/],
  ['an undeclared role that forces', (d) => (d.force.roles = ['RAJA']), '/force/roles/0', /RAJA/],
  [
    'an undeclared role that records',
    (d) => ((d.roles['BKM'] as { recordedBy?: string[] }).recordedBy = ['RAJA']),
    '/roles/BKM/recordedBy/0',
    /RAJA/,
  ],
  [
    'an undeclared holder',
    (d) => (stage(d, 'tranche', 'Sp2dIssued').holder = 'RAJA'),
    '/workflows/tranche/stages/Sp2dIssued/holder',
    /RAJA/,
  ],
  [
    'a holder by a name of the language',
    (d) => (stage(d, 'tranche', 'Sp2dIssued').holder = 'toString'),
    '/workflows/tranche/stages/Sp2dIssued/holder',
    /toString/,
  ],
  [
    'an undeclared role that decides',
    (d) => (flow(d, 'tranche').facts['tranche.SppIssued'] = { by: { any: ['RAJA'] }, step: 'VF-13' }),
    '/workflows/tranche/facts/tranche.SppIssued/by',
    /RAJA/,
  ],
  [
    'an undeclared role that opens',
    (d) => (flow(d, 'allocation').opens['allocation.Decreed'] = { by: { any: ['RAJA'] } }),
    '/workflows/allocation/opens/allocation.Decreed/by',
    /RAJA/,
  ],
  [
    'an undeclared role in one stage',
    (d) =>
      (stage(d, 'tranche', 'SpmIssued').on = {
        ...stage(d, 'tranche', 'SpmIssued').on,
        'tranche.Cancelled': { to: 'Cancelled', by: { any: ['RAJA'] } },
      }),
    '/workflows/tranche/stages/SpmIssued/on/tranche.Cancelled/by',
    /RAJA/,
  ],
  [
    'a target that does not exist',
    (d) => (stage(d, 'tranche', 'Sp2dIssued').on = { 'tranche.Credited': 'Nowhere' }),
    '/workflows/tranche/stages/Sp2dIssued/on/tranche.Credited',
    /Nowhere/,
  ],
  [
    'a target named like a part of the language',
    (d) => (stage(d, 'tranche', 'Sp2dIssued').on = { 'tranche.Credited': 'constructor' }),
    '/workflows/tranche/stages/Sp2dIssued/on/tranche.Credited',
    /constructor/,
  ],
  ['a beginning that does not exist', (d) => (flow(d, 'tranche').initial = 'Nowhere'), '/workflows/tranche/initial', /Nowhere/],
  [
    'a landing stage that does not exist',
    (d) => ((flow(d, 'tranche').facts['tranche.Credited'] as { lands?: string }).lands = 'Nowhere'),
    '/workflows/tranche/facts/tranche.Credited/lands',
    /Nowhere/,
  ],
  ['a path over what does not exist', (d) => flow(d, 'tranche').path.splice(2, 0, 'Nowhere'), '/workflows/tranche/path/2', /Nowhere/],
  [
    'a stage never reached',
    (d) => ((flow(d, 'tranche').stages as Record<string, Place>)['Island'] = { holder: 'BKM', on: { 'tranche.Closed': 'Closed' } }),
    '/workflows/tranche/stages/Island',
    /never reached/,
  ],
  [
    'a chain without end',
    (d) => ((stage(d, 'allocation', 'Agreed').on = { 'allocation.Revised': {} }), (stage(d, 'allocation', 'Closed').final = undefined)),
    '/workflows/allocation/stages/Agreed',
    /no final stage/,
  ],
  [
    'a required mark that no stage carries',
    (d) => (stage(d, 'allocation', 'Agreed').marks = []),
    '/workflows/allocation/stages',
    /agreement-signed/,
  ],
  [
    'a required mark on a transition, where rules do not look',
    (d) => {
      stage(d, 'tranche', 'CreditedToBkm').marks = ['paid']
      stage(d, 'tranche', 'Sp2dIssued').on = { 'tranche.Credited': { to: 'CreditedToBkm', marks: ['credited'] } }
    },
    '/workflows/tranche/stages',
    /credited/,
  ],
  [
    'a required mark on a group, where nobody stands',
    (d) => {
      stage(d, 'tranche', 'UnderVerification', 'FASKEL').marks = []
      stage(d, 'tranche', 'UnderVerification').marks = ['requested']
    },
    '/workflows/tranche/stages',
    /requested/,
  ],
  [
    'a fact the kind does not fold',
    (d) => (stage(d, 'tranche', 'Sp2dIssued').on = { ...stage(d, 'tranche', 'Sp2dIssued').on, 'cycle.Closed': {} }),
    '/workflows/tranche/stages/Sp2dIssued/on/cycle.Closed',
    /does not fold/,
  ],
  [
    'a fact that nobody knows',
    (d) => (flow(d, 'tranche').facts['tranche.Vanished'] = { by: { any: ['BKM'] } }),
    '/workflows/tranche/facts/tranche.Vanished',
    /no fact is called tranche.Vanished/,
  ],
  [
    'a fact that nobody may record',
    (d) => delete flow(d, 'tranche').facts['tranche.SppIssued'],
    '/workflows/tranche/stages/UnderVerification/stages/PPK/on/tranche.SppIssued',
    /nobody is named/,
  ],
  [
    'a revision with several desks',
    (d) =>
      (stage(d, 'tranche', 'UnderVerification', 'KORKOT').on = {
        ...stage(d, 'tranche', 'UnderVerification', 'KORKOT').on,
        'tranche.StepRecorded:VF-12:returned': 'ReturnedForRevision.FASKEL',
      }),
    '/workflows/tranche/stages/ReturnedForRevision/stages/FASKEL',
    /2 desks/,
  ],
  [
    'a span over a mark that no stage carries',
    (d) => (flow(d, 'tranche').spans[0] = { from: 'requested', to: 'gone', warn: 1, stuck: 2, clock: 'calendar' }),
    '/workflows/tranche/spans/0/to',
    /gone/,
  ],
  [
    'a span over a stage that does not exist',
    (d) => (flow(d, 'tranche').spans[0] = { stage: 'Nowhere', warn: 1, stuck: 2, clock: 'calendar' }),
    '/workflows/tranche/spans/0/stage',
    /Nowhere/,
  ],
  [
    'a span over nothing',
    (d) => (flow(d, 'tranche').spans[0] = { warn: 1, stuck: 2, clock: 'calendar' }),
    '/workflows/tranche/spans/0',
    /two marks/,
  ],
  [
    'a span that warns after it is stuck',
    (d) => (flow(d, 'tranche').spans[0] = { from: 'requested', to: 'credited', warn: 9, stuck: 2, clock: 'calendar' }),
    '/workflows/tranche/spans/0',
    /warn/,
  ],
  [
    'a span counted anew by a mark that no stage carries',
    (d) => (flow(d, 'proposal').spans[0] = { stage: 'InProgress', each: 'gone', warn: 1, stuck: 2, clock: 'calendar' }),
    '/workflows/proposal/spans/0/each',
    /gone/,
  ],
  [
    'a span counted anew in no stage',
    (d) => (flow(d, 'proposal').spans[0] = { from: 'submitted', to: 'approved', each: 'funded', warn: 1, stuck: 2, clock: 'calendar' }),
    '/workflows/proposal/spans/0',
    /each goes with a stage/,
  ],
  [
    'a mark set through a field that the fact does not have',
    (d) => (flow(d, 'tranche').facts['tranche.LpjAccepted'] = { names: { successor: ['gone'] } }),
    '/workflows/tranche/facts/tranche.LpjAccepted/names/successor',
    /names no tranche in successor/,
  ],
  [
    'a mark set through a field that names another kind',
    (d) => (flow(d, 'tranche').facts['tranche.InstalmentPaid'] = { names: { proposal: ['gone'] } }),
    '/workflows/tranche/facts/tranche.InstalmentPaid/names/proposal',
    /names no tranche in proposal/,
  ],
  ['a plan mark that no cycle carries', (d) => (d.agreement.planMark = 'plan-blessed'), '/agreement/planMark', /plan-blessed/],
]

const found = (edition: Edition): string[] => checkEdition(edition, domain).map(({ pointer }) => pointer)

describe('an edition is checked before it is published', () => {
  it.each(shippedEditions.map((edition) => [edition.id, edition] as const))('%s is sound', (_, edition) =>
    expect(checkEdition(edition, domain)).toEqual([]),
  )

  it.each(mistakes)('%s', async (_, change, pointer, detail) => {
    const bent = variant('KOTAKU-2018', change, 'BENT')
    const place = checkEdition(bent, domain).find((candidate) => candidate.pointer === pointer && detail.test(candidate.detail.en))
    expect(place ?? checkEdition(bent, domain)).toMatchObject({ pointer })
    const publish = act(
      'edition.Publish',
      { kind: 'edition', id: 'BENT' },
      who.pmu,
      { revision: 1, content: bent },
      { papers: ['naskah-edisi'] },
    )
    await given(office(who.pmu, { from: '2004-01-01' }))
      .when(publish)
      .thenRefusedAt('edition-unsound', ...found(bent).map((at) => `/content${at}`))
  })

  it('a house that runs no kind of ours needs no workflow of ours', () => {
    const foreign = (more: string[]) =>
      variant('KOTAKU-2018', (draft) => {
        const { cycle: order, ...others } = draft.workflows
        if (order === undefined) throw new Error('no cycle')
        const step = { on: { 'case.StepRecorded:pay': 'Paid' } }
        draft.agreement.planMark = draft.handover.maintenancePlanMark = null
        delete draft.agreement.fundingMark
        draft.workflows = {
          'payment-request': {
            ...order,
            beside: {},
            initial: 'Filed',
            opens: { 'case.Opened': { by: { any: ['PMU'] } } },
            facts: { 'case.StepRecorded:pay': { by: { any: ['PMU'] } } },
            stages: { Filed: step, Paid: { final: true } },
            path: [],
            spans: [],
            chains: [],
          },
          ...Object.fromEntries(more.map((kind) => [kind, others[kind] as never])),
        }
      })
    expect(checkEdition(foreign([]), domain)).toEqual([])
    expect(checkEdition(foreign(['tranche']), domain).map(({ detail }) => detail.en)).toEqual([
      'no workflow for allocation',
      'no workflow for proposal',
    ])
  })

  it('a malformed edition does not even reach the check', () => {
    const { programme: _, ...malformed } = variant('KOTAKU-2018', () => undefined)
    return given(office(who.pmu, { from: '2004-01-01' }))
      .when(act('edition.Publish', { kind: 'edition', id: 'KOTAKU-2018-X' }, who.pmu, { revision: 1, content: malformed }))
      .thenMalformed('/content/programme')
  })
  it('a kind whose name marks key tags is refused', () =>
    expect(
      found(
        variant(
          'KOTAKU-2018',
          (d) =>
            (d.workflows['allocation-key'] = {
              ...flow(d, 'allocation'),
              stages: {},
              facts: {},
              opens: {},
              path: [],
              spans: [],
              initial: undefined,
            } as Flow),
        ),
      ),
    ).toContain('/workflows/allocation-key'))
})

describe('loans', () => {
  const wrong = (change: (draft: Draft) => void) => checkEdition(variant('UPK-2010', change), domain).map(({ pointer }) => pointer)
  it('come with their rules, and pools with them', () => {
    expect(wrong(() => {})).toEqual([])
    expect(wrong((draft) => delete draft.loans)).toEqual(['/loans'])
    expect(wrong((draft) => delete draft.workflows['loanPool'])).toEqual(['/workflows'])
  })
})
