import { afterAll, beforeAll, expect, it } from 'vitest'
import { prabumulih, prabumulihPrelude } from '@jejak/demo'
import { freshService, type TestService } from '../../services/api/test/service.ts'
import { send } from '../scenario/http.ts'

let service: TestService
beforeAll(async () => {
  service = await freshService()
})
afterAll(() => service.close())

it('the whole scenario goes through the API', async () => {
  const started = performance.now()
  for (const request of [...prabumulihPrelude(), ...prabumulih()]) {
    const answer = await send(service, request)
    expect(`${request.seq} ${request.command} ${answer.status} ${answer.status === 201 ? '' : answer.text}`).toBe(
      `${request.seq} ${request.command} 201 `,
    )
  }
  console.log(`${performance.now() - started} ms`)
})
