import { enableCompileCache } from 'node:module'
import path from 'node:path'

// What is compiled once is kept beside the packages: a worker that was killed is back sooner.
enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/compiled'))
await import('./run.ts')
