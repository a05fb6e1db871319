import type { Entity } from '../kernel/entity.ts'
import { dataRule, type Situation } from '../kernel/rule.ts'
import type { Edition } from '../kernel/workflow.ts'
import { institutionFold, type Institution } from '../institution/machine.ts'
import type { Allocation } from './machine.ts'

/** G-15: what a business group (KUBE) must be before money is decreed to it, by the edition of the allocation. */

type X = Situation<Allocation, { recipient: string }>

/** The group to which the edition's criteria apply; nothing where money goes to boards. */
function groupOf({
  edition,
  world,
  call,
}: X): { readonly wanted: NonNullable<Edition['group']>; readonly group: Entity<Institution> } | undefined {
  return edition.group && { wanted: edition.group, group: world.one(institutionFold, call.data.recipient) }
}

const rule = (
  code: string,
  id: string,
  en: string,
  broken: (x: X) => ReturnType<Parameters<typeof dataRule>[1]['broken']>,
  metBy: string[],
) => dataRule<Allocation, { recipient: string }>(code, { guard: 'G-15', id, en, source: 'DOMAIN §1.5, R:D35b', metBy, broken })

/** Number of members, each a household. Source: DOMAIN §1.5, R:D35b. */
export const groupSize = rule(
  'group-size-not-allowed',
  'Kelompok usaha beranggotakan {least} sampai {most} rumah tangga; tercatat {members}.',
  'A business group has {least} to {most} households; recorded: {members}.',
  (x) => {
    const { wanted, group } = groupOf(x) ?? {}
    if (wanted === undefined || group === undefined) return undefined
    const [least, most] = wanted.members
    const members = group.data.members.length
    return (members < least || members > most) && { details: { least, most, members }, facts: [group.last] }
  },
  ['institution.MemberJoined', 'institution.MemberLeft'],
)

/** Every member was checked under this edition and found eligible. Source: DOMAIN §1.5, R:S4. */
export const membersEligible = rule(
  'members-not-eligible',
  '{count} anggota belum dinyatakan layak menurut edisi {edition}.',
  '{count} members are not found eligible by edition {edition}.',
  (x) => {
    const { group } = groupOf(x) ?? {}
    const without = group?.data.members.filter((member) => {
      const check = group.data.checks[member]
      return check === undefined || !check.eligible || check.edition !== x.edition.id
    })
    return without !== undefined && without.length > 0 && { details: { count: without.length, edition: x.edition.id } }
  },
  ['institution.MemberEligibilityChecked'],
)

/** An account in the name of the group. Source: DOMAIN §1.5, R:D35b. */
export const groupAccount = rule(
  'recipient-account-missing',
  'Kelompok usaha belum mempunyai rekening atas namanya.',
  'The business group has no account in its name.',
  (x) => {
    const { group } = groupOf(x) ?? {}
    return group !== undefined && group.data.accounts.length === 0 && { facts: [group.last] }
  },
  ['institution.BankAccountOpened'],
)
