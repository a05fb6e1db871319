/**
 * A launcher in a process of its own, so that tests can kill it. Arguments: the module to take the launcher from, and the options as JSON
 * (`checkout` asks placeFor first). Prints one JSON line: the server, or the error. Stops the server when its input ends.
 */
import { pathToFileURL } from 'node:url'
import type * as Devdb from '../../src/index.ts'

const [modulePath = '', json = '{}'] = process.argv.slice(2)
const devdb: typeof Devdb = await import(pathToFileURL(modulePath).href)
const { checkout, ...options }: Devdb.ServerOptions & { checkout?: string } = JSON.parse(json)
const announced: string[] = []
const announce = (line: string) => announced.push(line)
try {
  const place = checkout ? await devdb.placeFor(checkout, options.dataDir, announce) : { dataDir: options.dataDir }
  const server = await devdb.startServer({ ...options, ...place, announce })
  process.stdin.resume()
  process.stdin.once('end', () => void server.stop().then(() => process.exit(0)))
  console.log(JSON.stringify({ ...server, url: server.adminUrl(), announced }))
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error), announced }))
}
