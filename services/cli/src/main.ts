import { enableCompileCache, flushCompileCache } from 'node:module'
import path from 'node:path'

// What is compiled once is kept beside the packages, never where others could put something: a command is there in half the time. Written
// at once, since a process that is killed writes nothing.
enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/compiled'))
const { run } = await import('./program.ts')
setImmediate(flushCompileCache)

// Whoever reads our output may stop reading: `jejak explain | head`.
process.stdout.on('error', (error: Error & { code?: string }) => {
  if (error.code !== 'EPIPE') throw error
})

const code = await run(process.argv.slice(2))
// What failed half way may hold connections, which would keep the process for seconds after its last word.
if (code !== 0) process.exit(code)
