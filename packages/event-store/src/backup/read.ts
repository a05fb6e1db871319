import { createHash } from 'node:crypto'
import { canonicalBody, leafHash } from '../canonical.ts'
import { examine, type FoundFile, linesOf } from './file.ts'
import {
  type BackupCommand,
  BackupDamaged,
  type BackupContents,
  type BackupFact,
  type BackupHeader,
  type BackupPerson,
  parseHeader,
  parseLine,
} from './format.ts'

/** Records that were checked, in the order of the log. */
export interface BackupPage {
  readonly facts: readonly BackupFact[]
  readonly commands: readonly BackupCommand[]
  readonly persons: readonly BackupPerson[]
}

/** How far a backup is written or read. Bytes of the packed file; a total is known only when reading. */
export interface BackupProgress {
  readonly facts: number
  readonly bytes: number
  readonly bytesTotal?: number
  readonly factsTotal?: number
}

/** A file whose seal fits, opened for reading. `pages` ends with the contents and throws BackupDamaged at the first wrong record. */
export interface OpenBackup {
  readonly header: BackupHeader
  readonly pages: () => AsyncGenerator<BackupPage, BackupContents>
}

const pageFacts = 2_000
const pageCharacters = 8 * 2 ** 20

interface Tally {
  head: number
  last: bigint
  tags: number
  commands: number
  persons: number
  erased: number
}

const emptyPage = () => ({ facts: [] as BackupFact[], commands: [] as BackupCommand[], persons: [] as BackupPerson[] })

/** What is wrong with a fact that stands where `head + 1` is expected, or nothing (CONTRACTS A2, A6, A9). */
function wrongFact(fact: Omit<BackupFact, 'body'>, body: string, tally: Tally, open: BackupCommand | undefined): string | undefined {
  if (fact.position !== tally.head + 1) return `position ${fact.position} stands where ${tally.head + 1} should`
  if (leafHash(fact.position, fact.recordedAt, body).toString('hex') !== fact.leaf) return 'its leaf hash is not that of its body'
  if (fact.recordedAt < tally.last) return 'it was recorded before the fact before it'
  const { tags } = fact.fact
  if (tags.some((tag, index) => index > 0 && !((tags[index - 1] ?? '') < tag))) return 'its tags are not sorted and unique'
  if (open?.key !== fact.fact.commandKeyHash) return 'its key is not bound to it'
  return undefined
}

function differing(end: BackupContents, tally: Tally, leaves: string, keyIds: ReadonlySet<string>): string | undefined {
  const counts = ['head', 'tags', 'commands', 'persons', 'erased'] as const
  const wrong = counts.find((name) => end[name] !== tally[name])
  if (wrong !== undefined) return `it ends with ${tally[wrong]} (${wrong}), and says ${end[wrong]}`
  if (end.leaves !== leaves) return 'the digest over all leaves differs'
  return [...keyIds].sort().join() === end.keyIds.join() ? undefined : 'the keys of the registry differ'
}

/** Where a reading stands: what was counted, what is to be handed on, and what must come next. */
interface State {
  readonly tally: Tally
  readonly leaves: ReturnType<typeof createHash>
  readonly keyIds: Set<string>
  page: ReturnType<typeof emptyPage>
  /** Characters of the bodies in the page. */
  characters: number
  line: number
  end: BackupContents | undefined
  /** The command whose facts follow, and their positions that have not come yet. */
  open: BackupCommand | undefined
  awaited: readonly number[]
}

function begin(): State {
  const tally = { head: 0, last: -(2n ** 62n), tags: 0, commands: 0, persons: 0, erased: 0 }
  const end = undefined
  return { tally, leaves: createHash('sha256'), keyIds: new Set(), page: emptyPage(), characters: 0, line: 0, end, open: end, awaited: [] }
}

const placeOf = ({ line, tally }: State): string => (tally.head === 0 ? `line ${line}` : `line ${line}, after position ${tally.head}`)

function damaged(state: State, why: string): never {
  throw new BackupDamaged(`the backup is damaged at ${placeOf(state)}: ${why}`)
}

function takeFact(state: State, found: Omit<BackupFact, 'body'>): void {
  const { tally, awaited, line } = state
  const body = canonicalBody(found.fact)
  const wrong = wrongFact(found, body, tally, awaited[0] === found.position ? state.open : undefined)
  if (wrong !== undefined) throw new BackupDamaged(`the backup is damaged at position ${found.position} (line ${line}): ${wrong}`)
  state.awaited = awaited.slice(1)
  tally.head = found.position
  tally.last = found.recordedAt
  tally.tags += found.fact.tags.length
  state.leaves.update(Buffer.from(found.leaf, 'hex'))
  state.characters += body.length
  state.page.facts.push({ ...found, body })
}

function takeCommand(state: State, command: BackupCommand): void {
  const { tally } = state
  const { outcome } = command
  if (outcome.some(({ positions, repeated }) => repeated && positions.some((position) => position > tally.head)))
    damaged(state, `key ${command.key} repeats what is not there`)
  state.awaited = outcome.flatMap(({ positions, repeated }) => (repeated ? [] : positions))
  state.open = command
  tally.commands += 1
  state.page.commands.push(command)
}

function takePerson({ tally, keyIds, page }: State, person: BackupPerson): void {
  tally.persons += 1
  if (person.keyId === null) tally.erased += 1
  else keyIds.add(person.keyId)
  page.persons.push(person)
}

/** Takes the next line. Throws BackupDamaged when it is not what may follow. */
function take(state: State, text: string): void {
  state.line += 1
  const known = parseLine(text)
  if (known === undefined) return damaged(state, 'this is no record')
  if (state.end !== undefined) damaged(state, 'something follows its end')
  if (known.kind === 'fact') return takeFact(state, known.fact)
  if (state.awaited.length > 0) damaged(state, `position ${state.awaited[0]} is missing`)
  if (state.tally.persons > 0 && known.kind === 'command') damaged(state, 'it is out of order')
  switch (known.kind) {
    case 'command':
      return takeCommand(state, known.command)
    case 'person':
      return takePerson(state, known.person)
    case 'end': {
      const wrong = differing(known.end, state.tally, state.leaves.digest('hex'), state.keyIds)
      if (wrong !== undefined) damaged(state, wrong)
      state.end = known.end
    }
  }
}

const isFull = ({ page, characters }: State): boolean =>
  page.facts.length + page.persons.length >= pageFacts || page.commands.length >= 2 * pageFacts || characters >= pageCharacters

function cut(state: State): BackupPage {
  const { page } = state
  state.page = emptyPage()
  state.characters = 0
  return page
}

interface Reader {
  /** Told of the packed bytes that were read, and of what does not unpack. */
  readonly read: (bytes: number) => void
  readonly place: () => string
}

/** Lines, until what does not unpack is met: that is told as a damage of the place. */
async function* unpacked(found: FoundFile, { read, place }: Reader): AsyncGenerator<readonly string[]> {
  try {
    yield* linesOf(found, read)
  } catch (error) {
    if (error instanceof BackupDamaged) throw error
    const cut = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
    throw new BackupDamaged(`the backup is ${cut ? 'cut off' : 'damaged'} at ${place()}: what follows does not unpack`, { cause: error })
  }
}

async function readHeader(found: FoundFile): Promise<BackupHeader> {
  for await (const [line] of unpacked(found, { read: () => undefined, place: () => 'its header' })) {
    if (line !== undefined) return parseHeader(line)
  }
  throw new BackupDamaged('the backup is cut off: its header is missing')
}

async function* pagesOf(found: FoundFile, onProgress: (progress: BackupProgress) => void): AsyncGenerator<BackupPage, BackupContents> {
  const state = begin()
  let bytes = 0
  const read = (more: number) => {
    bytes += more
  }
  const handOn = () => {
    onProgress({ facts: state.tally.head, bytes, bytesTotal: found.packed })
    return cut(state)
  }
  for await (const lines of unpacked(found, { read, place: () => placeOf(state) })) {
    for (const line of lines) {
      // The first line is the header, which was read before.
      if (state.line === 0) state.line = 1
      else take(state, line)
      if (isFull(state)) yield handOn()
    }
  }
  yield handOn()
  if (state.end === undefined) throw new BackupDamaged(`the backup is cut off at ${placeOf(state)}: its end is missing`)
  return state.end
}

/**
 * Opens a backup file. The seal is compared first, over all bytes, so that nothing is begun with a file that was cut off or altered; which
 * record is the first wrong one is then looked for and named. Throws BackupRefused and BackupDamaged.
 */
export async function openBackup(file: string, onProgress: (progress: BackupProgress) => void = () => {}): Promise<OpenBackup> {
  const found = await examine(file)
  const header = await readHeader(found)
  if (found.seal === 'whole') return { header, pages: () => pagesOf(found, onProgress) }
  const reading = pagesOf(found, () => undefined)
  while ((await reading.next()).done !== true);
  throw new BackupDamaged(
    found.seal === 'missing'
      ? 'the backup is damaged: its seal is missing, though every record is there'
      : 'the backup is damaged: its bytes are not those that were sealed, though every record reads as it was written',
  )
}
