import { createLogger, openWorker } from '@jejak/worker'
import { settingsHere } from './checkout.ts'
import { databaseHere } from './database.ts'
import { explained } from './projections-connection.ts'
import type { Register } from './program.ts'

/** `jejak worker`: follows the projections that no other process follows, until Ctrl-C. */
export const registerWorker: Register = (program, _terminal, done) => {
  program
    .command('worker')
    .description('keep the lists up to date, beside an API that does not (DATABASE_URL, or the database that start runs); logs JSON lines')
    .action(async () => {
      const { servingUrl, place } = await databaseHere(settingsHere())
      const ending = new AbortController()
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => ending.abort(name))
      const worker = await openWorker({ databaseUrl: servingUrl, logger: createLogger() }).catch((error: unknown) =>
        explained(error, place),
      )
      const told = new Promise((resolve) => (ending.signal.aborted ? resolve(0) : ending.signal.addEventListener('abort', resolve)))
      await Promise.race([told, worker.ended])
      if (!ending.signal.aborted) done(1)
      await worker.stop()
    })
}
