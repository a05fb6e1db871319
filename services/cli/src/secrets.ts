import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { newIssuerKey } from '@jejak/api'
import { CommandFailed } from './failure.ts'

const Secrets = z.object({
  /** Password of the serving login of the embedded server. */
  servingPassword: z.string().min(20),
  personsKey: z.string(),
  issuerKey: z.looseObject({ kty: z.string() }),
})
/** What only this installation knows; in a file that only its owner can read. */
export type Secrets = z.infer<typeof Secrets>

const fileIn = (dataDir: string): string => path.join(dataDir, 'secrets.json')

/** Whether a start has been here. */
export const haveSecrets = (dataDir: string): boolean => existsSync(fileIn(dataDir))

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads the secrets of a data folder. Throws when there are none: start makes them. */
export async function readSecrets(dataDir: string): Promise<Secrets> {
  const file = fileIn(dataDir)
  if (!existsSync(file)) throw new CommandFailed(`there is no ${file}: run start first`, 2)
  const parsed = Secrets.safeParse(jsonOf(await readFile(file, 'utf8')))
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.map((issue) => issue.path.join('.') || 'not JSON')
  throw new CommandFailed(`${file} is damaged: ${places.join(', ')}`, 2)
}

/** Reads the secrets, or makes them at the first start. Written whole or not at all, and by one of two starts at the same moment. */
export async function secretsOf(dataDir: string): Promise<Secrets> {
  if (haveSecrets(dataDir)) return readSecrets(dataDir)
  const made: Secrets = {
    servingPassword: randomBytes(24).toString('base64url'),
    personsKey: randomBytes(32).toString('base64'),
    issuerKey: (await newIssuerKey()) as Secrets['issuerKey'],
  }
  await mkdir(dataDir, { recursive: true })
  const draft = `${fileIn(dataDir)}.${randomUUID()}`
  await writeFile(draft, JSON.stringify(made, null, 2), { mode: 0o600 })
  try {
    await link(draft, fileIn(dataDir))
    return made
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return await readSecrets(dataDir)
    throw error
  } finally {
    await unlink(draft)
  }
}
