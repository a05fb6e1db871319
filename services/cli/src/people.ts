import { labelId, prelude } from '@jejak/demo'
import type { TokenFor } from '@jejak/api'

/** A role of the demonstration and who holds it there. */
export interface DemoHolder extends TokenFor {
  readonly role: string
  /** How the command line names the holder: the role, or person by person (`FASKEL-T`, `KSM-B1`). */
  readonly label: string
}

const kelurahan = '16.74.05.1002'
const city = '16.74'
const regionOf: Readonly<Record<string, string>> = {
  KORKOT: city,
  FASKEL: city,
  DPRKP: city,
  POKJA_PKP: city,
  PMU: '',
  PPK: '',
  PPSPM: '',
  KASATKER: '',
}

/** Everybody who holds an office in the demonstration, person by person; auditors and managers hold none and only read. */
export function demoHolders(): readonly DemoHolder[] {
  const offices = prelude
    .filter((line) => line.person !== '')
    .map(({ person, role, institution }) => ({
      role,
      label: person.replace(/^P-/, ''),
      person: labelId(person),
      roles: [role],
      institution: labelId(institution),
      region: regionOf[role] ?? kelurahan,
    }))
  const readers = ['AUDITOR', 'MANAGER'].map((role) => ({ role, label: role, person: labelId(`P-${role}`), roles: [role], region: '' }))
  return [...offices, ...readers]
}

/** Who sets the first offices of a log (CONTRACTS E3): the only role that a new, real log knows. */
export const systemHolder: DemoHolder = {
  role: 'system',
  label: 'system',
  person: '00000000-0000-7000-8000-000000000001',
  roles: ['system'],
  region: '',
}

/** One holder a role: the first in the list of offices. */
export function demoRoles(): readonly DemoHolder[] {
  const roles = new Map<string, DemoHolder>()
  for (const holder of demoHolders()) if (!roles.has(holder.role)) roles.set(holder.role, holder)
  return [...roles.values()]
}

/** Who is meant by a role (`KSM`) or by a person's label (`KSM-B1`). */
export function demoHolder(name: string): DemoHolder | undefined {
  const wanted = name.toUpperCase()
  return demoRoles().find(({ role }) => role.toUpperCase() === wanted) ?? demoHolders().find(({ label }) => label === wanted)
}
