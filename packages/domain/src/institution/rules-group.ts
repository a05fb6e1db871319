import type { Entity } from '../kernel/entity.ts'
import { dataRule, type Broken, type Rule, type Situation } from '../kernel/rule.ts'
import type { Edition } from '../kernel/workflow.ts'
import type { Institution } from './machine.ts'

/** A business group, and the edition whose criteria it must meet. */
export interface Judged {
  readonly group: Entity<Institution>
  readonly edition: Edition
}

/** G-15: what a business group (KUBE) must be before it is decreed as a recipient, or money to it. */
export interface GroupRules<S, D> {
  /** Number of members, each a household. */
  readonly size: Rule<S, D>
  /** Every member was checked under this edition and found eligible. Source: R:S4. */
  readonly eligible: Rule<S, D>
  /** An account in the name of the group. */
  readonly account: Rule<S, D>
}

/** Builds the rules for a kind of subject; `of` finds the group among what was read, or nothing where the criteria do not apply. */
export function groupRules<S, D>(of: (x: Situation<S, D>) => Judged | undefined): GroupRules<S, D> {
  const rule = (
    code: string,
    id: string,
    en: string,
    metBy: string[],
    broken: (judged: Judged, wanted: NonNullable<Edition['group']>) => Broken | false,
  ): Rule<S, D> =>
    dataRule<S, D>(code, {
      guard: 'G-15',
      id,
      en,
      source: 'DOMAIN §1.5, R:D35b',
      metBy,
      broken: (x) => {
        const judged = of(x)
        const wanted = judged?.edition.group
        return judged !== undefined && wanted !== undefined && broken(judged, wanted)
      },
    })

  return {
    size: rule(
      'group-size-not-allowed',
      'Kelompok usaha beranggotakan {least} sampai {most} rumah tangga; tercatat {members}.',
      'A business group has {least} to {most} households; recorded: {members}.',
      ['institution.MemberJoined', 'institution.MemberLeft'],
      ({ group }, { members: [least, most] }) => {
        const members = group.data.members.length
        return (members < least || members > most) && { details: { least, most, members }, facts: [group.last] }
      },
    ),
    eligible: rule(
      'members-not-eligible',
      '{count} anggota belum dinyatakan layak menurut edisi {edition}.',
      '{count} members are not found eligible by edition {edition}.',
      ['institution.MemberEligibilityChecked'],
      ({ group: { data }, edition }) => {
        const without = data.members.filter((member) => {
          const check = data.checks[member]
          return check === undefined || !check.eligible || check.edition !== edition.id
        })
        return without.length > 0 && { details: { count: without.length, edition: edition.id } }
      },
    ),
    account: rule(
      'recipient-account-missing',
      'Kelompok usaha belum mempunyai rekening atas namanya.',
      'The business group has no account in its name.',
      ['institution.BankAccountOpened'],
      ({ group }) => group.data.accounts.length === 0 && { facts: [group.last] },
    ),
  }
}
