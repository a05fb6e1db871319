import { createHash, randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Recorded } from '@jejak/domain'
import { canonicalJson, type Log } from '@jejak/event-store'
import { checkEvidence, checkParts, collectNamed, EvidenceUnavailable, type EvidenceStore, type Flaw, type Named } from '@jejak/evidence'
import { settingsHere } from './checkout.ts'
import { evidenceOf } from './evidence-store.ts'
import { CommandFailed, NotConnected } from './failure.ts'
import { grouped, progressOn, silent, spoken, type Screen } from './progress.ts'
import { withViews } from './projections-connection.ts'
import type { Register, Terminal } from './program.ts'
import { addressOf, tokenHere } from './asking.ts'
import { tableOf } from './table.ts'

interface CheckOptions {
  readonly json?: boolean
  readonly orphans?: boolean
}

/** The text of an edition stands in the fact that publishes it: its paper is the fact itself. */
const holdsItself = ({ fact }: Recorded, sha256: string): boolean =>
  fact.type === 'edition.Published' &&
  createHash('sha256')
    .update(canonicalJson(fact.data['content'] ?? null))
    .digest('hex') === sha256

async function collect(log: Log, named: Named, screen: Screen): Promise<number> {
  const { position: head } = await log.head()
  const progress = progressOn(screen, 'facts', () => performance.now())
  for await (const page of log.pages({ after: 0, limit: 1_000, upTo: head })) {
    for (const recorded of page)
      for (const { sha256 } of recorded.fact.evidence)
        if (sha256 !== undefined && !holdsItself(recorded, sha256)) await named.add({ sha256, position: recorded.position })
    progress.at({ done: page.at(-1)?.position ?? 0, of: head })
  }
  progress.end()
  return head
}

/** A fact that names a file, in the words of a line. */
interface Naming {
  readonly position: number
  readonly type: string
  readonly subject: string
  readonly paper: string
}

const shownMax = 100

async function namings(log: Log, { sha256, ...flaw }: Flaw): Promise<Naming[]> {
  if (flaw.kind === 'orphaned') return []
  const facts = await log.at(flaw.positions.slice(0, shownMax))
  return facts.map(({ position, fact }) => {
    const paper = fact.evidence.find((each) => each.sha256 === sha256)
    return {
      position,
      type: fact.type,
      subject: `${fact.subject.kind}:${fact.subject.id}`,
      paper: [paper?.docType, paper?.number].filter((word) => word !== undefined).join(' '),
    }
  })
}

const what = (flaw: Flaw): string => (flaw.kind === 'altered' ? `altered (${flaw.found.size} bytes)` : flaw.kind)

interface Found {
  readonly counts: Record<Flaw['kind'], number>
  readonly rows: string[][]
}

/** Checks the files, telling programs of each flaw as it is found, and keeping for people as many as a screen bears. */
async function flawsIn(terminal: Terminal, log: Log, store: EvidenceStore, named: Named, options: CheckOptions, screen: Screen) {
  const began = performance.now()
  const progress = progressOn(screen, 'files', () => performance.now())
  const counts = { missing: 0, altered: 0, orphaned: 0 }
  const seen = { files: 0, bytes: 0 }
  const rows: string[][] = []
  const flaws = checkEvidence(store, named, ({ parts, files, bytes }) => {
    Object.assign(seen, { files, bytes })
    const rate = (bytes / 1_000 / Math.max(performance.now() - began, 1)).toFixed(1)
    progress.at({ done: parts, of: checkParts, detail: `${grouped(files)} files, ${(bytes / 1e6).toFixed(1)} MB, ${rate} MB/s` })
  })
  for await (const flaw of flaws) {
    counts[flaw.kind] += 1
    if (flaw.kind === 'orphaned' && !options.orphans && !options.json) continue
    if (!options.json && rows.length >= shownMax) continue
    const facts = await namings(log, flaw)
    if (options.json) terminal.out(JSON.stringify({ ...flaw, facts }))
    else if (facts.length === 0) rows.push([what(flaw), flaw.sha256, '', '', '', ''])
    else rows.push(...facts.map((fact) => [what(flaw), flaw.sha256, String(fact.position), fact.type, fact.subject, fact.paper]))
  }
  progress.end()
  return { counts, rows, ...seen } satisfies Found & { files: number; bytes: number }
}

async function check(terminal: Terminal, options: CheckOptions): Promise<number> {
  const began = performance.now()
  const screen = options.json ? silent : (terminal.screen ?? silent)
  const store = await evidenceOf(settingsHere())
  const named = collectNamed(path.join(tmpdir(), `jejak-named-${randomUUID()}`))
  try {
    return await withViews(async ({ log }) => {
      const head = await collect(log, named, screen)
      const { counts, rows, files, bytes } = await flawsIn(terminal, log, store, named, options, screen)
      const summary = { position: head, namings: named.count, files, bytes, ...counts, store: store.place }
      if (options.json) terminal.out(JSON.stringify({ kind: 'summary', ...summary }))
      else terminal.out(reportOf({ ...summary, rows, seconds: (performance.now() - began) / 1000 }))
      // What no fact names yet harms nothing: a fact may still come.
      return counts.missing + counts.altered === 0 ? 0 : 1
    })
  } catch (error) {
    if (error instanceof EvidenceUnavailable) throw new NotConnected(`the store of evidence ${store.place}: ${error.message}`)
    throw error
  } finally {
    await named.close()
  }
}

interface Report {
  readonly position: number
  readonly namings: number
  readonly files: number
  readonly bytes: number
  readonly missing: number
  readonly altered: number
  readonly orphaned: number
  readonly store: string
  readonly rows: readonly string[][]
  readonly seconds: number
}

const hint = ' (--orphans lists them)'

function reportOf({ rows, missing, altered, orphaned, files, bytes, namings: named, position, store, seconds }: Report): string {
  const told = rows.slice(0, shownMax)
  const shown = new Set(told.filter(([kind]) => kind !== 'orphaned').map(([, sha256]) => sha256))
  const more = missing + altered - shown.size
  return [
    ...(told.length > 0 ? [tableOf(['what', 'file', 'position', 'fact', 'about', 'paper'], told, new Set([2]))] : []),
    ...(more > 0 ? [`and ${more} files more; --json gives all`] : []),
    ...(told.length > 0 ? [''] : []),
    `${store}: ${grouped(files)} files, ${(bytes / 1e6).toFixed(1)} MB; named ${grouped(named)} times up to position ${position}`,
    `${missing} missing, ${altered} altered, ${orphaned} named by no fact${orphaned > 0 ? hint : ''} (${spoken(seconds)})`,
  ].join('\n')
}

interface AddOptions {
  readonly url?: string
  readonly json?: boolean
}

interface Answer {
  readonly sha256?: string
  readonly size?: number
  readonly mediaType?: string
  readonly code?: string
  readonly title?: string
  readonly detail?: string
}

async function add(terminal: Terminal, files: readonly string[], options: AddOptions): Promise<number> {
  const base = await addressOf(options)
  const token = await tokenHere(options.url !== undefined)
  const rows: string[][] = []
  let refused = 0
  // Asked of all before the first is sent: else some would be handed in and none told.
  for (const file of files) {
    const found = await stat(file).catch(() => undefined)
    if (found?.isFile() !== true) throw new CommandFailed(`cannot read ${file}: nothing was handed in`, 2)
  }
  for (const file of files) {
    const response = await fetch(`${base}/v1/evidence`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'accept-language': 'en' },
      body: await openAsBlob(file),
    }).catch(() => {
      throw new NotConnected(`nothing answers at ${base}: is Jejak started? (--url names another address)`)
    })
    const answer = (await response.json().catch(() => {
      throw new NotConnected(`what answers at ${base} is not Jejak (--url names another address)`)
    })) as Answer
    if (!response.ok) refused += 1
    if (options.json) terminal.out(JSON.stringify({ file, status: response.status, ...answer }))
    else if (response.ok)
      rows.push([answer.sha256 ?? '', String(answer.size), answer.mediaType ?? '', response.status === 200 ? 'known' : 'stored', file])
    else terminal.err(`${file}: ${response.status} ${answer.code ?? ''}: ${answer.title ?? ''}. ${answer.detail ?? ''}`)
  }
  if (rows.length > 0) terminal.out(tableOf(['sha256', 'bytes', 'type', '', 'file'], rows, new Set([1])))
  return refused === 0 ? 0 : 1
}

/** `jejak evidence`: hands in the files of papers, and proves that those which facts name are there and as they were. */
export const registerEvidence: Register = (program, terminal, done) => {
  const group = program.command('evidence').description('the files that facts name: hand them in, prove that they are there and unaltered')
  group
    .command('check')
    .description('read every file through and hold it against what the log names; exit code 1 when one is missing or altered')
    .option('--orphans', 'list the files that no fact names as well')
    .option('--json', 'one line of JSON a flaw, then one with the sums')
    .action(async (options: CheckOptions) => done(await check(terminal, options)))
  group
    .command('add <file...>')
    .description('hand in files through the API')
    .option('--url <address>', 'address of the API')
    .option('--json', 'one line of JSON a file')
    .action(async (files: readonly string[], options: AddOptions) => done(await add(terminal, files, options)))
}
