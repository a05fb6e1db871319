import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { Appended, Log } from '@jejak/event-store'
import { createMapper } from './mapper.ts'
import type { ReadMapping } from './mapping-file.ts'
import { ImportRefused } from './problems.ts'
import { createPlaces, createReader } from './reader.ts'
import { readyRows, unitReads, type Deciding } from './ready.ts'
import { spool, nameFile } from './spooling.ts'
import { caseMax, dropRun, lastDone, putDone, runOf, workAfter, type Run, type UnitDone, type WorkRow } from './spool.ts'
import { summaryOf, type Summary } from './summary.ts'
import { decideUnit, type DecidedUnit, type ReadUnit } from './unit.ts'

/** What is to be imported, and how. */
export interface ImportRequest {
  readonly events: string
  readonly cases?: string | undefined
  readonly mapping: ReadMapping
  readonly mode: 'strict' | 'historical'
  readonly order: 'case' | 'file' | 'time'
  readonly dryRun: boolean
}

/** How far an import is. */
export interface ImportProgress {
  readonly phase: 'reading' | 'importing'
  readonly done: number
  readonly of: number
}

/** What an import needs, and what it tells. */
export interface ImportOptions {
  readonly onProgress?: (progress: ImportProgress) => void
  /** Told where an import goes on that was interrupted. */
  readonly onResume?: (run: Run) => void
  /** Given the account before the spool is dropped: what fails here leaves the import to be asked for again. */
  readonly onDone?: (summary: Summary) => Promise<void>
  readonly signal?: AbortSignal
  /** Rows in hand at most; a unit is never cut. */
  readonly rowsAtOnce?: number
  /** Microseconds since 1970. */
  readonly now: () => bigint
}

const retriesMax = 8

interface Working {
  readonly pool: Pool
  readonly log: Log
  readonly deciding: Deciding
  readonly dryRun: boolean
  readonly rowsAtOnce: number
  readonly now: () => bigint
}

function nameRun({ mode, order, dryRun, mapping }: ImportRequest, digests: readonly string[]): string {
  const text = ['jejak/import-run', ...digests, mapping.sha256, mode, order, String(dryRun)].join('\n')
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** Whole units of work after one, in their order; none when all is done. */
async function unitsAfter({ pool, rowsAtOnce }: Working, run: string, unit: number): Promise<readonly (readonly WorkRow[])[]> {
  const group = (rows: readonly WorkRow[]) => [...Map.groupBy(rows, (row) => row.unit).values()]
  const rows = await workAfter(pool, run, unit, rowsAtOnce)
  const units = group(rows)
  if (rows.length < rowsAtOnce) return units
  // The last may go on.
  if (units.length > 1) return units.slice(0, -1)
  return group(await workAfter(pool, run, unit, caseMax + 2)).slice(0, 1)
}

/** Units that are read and decided together; `waits` for those before them to be in the log. */
interface Together {
  readonly units: readonly (readonly WorkRow[])[]
  readonly waits: boolean
}

/** Cuts units so that no two of a run touch the same: in the order of cases, two parts of one. */
function* cut(units: readonly (readonly WorkRow[])[], order: Run['order'], last: string | undefined): Generator<Together> {
  if (order !== 'case') {
    for (const unit of units) yield { units: [unit], waits: true }
    return
  }
  let run: (readonly WorkRow[])[] = []
  let waits = false
  let before = last
  for (const unit of units) {
    const caseId = unit[0]?.caseId
    if (caseId === before) {
      if (run.length > 0) yield { units: run, waits }
      ;[run, waits] = [[], true]
    }
    run.push(unit)
    before = caseId
  }
  yield { units: run, waits }
}

async function* unitsOf(working: Working, run: Run): AsyncGenerator<Together> {
  let next = unitsAfter(working, run.id, await lastDone(working.pool, run.id))
  let last: string | undefined
  for (;;) {
    const units = await next
    const [first] = units.at(-1) ?? []
    if (first === undefined) return
    // The next are fetched while these are worked on.
    next = unitsAfter(working, run.id, first.unit)
    next.catch(() => undefined)
    yield* cut(units, run.order, last)
    last = first.caseId
  }
}

async function readUnit({ log, deciding, now }: Working, rows: readonly WorkRow[]): Promise<ReadUnit> {
  const ready = await readyRows(deciding, rows)
  const reads = unitReads(ready)
  return { unit: rows[0]?.unit ?? 0, ready, reads, ...(await readFor({ log, deciding, now }, reads)) }
}

async function readFor({ log, deciding, now }: Pick<Working, 'log' | 'deciding' | 'now'>, reads: ReadUnit['reads']) {
  const [last, facts] = await Promise.all([log.head(), deciding.reader.read(reads)])
  const clock = now()
  return { facts, clock: clock > last.recordedAt ? clock : last.recordedAt }
}

/** Waits for the append of a unit. Where somebody else recorded facts of the same entities, what is there now decides. */
async function settle(working: Working, first: ReadUnit, decided: DecidedUnit, appended: Promise<Appended>): Promise<UnitDone> {
  let [answer, { done }] = [await appended, decided]
  for (let round = 1; answer.kind !== 'accepted'; round += 1) {
    if (round === retriesMax || answer.kind === 'clock-is-real' || answer.kind === 'clock-runs-backwards')
      throw new ImportRefused(`the case ${first.ready[0]?.row.caseId ?? ''} could not be recorded: ${answer.kind}`)
    const again = await decideUnit(working.deciding, { ...first, ...(await readFor(working, first.reads)) })
    ;({ done } = again)
    if (!again.submission) return done
    answer = await working.log.append(again.submission)
  }
  return done
}

/** Decides units in their order and hands them to the log; what each comes to is known when the log has answered. */
async function handIn(working: Working, units: readonly ReadUnit[]): Promise<Promise<UnitDone>[]> {
  const coming: Promise<UnitDone>[] = []
  for (const unit of units) {
    const decided = await decideUnit(working.deciding, unit)
    const { submission } = decided
    const done =
      submission && !working.dryRun ? settle(working, unit, decided, working.log.append(submission)) : Promise.resolve(decided.done)
    done.catch(() => undefined)
    coming.push(done)
  }
  return coming
}

/** Works on units from the last that is done: some are read and decided while the log takes those before them. */
async function workThrough(working: Working, run: Run, signal: AbortSignal, onRows: (rows: number) => void): Promise<void> {
  const { pool } = working
  let before: Promise<void> = Promise.resolve()
  for await (const together of unitsOf(working, run)) {
    signal.throwIfAborted()
    // Units of a block, and the parts of a case, may touch what those before them touched.
    if (together.waits) await before
    const coming = await handIn(working, await Promise.all(together.units.map((unit) => readUnit(working, unit))))
    await before
    before = Promise.all(coming)
      .then((done) => putDone(pool, run.id, done))
      .then(() => onRows(together.units.reduce((rows, unit) => rows + unit.length, 0)))
    before.catch(() => undefined)
  }
  await before
}

/** One process at a time works on an import; the lock goes with the connection. */
async function whileAlone<T>(pool: Pool, id: string, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let failure: unknown
  try {
    const { rows } = await client.query<{ got: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('jejak.import ' || $1, 0)) as got`,
      [id],
    )
    if (rows[0]?.got !== true) throw new ImportRefused(`this import (${id}) is being worked on by another process: let it finish`)
    return await work()
  } catch (error) {
    failure = error
    throw error
  } finally {
    // The connection is given up, and the lock with it.
    client.release(failure instanceof Error ? failure : true)
  }
}

/** Throws ImportRefused for what does not go together. */
function checkRequest({ mode, order, cases, mapping: { mapping } }: ImportRequest): void {
  if (mode === 'strict' && order !== 'case')
    throw new ImportRefused('strict mode records a case at once or not at all: only the historical one goes by file or by time')
  if (cases !== undefined && !mapping.cases)
    throw new ImportRefused('the mapping says nothing of a file of cases: name its column of cases there')
  if (cases === undefined && mapping.cases) throw new ImportRefused('the mapping reads a file of cases too: name it with --cases')
}

/**
 * Imports files of an older system: spools their rows, decides and appends them unit by unit, and gives the account. An import of the same
 * files under the same mapping that was interrupted goes on where it was. Throws FileWrong, MappingWrong, ImportRefused.
 */
export async function importFiles(pool: Pool, log: Log, request: ImportRequest, options: ImportOptions): Promise<Summary> {
  const { mapping, mode, order, dryRun } = request
  const { rowsAtOnce = 2_000 } = options
  checkRequest(request)
  const events = await nameFile(request.events)
  const cases = request.cases === undefined ? undefined : await nameFile(request.cases)
  const id = nameRun(request, [events.sha256, events.name, cases?.sha256 ?? '', cases?.name ?? ''])
  const signal = options.signal ?? new AbortController().signal
  const mapper = createMapper(mapping.mapping, { events, cases })
  const places = createPlaces(pool)
  const deciding = {
    mapper,
    places,
    reader: createReader(log, places),
    mode,
    source: mapping.mapping.source,
    mappingSha256: mapping.sha256,
  }
  const tell = (phase: ImportProgress['phase']) => (done: number, of: number) => options.onProgress?.({ phase, done, of })

  return whileAlone(pool, id, async () => {
    const began = performance.now()
    const before = await runOf(pool, id)
    if (before?.spooled) options.onResume?.(before)
    else {
      const files = [events.name, ...(cases ? [cases.name] : [])].join(', ')
      const spooling = {
        pool,
        mapping: mapping.mapping,
        mapper,
        events: request.events,
        cases: request.cases,
        onProgress: tell('reading'),
        signal,
      }
      await spool(spooling, { id, files, source: mapping.mapping.source, mode, order: dryRun ? 'case' : order, dryRun })
    }
    const run = await runOf(pool, id)
    if (!run) throw new ImportRefused(`the spool of this import (${id}) was dropped while it was worked on: begin again`)
    let done = 0
    await workThrough({ pool, log, deciding, dryRun, rowsAtOnce, now: options.now }, run, signal, (rows) => {
      done += rows
      tell('importing')(Math.min(done, run.rows), run.rows)
    })
    const summary = await summaryOf(pool, run, { events, cases, seconds: (performance.now() - began) / 1000 })
    await options.onDone?.(summary)
    await dropRun(pool, id)
    return summary
  })
}
