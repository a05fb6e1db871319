import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Edition, commands } from '@jejak/domain'
import { commandKeyHash, eventId, fingerprint, handle, type Log } from '@jejak/event-store'
import { importFiles, parseMapping, prepareImporting, type ImportRequest, type Summary } from '@jejak/importing'
import { freshLog, type TestLog, type TestLogOptions } from '../../packages/event-store/test/database.ts'

/** Where the logs of others are that are not committed: beside the checkout, or where JEJAK_TEST_DATA says. */
const folders = [process.env['JEJAK_TEST_DATA'], path.resolve(import.meta.dirname, '../../../shared/data/logs')]

/** The folder that holds a file, or undefined. */
export const folderOf = (file: string): string | undefined =>
  folders.find((folder) => folder !== undefined && existsSync(path.join(folder, file)))

const beside = (name: string): string => readFileSync(path.join(import.meta.dirname, name), 'utf8')

/** The edition of the university's requests for payment, and how its files are read. */
export const rfpEdition = Edition.parse(JSON.parse(beside('rfp.edition.json')))
export const rfpMapping = parseMapping(beside('rfp.mapping.yml'), 'rfp.mapping.yml')

const system = { person: '00000000-0000-7000-8000-000000000001', role: 'system' }
const now = (): bigint => BigInt(Date.now()) * 1000n

/** Publishes an edition through the rules, by `system`. */
export async function publish(log: Log, edition: Edition): Promise<void> {
  const entry = commands.get('edition.Publish')
  if (!entry) throw new Error('no command edition.Publish')
  const key = { issuer: 'urn:test', subject: 'system', key: `publish ${edition.id} ${edition.revision}` }
  const content = JSON.parse(JSON.stringify(edition)) as never
  const call = {
    command: 'edition.Publish',
    subject: { kind: 'edition', id: edition.id },
    data: { revision: edition.revision, content },
    effectiveOn: '2020-01-01',
    actor: { role: 'system' },
    evidence: [{ docType: 'naskah-edisi', sha256: createHash('sha256').update(JSON.stringify(content)).digest('hex') }],
    recordedBy: system,
    lateReason: 'The edition of older records',
    correlation: eventId(commandKeyHash(key.issuer, key.subject, key.key), 0),
  }
  const handled = await handle(
    {
      key,
      fingerprint: fingerprint({ method: 'POST', route: 'test', ids: [], body: content }),
      commands: [{ slice: entry.slice, decider: entry.decider, call }],
    },
    {
      log,
      reader: {
        read: (reads) => log.read(reads),
        edition: () => Promise.resolve(undefined),
        zoneOf: () => Promise.resolve('Asia/Jakarta'),
      },
      now,
      inScope: () => Promise.resolve(true),
    },
  )
  if (handled.kind !== 'done') throw new Error(`the edition was not published: ${JSON.stringify(handled)}`)
}

/** A log of its own into which files can be imported, with the given editions published; no areas are known. The caller closes it. */
export async function importingLog(editions: readonly Edition[] = [rfpEdition], options: TestLogOptions = {}): Promise<TestLog> {
  const test = await freshLog({ ...options, appender: { ordered: true, ...options.appender } })
  await prepareImporting(test.adminPool)
  for (const edition of editions) await publish(test.log, edition)
  return test
}

/** Imports into a test's log. */
export const importInto = (test: TestLog, request: Partial<ImportRequest> & Pick<ImportRequest, 'events'>): Promise<Summary> =>
  importFiles(test.servingPool, test.log, { mapping: rfpMapping, mode: 'historical', order: 'case', dryRun: false, ...request }, { now })
