import { prabumulih, prabumulihPrelude } from '@jejak/demo'
import {
  clone,
  freshService,
  nameOf,
  once,
  openOn,
  templateOf,
  type TestService,
  type TestServiceOptions,
} from '../../services/api/test/service.ts'
import { send } from './http.ts'

/** The places at which the scenario can be taken up: the state before that line of the list. 1 is after the prelude, 285 the end. */
const cuts = [1, 28, 64, 87, 104, 154, 160, 188, 192, 205, 285] as const
export type Cut = (typeof cuts)[number]

const building = 'prabumulih'

/** Plays the scenario once a run and keeps a copy of its database at every cut. */
const played = (): Promise<void> =>
  once(building, async () => {
    await clone(await templateOf('simulated'), nameOf(building))
    let service = await openOn(nameOf(building))
    for (const request of prabumulihPrelude()) await must(service, request)
    const requests = prabumulih()
    for (const [index, cut] of cuts.entries()) {
      await service.close()
      await clone(nameOf(building), nameOf(`${building}_${cut}`))
      const next = cuts[index + 1]
      if (next === undefined) break
      service = await openOn(nameOf(building))
      for (const request of requests) if (request.seq >= cut && request.seq < next) await must(service, request)
    }
  })

async function must(service: TestService, request: Parameters<typeof send>[1]): Promise<void> {
  const answer = await send(service, request)
  if (answer.status !== 201) throw new Error(`line ${request.seq}: ${answer.status} ${answer.text}`)
}

/** A service over a log of its own that holds the scenario up to the line before. */
export async function scenarioAt(cut: Cut, options: Omit<TestServiceOptions, 'from' | 'clock'> = {}): Promise<TestService> {
  await played()
  return freshService({ ...options, from: nameOf(`${building}_${cut}`) })
}
