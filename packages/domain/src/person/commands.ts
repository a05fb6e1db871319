import { command } from '../kernel/decider.ts'
import { PersonErased, PersonRegistered, RecordChanged } from './events.ts'

const commitment = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
export const RegisterPerson = command('person.Register', PersonRegistered, { opens: true, example: { commitment } })
export const ChangeRecord = command('person.ChangeRecord', RecordChanged, { example: { commitment } })
export const ErasePerson = command('person.Erase', PersonErased, { example: { why: 'Permintaan subjek data' } })
