import { beforeAll, describe, expect, it } from 'vitest'
import { labelId, lines, nextYear, prabumulih, prabumulihPrelude, type Line, type ScenarioRequest } from '@jejak/demo'
import { checkEdition, commands, domain, shippedEditions, type Decided, type Recorded } from '@jejak/domain'
import { memoryLog, type Asked, type MemoryLog } from '../../packages/domain/test/support/memory.ts'
import { finalStages, oneSenTooMuch, tooEarly, withOneSenMore } from '../scenario/expectations.ts'

const asked = (request: ScenarioRequest): Asked => request
const outcome = ({ decision }: Decided): string => (decision.kind === 'refused' ? decision.refusal.code : decision.kind)
const deviations = ({ decision }: Decided): string[] =>
  decision.kind === 'accepted' ? (decision.facts[0]?.deviations ?? []).map((deviation) => deviation.rule) : []

/** The list, played line by line: the log before each line, and the facts of each line. */
const before = new Map<number, MemoryLog>()
const recorded = new Map<number, Recorded[]>()
let played: MemoryLog
const requests = prabumulih()

beforeAll(async () => {
  const log = memoryLog()
  for (const request of prabumulihPrelude()) expect(outcome(await log.ask(asked(request)))).toBe('accepted')
  for (const request of requests) {
    before.set(request.seq, log.fork())
    const from = log.facts.length
    expect(`${request.seq} ${outcome(await log.ask(asked(request)))}`).toBe(`${request.seq} accepted`)
    recorded.set(request.seq, log.facts.slice(from))
  }
  played = log
})

const rowsOf = (row: number): ScenarioRequest[] => requests.filter((request) => request.row === row)
const stateBefore = (seq: number): MemoryLog => {
  const request = requests.find((candidate) => candidate.seq >= seq)
  return (before.get(request?.seq ?? 0) as MemoryLog).fork()
}

describe('the shipped editions', () => {
  it.each(shippedEditions.map((edition) => [edition.id, edition] as const))('%s can be walked to its end', (_, edition) => {
    expect(checkEdition(edition, domain)).toEqual([])
  })
})

describe('Prabumulih Pasar II, played through machines and rules', () => {
  const movesOf = (line: Line): string[] =>
    line.moves === ''
      ? []
      : line.moves.split(' | ').map((text) => {
          const [, kind = '', label = '', from = '', to = ''] = /^(\w+):(\S+) (\S+) > (\S+)$/.exec(text) ?? []
          return `${kind}:${labelId(label)} ${from} > ${to}`
        })

  it('moves exactly what the list says, line by line', () => {
    for (const [seq, facts] of recorded) {
      const emitted = facts.map((each, index) => [lines[seq - 1 + index], each] as const)
      for (const [line, { fact }] of emitted) {
        const made = fact.moves.map((move) => `${move.kind}:${move.id} ${move.from ?? '-'} > ${move.to ?? '-'}`)
        expect({ seq: line?.seq, moves: made.toSorted() }).toEqual({ seq: line?.seq, moves: movesOf(line as Line).toSorted() })
      }
    }
  })

  it('bears at least the tags that the list names', () => {
    for (const [seq, facts] of recorded) {
      const concerned = (lines[seq - 1]?.concerns ?? '').split('; ').filter((text) => text !== '')
      const tags = concerned.map((text) => `${text.split(':')[0]}:${labelId(text.split(':')[1] ?? '')}`)
      expect(facts[0]?.fact.tags).toEqual(expect.arrayContaining(tags))
    }
  })

  it('breaks no rule', () => {
    expect([...recorded.values()].flat().flatMap(({ fact }) => fact.deviations ?? [])).toEqual([])
  })

  it.each(finalStages)('%s %s ends at %s', (kind, label, stage) => {
    expect(played.fold(domain.slice(kind).fold, labelId(label)).stages).toEqual({ '': stage })
  })
})

describe('the order is enforced', () => {
  it.each(tooEarly)('row $row, sent while line $until is missing: $code', async ({ row, until, code, stage }) => {
    const log = stateBefore(until)
    const request = rowsOf(row)[0] as ScenarioRequest
    const length = log.facts.length
    const decided = await log.ask(asked(request))
    if (stage === undefined) {
      expect(outcome(decided)).toBe(code)
      expect(log.facts.length).toBe(length)
      return
    }
    expect(outcome(decided)).toBe('accepted')
    expect(deviations(decided)).toContain(code)
    expect(log.fold(domain.slice(request.subject.kind).fold, request.subject.id).stages['']).toBe(stage)
  })

  it.each(oneSenTooMuch)('row $row with one sen more: $code', async ({ row, code }) => {
    const request = rowsOf(row)[0] as ScenarioRequest
    const log = stateBefore(request.seq)
    const decided = await log.ask(asked(withOneSenMore(request)))
    const observation = commands.get(request.command)?.command.records.observation
    if (observation) expect(deviations(decided)).toContain(code)
    else expect(outcome(decided)).toBe(code)
  })

  it.each(Array.from({ length: 32 }, (_, index) => index + 1))('row %i by the wrong role is refused', async (row) => {
    for (const request of rowsOf(row)) {
      const log = stateBefore(request.seq)
      const actor = { ...request.body.actor, role: 'PENGAWAS_UPK' }
      const decided = await log.ask({ ...asked(request), body: { ...asked(request).body, actor } })
      expect(outcome(decided)).toBe('role-not-allowed')
    }
  })

  it('every line sent again, right after and at the end, adds nothing', async () => {
    for (const request of requests) {
      const log = (before.get(request.seq) as MemoryLog).fork()
      await log.ask(asked(request))
      const again = await log.ask(asked(request))
      expect(`${request.seq} ${outcome(again)}`).toBe(`${request.seq} same`)
    }
    const end = played.fork()
    const length = end.facts.length
    for (const request of requests) await end.ask({ ...asked(request), recordedAt: '2019-02-01T12:00:00+07:00' })
    expect(end.facts.length).toBe(length)
  })
})

describe('the year after', () => {
  it('is accepted line by line and breaks no rule', async () => {
    const log = played.fork()
    for (const request of nextYear()) {
      const decided = await log.ask(asked(request))
      expect(`${request.command} ${outcome(decided)}`).toBe(`${request.command} accepted`)
      expect(deviations(decided)).toEqual([])
    }
  })
})
