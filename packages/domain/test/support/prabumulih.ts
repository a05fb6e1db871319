import { labelId, prabumulih as requestsOf, prabumulihPrelude, type Party, type ScenarioRequest } from '@jejak/demo'
import type { Edition, Fact, Recorded } from '@jejak/domain'
import { outcomeOf, type State, type Wish } from './given.ts'
import { memoryLog, type MemoryLog } from './memory.ts'

export const id = labelId
const requests = requestsOf()

interface Version {
  /** Editions published besides the shipped ones. */
  readonly editions?: readonly Edition[]
  /** Each request as it is sent, or nothing to leave it out. */
  readonly change?: (request: ScenarioRequest) => ScenarioRequest | undefined
}

/** The scenario as a state: `until(66)` has played all lines up to 66. It is played once and copied. */
export function scenario(version: Version = {}): { readonly until: (seq: number) => State } {
  let log: MemoryLog | undefined
  let played = 0
  const lengths = new Map<number, number>()

  const playUntil = async (seq: number): Promise<number> => {
    if (!log) {
      log = memoryLog(version.editions)
      for (const request of prabumulihPrelude()) await log.ask(request)
      lengths.set(0, log.facts.length)
    }
    while (played < requests.length && (requests[played]?.seq ?? 0) <= seq) {
      const given = requests[played] as ScenarioRequest
      const request = version.change ? version.change(given) : given
      if (request) {
        const outcome = outcomeOf(await log.ask(request))
        if (outcome !== 'accepted') throw new Error(`line ${request.seq} of the scenario: ${outcome}`)
      }
      lengths.set(given.seq, log.facts.length)
      played += 1
    }
    const last = [...lengths.keys()].findLast((line) => line <= seq) ?? 0
    return lengths.get(last) ?? 0
  }
  return {
    until: (seq) => async () => {
      const length = await playUntil(seq)
      return memoryLog(version.editions, (log as MemoryLog).facts.slice(0, length))
    },
  }
}

/** The scenario as it is told. */
export const prabumulih = scenario()

/** The scenario under another edition: its commands pin that one. */
export const scenarioUnder = (edition: Edition, change: Version['change'] = (request) => request) =>
  scenario({
    editions: [edition],
    change: (request) => {
      const { data } = request.body
      const pinned = data['edition']
        ? { ...request, body: { ...request.body, data: { ...data, edition: { id: edition.id, revision: 1 } } } }
        : request
      return change(pinned)
    },
  })

/** A log without some of its facts: what an import of an incomplete history could have brought. */
export const without =
  (state: State, forgotten: (fact: Fact) => boolean): State =>
  async () => {
    const kept = (await state()).facts.filter(({ fact }) => !forgotten(fact))
    return memoryLog(
      [],
      kept.map((recorded, index): Recorded => ({ ...recorded, position: index + 1 })),
    )
  }

type Patch = Partial<Omit<Wish, 'command' | 'subject'>> & { readonly subject?: Wish['subject'] }

/** A line of the scenario as a wish, with some of it changed. */
export function line(seq: number, patch: Patch = {}): Wish {
  const request = requests.find((candidate) => candidate.seq === seq)
  if (!request) throw new Error(`no request in line ${seq}`)
  const { body, command, subject, recorder } = request
  return {
    command,
    subject,
    actor: body.actor,
    recorder: patch.actor ? { ...patch.actor, person: patch.actor.person ?? recorder.person } : recorder,
    earliest: body.effectiveOn,
    evidence: body.evidence,
    ...(body.cosigners ? { cosigners: body.cosigners } : {}),
    ...patch,
    data: { ...body.data, ...patch.data },
  }
}

const party = (person: string, role: string, institution: string): Party => ({ person: id(person), role, institution: id(institution) })

/** The people of the scenario. */
export const who = {
  bkm: party('P-BKM-1', 'BKM', 'BKM-SEINGGOK'),
  treasurer: party('P-BKM-2', 'BKM', 'BKM-SEINGGOK'),
  member: party('P-BKM-4', 'BKM', 'BKM-SEINGGOK'),
  secretary: party('P-BKM-3', 'SEK_BKM', 'BKM-SEINGGOK'),
  upl: party('P-UPL-1', 'UPL', 'BKM-SEINGGOK'),
  ksmA: party('P-KSM-A1', 'KSM', 'KSM-ANGGUR'),
  ksmB: party('P-KSM-B1', 'KSM', 'KSM-BELIMBING'),
  ksmC: party('P-KSM-C1', 'KSM', 'KSM-CEMPAKA'),
  tipp: party('P-TIPP-1', 'TIPP', 'TIPP-PASAR2'),
  lurah: party('P-LURAH-1', 'LURAH', 'KELURAHAN-PASAR2'),
  faskelT: party('P-FASKEL-T', 'FASKEL', 'FASKEL-PRABUMULIH-1'),
  faskelS: party('P-FASKEL-S', 'FASKEL', 'FASKEL-PRABUMULIH-1'),
  senior: party('P-SF-1', 'FASKEL', 'FASKEL-PRABUMULIH-1'),
  korkot: party('P-KORKOT-1', 'KORKOT', 'KORKOT-PRABUMULIH'),
  pokja: party('P-POKJA-1', 'POKJA_PKP', 'POKJA-PRABUMULIH'),
  dprkp: party('P-DPRKP-1', 'DPRKP', 'DPRKP-PRABUMULIH'),
  ppk: party('P-PPK-1', 'PPK', 'SATKER-SUMSEL'),
  ppspm: party('P-PSM-1', 'PPSPM', 'SATKER-SUMSEL'),
  kasatker: party('P-KPA-1', 'KASATKER', 'SATKER-SUMSEL'),
  pmu: party('P-PMU-1', 'PMU', 'PMU-PUSAT'),
  system: { person: id('SYSTEM'), role: 'system' },
} satisfies Record<string, Party>

export type Actor = Party

/** The entities of the scenario. */
export const entity = {
  t1: { kind: 'tranche', id: id('ALK-2018-T1') },
  t2: { kind: 'tranche', id: id('ALK-2018-T2') },
  allocation: { kind: 'allocation', id: id('ALK-2018') },
  cycle: { kind: 'cycle', id: id('CYC-2018') },
  a: { kind: 'proposal', id: id('PRO-A') },
  b: { kind: 'proposal', id: id('PRO-B') },
  c: { kind: 'proposal', id: id('PRO-C') },
  bkm: { kind: 'institution', id: id('BKM-SEINGGOK') },
  ksmA: { kind: 'institution', id: id('KSM-ANGGUR') },
  complaint: { kind: 'complaint', id: id('PGD-2018-001') },
  area: { kind: 'area', id: id('AREA-PASAR2') },
} as const

/** A command in its own words. */
export const act = (
  command: string,
  subject: Wish['subject'],
  actor: Wish['actor'],
  data: object = {},
  more: Partial<Wish> = {},
): Wish => ({
  command,
  subject,
  actor,
  data,
  ...more,
})
