import type { AddressInfo } from 'node:net'
import { localIdentity, openService } from '@jejak/api'
import { pino } from 'pino'
import type { Serve, Serving } from './messages.ts'
import { plainApp } from './plain.ts'

/** The process of one API: Jejak's as it is, with tokens, projections and all, or the plain route. */
async function serve({ kind, databaseUrl, connections, issuerKey }: Serve): Promise<Serving> {
  if (kind === 'plain') {
    const app = await plainApp(databaseUrl, connections)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: (app.server.address() as AddressInfo).port }
  }
  const service = await openService({
    databaseUrl,
    personsKey: Buffer.alloc(32, 7).toString('base64'),
    identity: localIdentity(issuerKey),
    logger: pino({ level: 'silent' }),
    connections,
  })
  return { port: await service.listen(0) }
}

process.once('message', (ask: Serve) => {
  serve(ask).then(
    (serving) => process.send?.(serving),
    (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
