import { beforeAll, describe, expect, it } from 'vitest'
import { prabumulih, prabumulihPrelude } from '@jejak/demo'
import { commands, createWorld, domain, readAndDecide, shippedEditions, type Call, type Fact, type Reader } from '@jejak/domain'
import { childId, commandKeyHash, eventId } from '@jejak/event-store'
import { memoryLog, type MemoryLog } from '../support/memory.ts'

const requests = [...prabumulihPrelude(), ...prabumulih()]
const alone: Fact[][] = []
let log: MemoryLog

beforeAll(async () => {
  log = memoryLog()
  for (const [index, request] of requests.entries()) {
    const { decision } = await log.ask({ ...request, key: `line ${index}` })
    alone.push(decision.kind === 'accepted' ? [...decision.facts] : [])
  }
})

describe('one world for many commands (CONTRACTS B2)', () => {
  it('decides the whole scenario, line by line, as if each command had read for itself', async () => {
    const first = memoryLog().facts
    const reader: Reader = {
      read: (reads) =>
        Promise.resolve({
          facts: first.filter(({ fact }) => reads.some(({ tag, types }) => fact.tags.includes(tag) && types.includes(fact.type))),
          head: first.length,
        }),
      edition: (pin) => Promise.resolve(shippedEditions.find((each) => each.id === pin.id && each.revision === pin.revision)),
      zoneOf: () => Promise.resolve('Asia/Jakarta'),
    }
    const world = createWorld()
    let position = first.length
    for (const [index, request] of requests.entries()) {
      const entry = commands.get(request.command)
      if (!entry) throw new Error(`no command ${request.command}`)
      const keyHash = commandKeyHash('test', 'client', `line ${index}`)
      const data: Call['data'] = entry.command.records.data.parse(request.body.data)
      const { command, subject, recorder: recordedBy } = request
      const call: Call = { ...request.body, data, command, subject, recordedBy, correlation: eventId(keyHash, 0), keyHash }
      const around = {
        now: Date.parse(request.recordedAt),
        childId,
        eventId: (n: number) => eventId(keyHash, n),
        inScope: () => Promise.resolve(true),
      }
      const { decision } = await readAndDecide(domain, entry.slice, entry.decider, call, reader, around, world)
      expect([request.seq, decision.kind]).toEqual([request.seq, 'accepted'])
      const facts = decision.kind === 'accepted' ? decision.facts : []
      expect(facts).toEqual(alone[index])
      world.apply(facts.map((fact) => ({ position: (position += 1), recordedAt: 0n, fact })))
    }
    expect(position).toBe(log.facts.length)
  })
})
