import { flushCompileCache } from 'node:module'
import v8 from 'node:v8'
import { NoLog } from '@jejak/event-store'
import { OlderThanTables } from '@jejak/views'
import { createLogger } from './logger.ts'
import { openWorker } from './worker.ts'

// Facts that were folded are rubbish: collected sooner they keep the process small, for some more of the processor's time.
v8.setFlagsFromString('--heap-growing-percent=60')

// What could not be started ends with 2 where settings or the database's contents are wrong, with 3 where nothing answers.
const logger = createLogger()

/** Whether the database was reached and is not one that this code can work on. */
function isUnfit(error: unknown): boolean {
  if (error instanceof NoLog || error instanceof OlderThanTables) return true
  return error instanceof Error && 'code' in error && /^(22|3F|42)/.test(String(error.code))
}

function failed(error: unknown): never {
  const reasons: readonly unknown[] = error instanceof AggregateError ? error.errors : [error]
  const reason = reasons.map((each) => (each instanceof Error ? each.message : String(each))).join('; ')
  logger.fatal({ reason }, 'the worker cannot start')
  process.exit(isUnfit(error) ? 2 : 3)
}

const databaseUrl = process.env['DATABASE_URL'] ?? ''
if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
  logger.fatal('the worker cannot start: DATABASE_URL must be a postgres:// address')
  process.exit(2)
}

// At once: a process that is killed writes nothing at its end.
setImmediate(flushCompileCache)

const ending = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => ending.abort(name))
const worker = await openWorker({ databaseUrl, logger }).catch(failed)
const told = new Promise((resolve) => (ending.signal.aborted ? resolve(0) : ending.signal.addEventListener('abort', resolve)))
await Promise.race([told, worker.ended])
if (ending.signal.aborted) {
  logger.info(`${String(ending.signal.reason)}: finishing what is under way`)
  await worker.stop()
  logger.info('stopped')
} else {
  logger.fatal('nothing left to follow')
  process.exitCode = 1
}
