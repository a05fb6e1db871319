import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonicalJson, openPersons, PersonDamaged, PersonExists, type Persons, PersonsKeyWrong, PersonUnknown } from '../src/index.ts'
import { freshLog, type TestLog } from './database.ts'

const siti = { name: 'Siti Aminah', nik: '1674014507800003', phone: '+62812000111', accounts: ['BRI 0123-01'] }
let made: TestLog
let persons: Persons
beforeAll(async () => {
  made = await freshLog()
  persons = openPersons(made.servingPool, randomBytes(32))
})
afterAll(() => made.close())

test('a record comes back, with a commitment that nobody can guess from the record alone', async () => {
  const [one, two] = [randomUUID(), randomUUID()]
  const commitment = await persons.register(one, siti)
  expect(commitment).toMatch(/^[0-9a-f]{64}$/)
  expect(await persons.read(one)).toEqual({ kind: 'known', record: siti, commitment })
  expect(await persons.register(two, siti)).not.toBe(commitment)
  expect(commitment).not.toBe(createHmac('sha256', '').update(canonicalJson(siti)).digest('hex'))
  expect((await persons.readMany([one, two, randomUUID()])).size).toBe(2)
})

test('the same again gives the same commitment, another record is refused', async () => {
  const id = randomUUID()
  const commitment = await persons.register(id, siti)
  expect(await persons.register(id, { ...siti })).toBe(commitment)
  await expect(persons.register(id, { ...siti, name: 'Other' })).rejects.toThrow(PersonExists)
  const changed = await persons.change(id, { ...siti, phone: '+62812000222' })
  expect(changed).not.toBe(commitment)
  expect(await persons.change(id, { ...siti, phone: '+62812000222' })).toBe(changed)
  await expect(persons.change(randomUUID(), siti)).rejects.toThrow(PersonUnknown)
})

test('no clear text stands in the table', async () => {
  await persons.register(randomUUID(), siti)
  const found = await made.adminPool.query<{ sealed: Buffer; row: string }>(
    'select sealed, p::text as row from registry.persons p where sealed is not null',
  )
  expect(found.rows.length).toBeGreaterThan(0)
  for (const { sealed, row } of found.rows) {
    for (const secret of [siti.name, siti.nik, siti.phone]) {
      expect(sealed.includes(secret)).toBe(false)
      expect(row.includes(secret) || row.includes(Buffer.from(secret).toString('hex'))).toBe(false)
    }
  }
})

test('a wrong key fails clearly, at the start and at a read', async () => {
  const id = randomUUID()
  await persons.register(id, siti)
  const other = openPersons(made.servingPool, randomBytes(32))
  await expect(other.checkKey()).rejects.toThrow(PersonsKeyWrong)
  await expect(other.read(id)).rejects.toThrow('JEJAK_PERSONS_KEY is not the key')
  await persons.checkKey()
  expect(() => openPersons(made.servingPool, randomBytes(16))).toThrow(PersonsKeyWrong)
})

test('a record that was altered, or moved to another person, does not open', async () => {
  const [one, two] = [randomUUID(), randomUUID()]
  await persons.register(one, siti)
  await persons.register(two, siti)
  await made.adminPool.query('update registry.persons set sealed = (select sealed from registry.persons where id = $2) where id = $1', [
    one,
    two,
  ])
  await expect(persons.read(one)).rejects.toThrow(PersonDamaged)
  await made.adminPool.query('update registry.persons set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) where id = $1', [two])
  await expect(persons.read(two)).rejects.toThrow(PersonDamaged)
  await made.adminPool.query('delete from registry.persons where id = any ($1::uuid[])', [[one, two]])
})

test('erasing leaves the identifier and nothing else, for ever', async () => {
  const id = randomUUID()
  await persons.register(id, siti)
  expect(await persons.erase(id)).toBe(true)
  expect(await persons.erase(id)).toBe(false)
  expect(await persons.read(id)).toEqual({ kind: 'erased' })
  expect(await persons.erased()).toContain(id)
  await expect(persons.register(id, siti)).rejects.toThrow('was erased')
  await expect(persons.change(id, siti)).rejects.toThrow(PersonUnknown)
  const row = await made.adminPool.query('select sealed, key_id from registry.persons where id = $1', [id])
  expect(row.rows).toEqual([{ sealed: null, key_id: null }])
  expect(await persons.read(randomUUID())).toBeUndefined()
})
