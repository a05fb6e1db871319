import { decider } from '../kernel/decider.ts'
import { stateRule } from '../kernel/rule.ts'
import { ChangeRecord, ErasePerson, RegisterPerson } from './commands.ts'
import type { Person } from './machine.ts'

const known = stateRule<Person>('person-erased', {
  id: 'Data orang ini sudah dihapus.',
  en: 'The record of this person was erased.',
  source: 'CONTRACTS A8',
  broken: ({ self }) => self.opened && self.data.commitment === undefined && { facts: [self.last] },
})

const fresh = stateRule<Person>('person-registered', {
  id: 'Orang ini sudah terdaftar.',
  en: 'This person is registered already.',
  source: 'CONTRACTS A5',
  sort: 'order',
  broken: ({ self }) => self.opened && { facts: [self.last] },
})

export const registerPerson = decider<Person, typeof RegisterPerson.records>(RegisterPerson, { rules: [fresh] })
export const changeRecord = decider<Person, typeof ChangeRecord.records>(ChangeRecord, { rules: [known] })
export const erasePerson = decider<Person, typeof ErasePerson.records>(ErasePerson, { rules: [known] })
