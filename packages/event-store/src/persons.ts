import type { Json } from '@jejak/domain'
import type { Pool } from 'pg'
import { z } from 'zod'
import { canonicalJson } from './canonical.ts'
import { commit, keyIdOf, newSalt, PersonsKeyWrong, seal, unseal } from './sealing.ts'

/** Personal data of one person: names, NIK, phones, accounts. Never in the log (CONTRACTS A8). */
export type PersonRecord = { readonly [field: string]: Json }

/**
 * A record as read, with the commitment that stands in the log: HMAC-SHA256 of its canonical JSON under its salt, in hexadecimal digits.
 */
export interface KnownPerson {
  readonly kind: 'known'
  readonly record: PersonRecord
  readonly commitment: string
}

/** What the registry knows of an identifier that it has seen. */
export type Person = KnownPerson | { readonly kind: 'erased' }

/** The registry of persons, beside the log. Identifiers are UUIDs. */
export interface Persons {
  /** Stores a record and gives its commitment. The same record again gives the same commitment; another one is PersonExists. */
  register(id: string, record: PersonRecord): Promise<string>
  /** Replaces the record and gives the new commitment; the same record again gives the same commitment. Throws PersonUnknown. */
  change(id: string, record: PersonRecord): Promise<string>
  read(id: string): Promise<Person | undefined>
  readMany(ids: readonly string[]): Promise<ReadonlyMap<string, Person>>
  /** Deletes record and salt for ever and remembers the identifier. True if there was a record. */
  erase(id: string): Promise<boolean>
  /** All erased identifiers: what a restore must drop again. */
  erased(): Promise<readonly string[]>
  /** Throws PersonsKeyWrong when a stored record was sealed with another key. For the start of a service. */
  checkKey(): Promise<void>
}

/** The identifier is registered with another record. */
export class PersonExists extends Error {
  override readonly name = 'PersonExists'
}

/** The identifier is not registered, or is erased. */
export class PersonUnknown extends Error {
  override readonly name = 'PersonUnknown'
}

const Record = z.record(z.string(), z.json())

interface PersonRow {
  readonly id: string
  readonly sealed: Buffer | null
  readonly key_id: string | null
}

const selectText = 'select id, sealed, key_id from registry.persons where id = any ($1::uuid[])'

interface Vault {
  readonly keyId: string
  readonly open: (row: PersonRow) => Person
  readonly sealNew: (id: string, record: PersonRecord) => { readonly sealed: Buffer; readonly commitment: string; readonly text: string }
}

function vault(key: Uint8Array): Vault {
  if (key.length !== 32) throw new PersonsKeyWrong(`the persons key must have 32 bytes, not ${key.length}`)
  const keyId = keyIdOf(key)
  return {
    keyId,
    open({ id, sealed, key_id }) {
      if (sealed === null) return { kind: 'erased' }
      if (key_id !== keyId) throw new PersonsKeyWrong(`JEJAK_PERSONS_KEY is not the key that sealed the record of person ${id}`)
      const { salt, text } = unseal(key, id, sealed)
      return { kind: 'known', record: Record.parse(JSON.parse(text)), commitment: commit(salt, text) }
    },
    sealNew(id, record) {
      const text = canonicalJson(record)
      const salt = newSalt()
      return { sealed: seal(key, id.toLowerCase(), salt, text), commitment: commit(salt, text), text }
    },
  }
}

/** Opens the registry in the pool's database with a key of 32 bytes (see personsKey). */
export function openPersons(pool: Pool, key: Uint8Array): Persons {
  const { keyId, open, sealNew } = vault(key)

  async function readMany(ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
    const { rows } = await pool.query<PersonRow>({ name: 'jejak-persons-1', text: selectText, values: [ids] })
    return new Map(rows.map((row) => [row.id, open(row)]))
  }

  async function read(id: string): Promise<Person | undefined> {
    return (await readMany([id])).get(id.toLowerCase())
  }

  return {
    read,
    readMany,
    async register(id, record) {
      const { sealed, commitment, text } = sealNew(id, record)
      const inserted = await pool.query(
        'insert into registry.persons (id, sealed, key_id) values ($1, $2, $3) on conflict (id) do nothing',
        [id, sealed, keyId],
      )
      if (inserted.rowCount === 1) return commitment
      const existing = await read(id)
      if (existing?.kind === 'known' && canonicalJson(existing.record) === text) return existing.commitment
      throw new PersonExists(existing?.kind === 'erased' ? `person ${id} was erased` : `person ${id} is registered with another record`)
    },
    async change(id, record) {
      const existing = await read(id)
      if (existing?.kind !== 'known') throw new PersonUnknown(`person ${id} is ${existing === undefined ? 'not registered' : 'erased'}`)
      const { sealed, commitment, text } = sealNew(id, record)
      if (canonicalJson(existing.record) === text) return existing.commitment
      const changed = await pool.query(
        'update registry.persons set sealed = $2, key_id = $3, changed_at = clock_timestamp() where id = $1 and erased_at is null',
        [id, sealed, keyId],
      )
      if (changed.rowCount !== 1) throw new PersonUnknown(`person ${id} is erased`)
      return commitment
    },
    async erase(id) {
      const erased = await pool.query(
        `update registry.persons set sealed = null, key_id = null, changed_at = clock_timestamp(), erased_at = clock_timestamp()
         where id = $1 and erased_at is null`,
        [id],
      )
      return erased.rowCount === 1
    },
    async erased() {
      const { rows } = await pool.query<{ id: string }>('select id from registry.persons where erased_at is not null order by id')
      return rows.map((row) => row.id)
    },
    async checkKey() {
      const { rows } = await pool.query<PersonRow>('select id, sealed, key_id from registry.persons where key_id <> $1 limit 1', [keyId])
      for (const row of rows) open(row)
    },
  }
}
