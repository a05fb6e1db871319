import { describe, expect, it } from 'vitest'
import { domain } from '@jejak/domain'
import { given, type Wish } from '../support/given.ts'
import { act, entity, line, scenario, who } from '../support/prabumulih.ts'
import { variant } from '../support/editions.ts'
import { later } from '../support/later.ts'

const foreign = variant('KOTAKU-2018', (draft) => (draft.programme = 'LAIN'), 'LAIN-1')
/** The same order with another word for its end. */
const renamed = variant(
  'KOTAKU-2018',
  (draft) => {
    draft.workflows['cycle'] = JSON.parse(JSON.stringify(draft.workflows['cycle']).replaceAll('"Closed"', '"Selesai"')) as never
  },
  'KOTAKU-2020',
)
/** The same order with other words for the stages of money that is paid. */
const reworded = variant(
  'KOTAKU-2018',
  (draft) => {
    const tranche = JSON.stringify(draft.workflows['tranche']).replaceAll('Sp2dIssued', 'Sp2dKeluar').replaceAll('CreditedToBkm', 'Masuk')
    draft.workflows['tranche'] = JSON.parse(tranche) as never
  },
  'KOTAKU-2021',
)
const { until } = scenario({ editions: [later, foreign, renamed, reworded] })
const pin = { id: 'KOTAKU-2019', revision: 1 }
const paper = { papers: ['surat-edaran'] }
const change = (data: object = {}): Wish => act('allocation.ChangeEdition', entity.allocation, who.pmu, { edition: pin, ...data }, paper)
const cycleChange = (data: object = {}): Wish => act('cycle.ChangeEdition', entity.cycle, who.pmu, { edition: pin, ...data }, paper)
const mapped = { stages: { tranche: { 'UnderVerification.KORKOT': 'UnderVerification.CITY' } } }

/** A running entity goes on under another edition: DESIGN §4. */
export function changingRows(): void {
  describe('a new edition', () => {
    it('applies to what is opened under it; what runs goes on as it was', () =>
      given(until(156)).when(line(157)).thenAccepted('ReturnedForRevision.KORKOT'))
    it('moves an allocation with its tranches and proposals by one fact each', async () => {
      const facts = await given(until(156)).when(change(mapped)).thenAccepted('Agreed')
      expect(facts.map(({ type }) => type)).toEqual([
        'allocation.EditionChanged',
        'tranche.EditionChanged',
        'tranche.EditionChanged',
        'proposal.EditionChanged',
        'proposal.EditionChanged',
        'proposal.EditionChanged',
      ])
      expect(facts.every(({ edition }) => edition?.id === 'KOTAKU-2019')).toBe(true)
      const log = await given(until(156), change(mapped)).state()
      const { stages, edition } = log.fold(domain.slice('tranche').fold, entity.t2.id)
      expect({ stages, edition }).toEqual({ stages: { '': 'UnderVerification.CITY' }, edition: pin })
    })
    it('whose order they follow from then on', async () => {
      const returned = line(157)
      await given(until(156), change(mapped)).when(returned).thenAccepted('ReturnedForRevision.KORKOT')
      await given(until(153), change()).when(line(154)).thenAccepted('UnderVerification.FASKEL')
    })
    it('and whose conditions hold', () => {
      const [behind] = [line(145)]
      return given(until(144), change(), behind).when(line(154)).thenRefused('progress-below-threshold', { wanted: 60 })
    })
    it('a stage that it does not have must be named', async () => {
      await given(until(156)).when(change()).thenRefused('stage-lost-by-edition', { lost: 'tranche UnderVerification.KORKOT' })
      await given(until(156)).when(change()).thenRefusedAt('stage-lost-by-edition', '/stages')
      await given(until(156))
        .when(change({ stages: { tranche: { 'UnderVerification.KORKOT': 'UnderVerification.NOBODY' } } }))
        .thenRefused('stage-lost-by-edition')
    })
    it.each(['CreditedToBkm', 'LpjAccepted', 'Closed', 'Cancelled'])('is no way past the money: not to %s', (to) =>
      given(until(156))
        .when(change({ stages: { tranche: { 'UnderVerification.KORKOT': to } } }))
        .thenRefused('stage-not-earned'),
    )
    it('nor away from it: what was paid stays paid', () =>
      given(until(130))
        .when(change({ edition: { id: 'KOTAKU-2021', revision: 1 } }))
        .thenRefused('stage-not-earned', { marks: 'tranche paid, tranche credited' }))
    it('moves a cycle', async () => {
      await given(until(8)).when(cycleChange()).thenAccepted('2.2')
      await given(until(8), cycleChange()).when(line(9)).thenAccepted('2.3')
      await given(until(8))
        .when(cycleChange({ stages: { '2.2': '2.1' } }))
        .thenAccepted('2.1')
    })
    it('of the same programme only, and another than before', async () => {
      await given(until(8))
        .when(cycleChange({ edition: { id: 'LAIN-1', revision: 1 } }))
        .thenRefused('edition-of-other-programme')
      await given(until(8))
        .when(cycleChange({ edition: { id: 'KOTAKU-2018', revision: 1 } }))
        .thenRefused('edition-unchanged')
      await given(until(8), cycleChange()).when(cycleChange()).thenSame()
    })
    it('that is published, and not withdrawn', async () => {
      await given(until(8))
        .when(cycleChange({ edition: { id: 'KOTAKU-2019', revision: 2 } }))
        .thenRefused('edition-not-usable')
      const withdrawn = act('edition.Withdraw', { kind: 'edition', id: 'KOTAKU-2019' }, who.pmu, { revision: 1, why: 'Keliru' })
      await given(until(8), withdrawn).when(cycleChange()).thenRefused('edition-not-usable')
    })
    it('by those whom it lets', () =>
      given(until(8))
        .when({ ...cycleChange(), actor: who.korkot })
        .thenRefused('role-not-allowed'))
    it('not after the end', () =>
      given(until(284), act('cycle.Close', entity.cycle, who.korkot))
        .when(cycleChange({ edition: { id: 'KOTAKU-2020', revision: 1 } }))
        .thenRefused('edition-change-too-late'))
  })
}
