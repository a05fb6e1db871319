import { run } from './program.ts'

// Whoever reads our output may stop reading: `jejak explain | head`.
process.stdout.on('error', (error: Error & { code?: string }) => {
  if (error.code !== 'EPIPE') throw error
})

const code = await run(process.argv.slice(2))
// What failed half way may hold connections, which would keep the process for seconds after its last word.
if (code !== 0) process.exit(code)
