import { z } from 'zod'
import { event, Note } from '../kernel/define.ts'

const Commitment = z.string().regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256: 64 hexadecimal digits, a to f small' })

/** Names and numbers stand in the registry beside the log; the log keeps only a salted commitment to the record (CONTRACTS A8). */
export const PersonRegistered = event('person.Registered', {
  means: 'A person is in the registry; the log knows the id and a commitment to the record',
  identity: ['commitment'],
  data: { commitment: Commitment },
})
export const RecordChanged = event('person.RecordChanged', {
  means: 'The record of a person in the registry changed',
  identity: ['commitment'],
  data: { commitment: Commitment },
})
export const PersonErased = event('person.Erased', {
  means: 'The record of a person was erased from the registry; facts keep the id, which now leads nowhere',
  identity: ['effectiveOn'],
  final: true,
  data: { why: Note },
})
