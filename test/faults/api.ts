// The API in a process of its own, until it is killed: DATABASE_URL, PORT, ISSUER_KEY (a JWK); with FOLLOW=1 it follows the projections.
import { enableCompileCache, flushCompileCache } from 'node:module'
import path from 'node:path'

// As `jejak` does.
enableCompileCache(path.join(import.meta.dirname, '../../node_modules/.cache/compiled'))
const { localIdentity, openService } = await import('@jejak/api')
const { pino } = await import('pino')
setImmediate(flushCompileCache)

const service = await openService({
  databaseUrl: process.env['DATABASE_URL'] ?? '',
  personsKey: Buffer.alloc(32, 7).toString('base64'),
  identity: localIdentity(JSON.parse(process.env['ISSUER_KEY'] ?? '{}') as Parameters<typeof localIdentity>[0]),
  logger: pino({ level: 'silent' }),
  projections: process.env['FOLLOW'] === '1',
})
process.stdout.write(`listening ${await service.listen(Number(process.env['PORT']))}\n`)
process.once('SIGTERM', () => void service.close().then(() => process.exit(0)))
