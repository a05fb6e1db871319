import path from 'node:path'
import { Client } from 'pg'
import { EvidenceUnavailable, openEvidence, type EvidenceStore } from '@jejak/evidence'
import { checkoutDir, type StartSettings } from './checkout.ts'
import { databaseNamed } from './database.ts'
import { CommandFailed, NotConnected } from './failure.ts'

/** Each log has files of its own, so that those of one are no orphans to another: by the name of its database. */
function ownFolder(settings: StartSettings): string {
  const { DATABASE_URL: url, dataDir } = settings
  const name = url === undefined ? databaseNamed(settings) : (new Client(url).database ?? 'jejak')
  return `folder:${path.join(dataDir, 'evidence', name.replaceAll(/[^A-Za-z0-9_-]/g, '_'))}`
}

const absolute = (place: string): string =>
  place.startsWith('folder:') ? `folder:${path.resolve(checkoutDir, place.slice('folder:'.length))}` : place

/** Opens the store of evidence that the settings name, else the folder of the log in the data folder. */
export async function evidenceOf(settings: StartSettings): Promise<EvidenceStore> {
  const { JEJAK_S3_ENDPOINT: endpoint, JEJAK_S3_KEY_ID: keyId, JEJAK_S3_SECRET: secret, JEJAK_S3_REGION: region } = settings
  const place = absolute(settings.JEJAK_EVIDENCE ?? ownFolder(settings))
  try {
    return await openEvidence({
      place,
      sizeMax: settings.JEJAK_EVIDENCE_MAX_MIB * 1_048_576,
      drafts: path.join(settings.dataDir, 'evidence-drafts'),
      now: Date.now,
      ...(keyId !== undefined && secret !== undefined
        ? { s3: { region, keyId, secret, ...(endpoint === undefined ? {} : { endpoint }) } }
        : {}),
    })
  } catch (error) {
    if (error instanceof EvidenceUnavailable) throw new NotConnected(`the store of evidence ${place}: ${error.message}`)
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (error instanceof RangeError || code !== '')
      throw new CommandFailed(`JEJAK_EVIDENCE: ${place} cannot be used: ${error instanceof Error ? error.message : ''}`, 2)
    throw error
  }
}
