import { describe, it } from 'vitest'
import { given, type Step } from '../support/given.ts'
import { act, id } from '../support/prabumulih.ts'
import { house } from '../support/places.ts'
import { kube } from '../support/kube.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)
/** A group of so many members, all found eligible, with its account, and money decreed. */
const ready = (members: number): Step[] => [
  ...kube.formed,
  numbers(members).map(kube.joined),
  numbers(members).map((n) => kube.checked(n)),
  kube.account,
  kube.decreed,
]
const board = house('BKM-KUBE', 'BKM', 'P-BKM-K', 'BKM')

/** Business groups (KUBE): DOMAIN §1.5, G-15. */
export function groupRows(): void {
  describe('a check of a member (G-15)', () => {
    const joined = given(...kube.formed, kube.joined(1))
    it('says eligible, or which criteria failed', async () => {
      await given(joined.state).when(kube.checked(1)).thenAccepted()
      await given(joined.state)
        .when(kube.checked(1, ['age', 'listed-poor']))
        .thenAccepted()
      await given(joined.state)
        .when(kube.checked(1, ['age'], { outcome: 'eligible' }))
        .thenRefused('eligibility-inconsistent')
      await given(joined.state)
        .when(kube.checked(1, [], { outcome: 'not-eligible' }))
        .thenRefused('eligibility-inconsistent')
    })
    it('in codes: nothing personal', async () => {
      await given(joined.state)
        .when(kube.checked(1, [], { age: 61 }))
        .thenMalformed('/')
      await given(joined.state)
        .when(kube.checked(1, ['61 tahun']))
        .thenMalformed('/failed/0')
    })
    it('needs evidence', () =>
      given(joined.state)
        .when({ ...kube.checked(1), papers: [] })
        .thenRefused('eligibility-unproven'))
    it('is of a member', () => given(joined.state).when(kube.checked(2)).thenRefused('not-a-member'))
    it('by an edition that has criteria, and by those', async () => {
      const by = (edition: object) => kube.checked(1, [], { edition })
      await given(joined.state)
        .when(by({ id: 'KOTAKU-2018', revision: 1 }))
        .thenRefused('edition-without-criteria')
      await given(joined.state)
        .when(by({ id: 'KUBE-NONE', revision: 1 }))
        .thenRefused('edition-without-criteria')
    })
    it('of a business group only', () =>
      given(...kube.formed, board.wishes)
        .when({ ...kube.checked(1), subject: { kind: 'institution', id: id('BKM-KUBE') } })
        .thenRefused('not-a-business-group', { kind: 'BKM' }))
    it('by those who answer for it', () =>
      given(joined.state)
        .when({ ...kube.checked(1), actor: kube.chair })
        .thenRefused('role-not-allowed'))
  })

  describe('money for a business group (G-15)', () => {
    it('five to ten households', async () => {
      await given(...ready(4))
        .when(kube.recipient())
        .thenRefused('group-size-not-allowed', { least: 5, most: 10, members: 4 })
      await given(...ready(5))
        .when(kube.recipient())
        .thenAccepted()
      await given(...ready(10))
        .when(kube.recipient())
        .thenAccepted()
      await given(...ready(11))
        .when(kube.recipient())
        .thenRefused('group-size-not-allowed', { members: 11 })
    })
    it('every member was checked, and last found eligible', async () => {
      await given(...ready(5), kube.joined(6))
        .when(kube.recipient())
        .thenRefused('members-not-eligible', { count: 1 })
      await given(...ready(6), { ...kube.checked(3, ['no-state-officer']), on: '2017-01-03' })
        .when(kube.recipient())
        .thenRefused('members-not-eligible', { count: 1 })
      await given(...ready(6), { ...kube.checked(3, ['no-state-officer']), on: '2017-01-03' }, kube.left(3))
        .when(kube.recipient())
        .thenAccepted()
    })
    it('an account in the name of the group', () =>
      given(...ready(5).filter((step) => step !== kube.account))
        .when(kube.recipient())
        .thenRefused('recipient-account-missing'))
    it('by values whose least comes first', () =>
      given(...kube.formed)
        .when(
          act('edition.Publish', { kind: 'edition', id: 'KUBE-BENT' }, kube.service, {
            revision: 1,
            content: { ...kube.edition, id: 'KUBE-BENT', group: { ...kube.edition.group, members: [10, 5] } },
          }),
        )
        .thenMalformed('/content/group/members'))
    it('not to a board', () =>
      given(...ready(5), board.wishes)
        .when(kube.recipient(id('BKM-KUBE')))
        .thenRefused('recipient-not-a-board', { wanted: 'KUBE', kind: 'BKM' }))
    it('nor to a group that has ended', () =>
      given(...ready(5), act('institution.Dissolve', kube.group, kube.service, { why: 'Bubar' }))
        .when(kube.recipient())
        .thenRefused('recipient-not-a-board'))
  })
}
