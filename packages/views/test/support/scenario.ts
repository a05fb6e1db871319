import { labelId, prabumulih, prabumulihPrelude } from '@jejak/demo'
import type { Fact, Recorded } from '@jejak/domain'
import { fingerprint, type Log } from '@jejak/event-store'
import { memoryLog } from '../../../domain/test/support/memory.ts'

/** Prabumulih Pasar II as it would stand in the log: editions, prelude, 284 lines. */
export async function playedScenario(): Promise<readonly Recorded[]> {
  const log = memoryLog()
  for (const request of [...prabumulihPrelude(), ...prabumulih()]) {
    const { decision } = await log.ask(request)
    if (decision.kind !== 'accepted') throw new Error(`line ${request.seq} was not accepted`)
  }
  return log.facts
}

/** The facts that bear a tag. */
export const bearing = (facts: readonly Recorded[], kind: string, id: string): Recorded[] =>
  facts.filter(({ fact }) => fact.tags.includes(`${kind}:${id}`))

/** The position of a line's fact, by type and its number among those of the type, from 1. */
export function positionOf(facts: readonly Recorded[], type: string, nth: number): number {
  const found = facts.filter(({ fact }) => fact.type === type)[nth - 1]
  if (found === undefined) throw new Error(`no ${type} number ${nth}`)
  return found.position
}

/** Appends facts to a simulated log, each command as one submission, at their own recorded times. */
export async function load(log: Log, facts: readonly Recorded[]): Promise<void> {
  const commands = Map.groupBy(facts, ({ fact }) => fact.commandKeyHash)
  for (const [keyHash, recorded] of commands) {
    const appended = await log.append({
      keyHash,
      fingerprint: fingerprint({ method: 'POST', route: '/v1/tests', ids: [], body: keyHash }),
      conditions: [],
      commands: [{ facts: recorded.map(({ fact }) => fact) }],
      recordedAt: recorded[0]?.recordedAt ?? 0n,
    })
    if (appended.kind !== 'accepted') throw new Error(`not accepted: ${appended.kind}`)
  }
}

/** A money fact of an allocation, for properties and late entries. */
export function moneyFact(
  position: number,
  type: string,
  subject: string,
  effectiveOn: string,
  data: Fact['data'],
  allocation = 'a',
): Recorded {
  return {
    position,
    recordedAt: BigInt(Date.parse(`${effectiveOn}T05:00:00Z`)) * 1000n,
    fact: {
      id: `fact-${position}`,
      type,
      schemaVersion: 1,
      subject: { kind: type.slice(0, type.indexOf('.')), id: subject },
      effectiveOn,
      actor: { role: 'BKM' },
      recordedBy: { person: 'p', role: 'FASKEL' },
      moves: [],
      evidence: [],
      correlation: 'c',
      commandKeyHash: 'k',
      tags: [`allocation:${allocation}`, 'partnership:k'],
      data,
    },
  }
}

export const ids = {
  allocation: labelId('ALK-2018'),
  tranche1: labelId('ALK-2018-T1'),
  tranche2: labelId('ALK-2018-T2'),
  a: labelId('PRO-A'),
  b: labelId('PRO-B'),
  c: labelId('PRO-C'),
  bkm: labelId('BKM-SEINGGOK'),
  area: labelId('AREA-PASAR2'),
}
