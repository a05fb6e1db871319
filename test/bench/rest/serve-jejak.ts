import { localIdentity, openService } from '@jejak/api'
import { pino } from 'pino'
import { answer } from '../child-side.ts'
import type { Serve, Serving } from './messages.ts'

/** The process of Jejak's API as it is: tokens, validation, views kept beside. */
answer(async ({ databaseUrl, connections, issuerKey }: Serve): Promise<Serving> => {
  const service = await openService({
    databaseUrl,
    personsKey: Buffer.alloc(32, 7).toString('base64'),
    identity: localIdentity(issuerKey),
    logger: pino({ level: 'silent' }),
    connections,
  })
  return { port: await service.listen(0) }
})
