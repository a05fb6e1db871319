import { labelId, prabumulihPrelude } from '@jejak/demo'
import type { TokenFor } from '@jejak/api'

/** A role of the demonstration and who holds it there. */
export interface DemoHolder extends TokenFor {
  readonly role: string
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

/** Who holds which role in the demonstration, one person a role; auditors and managers hold no office and only read. */
export function demoHolders(): readonly DemoHolder[] {
  const offices = prabumulihPrelude().filter((request) => request.command === 'institution.AssumeOffice')
  const holders = new Map<string, DemoHolder>()
  for (const { subject, body } of offices) {
    const role = String(body.data['role'])
    if (holders.has(role)) continue
    holders.set(role, {
      role,
      label: role,
      person: String(body.data['holder']),
      roles: [role],
      institution: subject.id,
      region: regionOf[role] ?? kelurahan,
    })
  }
  for (const role of ['AUDITOR', 'MANAGER'])
    holders.set(role, { role, label: role, person: labelId(`P-${role}`), roles: [role], region: '' })
  return [...holders.values()]
}
