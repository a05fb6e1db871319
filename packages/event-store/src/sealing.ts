import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes } from 'node:crypto'

/** The key is missing, malformed, or not the one that sealed the records. */
export class PersonsKeyWrong extends Error {
  override readonly name = 'PersonsKeyWrong'
}

/** A stored record does not open with the right key: it was changed, or moved from another person. */
export class PersonDamaged extends Error {
  override readonly name = 'PersonDamaged'
}

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16
const saltLength = 32

/** A salt for one version of a record. */
export function newSalt(): Buffer {
  return randomBytes(saltLength)
}

/** Reads JEJAK_PERSONS_KEY: 32 bytes in base64. Throws PersonsKeyWrong that says what is wrong, without the key. */
export function personsKey(text: string | undefined): Buffer {
  if (text === undefined || text === '') throw new PersonsKeyWrong('JEJAK_PERSONS_KEY is not set: 32 random bytes in base64')
  const key = Buffer.from(text, 'base64')
  const regular = /^[A-Za-z0-9+/]+={0,2}$/.test(text)
  if (!regular || key.length !== 32)
    throw new PersonsKeyWrong(`JEJAK_PERSONS_KEY must be 32 bytes in base64 (44 characters), not ${text.length} characters`)
  return key
}

/** Tells keys apart without telling anything of the key. */
export function keyIdOf(key: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from('jejak/persons-key\n'), key]), 'hex').slice(0, 16)
}

/** What stands in the log for a record: HMAC-SHA256 of its text under its salt, in hexadecimal digits. */
export function commit(salt: Uint8Array, text: string): string {
  return createHmac('sha256', salt).update(text).digest('hex')
}

/** nonce, tag, ciphertext of salt and record. The salt is inside: who reads the table alone cannot try guesses against the log. */
export function seal(key: Uint8Array, id: string, salt: Uint8Array, text: string): Buffer {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength }).setAAD(Buffer.from(id))
  const body = Buffer.concat([cipher.update(salt), cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Salt and record of what `seal` made. Throws PersonDamaged. */
export function unseal(key: Uint8Array, id: string, sealed: Buffer): { salt: Buffer; text: string } {
  const nonce = sealed.subarray(0, nonceLength)
  const tag = sealed.subarray(nonceLength, nonceLength + tagLength)
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength }).setAAD(Buffer.from(id)).setAuthTag(tag)
  try {
    const plain = Buffer.concat([decipher.update(sealed.subarray(nonceLength + tagLength)), decipher.final()])
    return { salt: plain.subarray(0, saltLength), text: plain.subarray(saltLength).toString('utf8') }
  } catch (error) {
    throw new PersonDamaged(`the record of person ${id} does not open: it was altered or belongs to another person`, { cause: error })
  }
}
