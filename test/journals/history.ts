import fc from 'fast-check'
import { accountName, moneyTypes, postings, rupiah, type Fact, type Recorded } from '@jejak/domain'
import {
  kedungkandang,
  kedungkandangPrelude,
  prabumulih,
  prabumulihPrelude,
  purbayan,
  purbayanPrelude,
  type ScenarioRequest,
} from '@jejak/demo'
import { commandKeyHash, eventId, fingerprint, type Log } from '@jejak/event-store'
import { memoryLog } from '../../packages/domain/test/support/memory.ts'
import { choices, dataOf, fundTags, subjectOf, tranchesOfFund, uuid, type Choice } from './branches.ts'

/** Facts of a history, in order; positions are those that they get in the log, after what is there. */
export type History = (after: number, areas: readonly string[]) => Promise<readonly Recorded[]>

/** A scenario, decided by the rules; its editions are in the log already. */
const played =
  (...lists: readonly (() => readonly ScenarioRequest[])[]): History =>
  async (after) => {
    const log = memoryLog()
    for (const request of lists.flatMap((list) => list())) {
      const { decision } = await log.ask(request)
      if (decision.kind !== 'accepted') throw new Error(`line ${request.seq} was not accepted`)
    }
    const own = log.facts.filter(({ fact }) => fact.type !== 'edition.Published')
    return own.map((recorded, index) => ({ ...recorded, position: after + index + 1 }))
  }

/** How many money facts the random history has. */
export const randomFacts = 10_000
const funds = 12
const proposalsOfFund = 8
/** Names that no format may stumble over. */
const names = [
  'KSM "Melati"; Jaya',
  'KSM Mawar | Indah',
  "BKM D'Anggrek: (Sejahtera)",
  'KSM 丁香 – Ñandú',
  'KSM  Dua  Spasi',
  '=+@!* KSM',
  'KSM\tTab',
]

interface Draw {
  readonly type: string
  readonly fund: number
  readonly tranche: number
  readonly proposal: number
  readonly choice: Choice
  readonly amount: bigint
  readonly day: number
  readonly how: 'annul' | 'replace' | 'reverse' | undefined
  readonly back: number
}

const draws = fc.record<Draw>({
  type: fc.constantFrom(...moneyTypes),
  fund: fc.nat(funds - 1),
  tranche: fc.nat(tranchesOfFund - 1),
  proposal: fc.nat(proposalsOfFund - 1),
  choice: choices,
  amount: fc.oneof(fc.bigInt(1n, 10_000n), fc.bigInt(1n, 10n ** 10n), fc.bigInt(1n, 10n ** 14n)),
  day: fc.nat(700),
  how: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, undefined, 'annul', 'replace', 'replace', 'reverse'),
  back: fc.nat(400),
})

const first = Temporal.PlainDate.from('2017-01-01')
const dayOf = (day: number): string => first.add({ days: day }).toString()

const recorder = { person: uuid(9, 1), role: 'system' }
/** Every fact of a batch of so many is of one command. */
const batch = 200

class Writing {
  readonly facts: Recorded[] = []
  readonly #after: number
  constructor(after: number) {
    this.#after = after
  }

  get position(): number {
    return this.#after + this.facts.length + 1
  }

  add(type: string, id: string, effectiveOn: string, tags: readonly string[], data: Fact['data'], corrects?: Fact['corrects']): Recorded {
    const keyHash = commandKeyHash('urn:tests', 'journals', String(Math.floor(this.facts.length / batch)))
    const subject = { kind: type.slice(0, type.indexOf('.')), id }
    const fact: Fact = {
      id: eventId(keyHash, this.facts.length % batch),
      type,
      schemaVersion: 1,
      subject,
      effectiveOn,
      actor: { role: 'system' },
      recordedBy: recorder,
      ...(type.startsWith('institution.') ? {} : { edition: { id: 'KOTAKU-2018', revision: 1 } }),
      moves: [],
      ...(corrects ? { corrects } : {}),
      evidence: [],
      correlation: eventId(keyHash, 0),
      commandKeyHash: keyHash,
      tags: [...new Set([`${subject.kind}:${subject.id}`, ...tags])].toSorted(),
      data,
    }
    const recorded = { position: this.position, recordedAt: 1_600_000_000_000_000n + BigInt(this.facts.length), fact }
    this.facts.push(recorded)
    return recorded
  }
}

function told(writing: Writing, areas: readonly string[]): void {
  for (let fund = 0; fund < funds; fund += 1) {
    const tags = [`allocation:${uuid(1, fund)}`, `area:${areas[fund % areas.length] ?? ''}`]
    const board = uuid(4, fund)
    writing.add('institution.Formed', board, '2016-01-01', [], { institutionKind: 'BKM', name: names[fund % names.length] ?? '' })
    const source = ['APBN', 'APBD', 'CSR'][fund % 3] ?? ''
    const decree = { source, component: 'INFRA_NEIGHBOURHOOD', fiscalYear: '2017', amount: '1', number: `SK-${fund}` }
    writing.add('allocation.Decreed', uuid(1, fund), '2016-02-01', tags, decree)
    writing.add('allocation.RecipientSet', uuid(1, fund), '2016-02-02', [...tags, `institution:${board}`], { recipient: board })
    for (let nth = 0; nth < tranchesOfFund; nth += 1)
      writing.add('tranche.Planned', uuid(2, fund * 100 + nth), '2016-02-01', tags, {
        ordinal: nth + 1,
        amount: '1',
        allocation: uuid(1, fund),
      })
    for (let nth = 0; nth < proposalsOfFund; nth += 1) {
      // Two groups of one name, and one that was never formed here.
      const group = uuid(5, fund * 100 + nth)
      if (nth > 0) writing.add('institution.Formed', group, '2016-03-01', [], { institutionKind: 'KSM', name: names[nth % 4] ?? '' })
      const drafted = { field: ['lingkungan', 'sosial', 'ekonomi'][nth % 3] ?? '', ksm: group, grant: '1', number: `P-${nth}` }
      writing.add('proposal.Drafted', uuid(3, fund * 100 + nth), '2016-04-01', [...tags, `institution:${group}`], drafted)
    }
  }
}

/** Adds a fact, or a correction of an earlier one that stands. Nothing is corrected that was annulled or reversed. */
function drawn(writing: Writing, draw: Draw, money: Recorded[], ended: Set<number>, areas: readonly string[]): void {
  const on = dayOf(draw.day)
  const target = draw.how === undefined ? undefined : money[money.length - 1 - draw.back]
  if (draw.how !== undefined && target !== undefined && !ended.has(target.position)) {
    const { fact, position } = target
    if (draw.how !== 'replace') ended.add(position)
    const replacement = { ...fact.data, amount: rupiah(draw.amount), carriedOver: dataOf(draw)['carriedOver'] ?? null }
    const corrects = { position, id: fact.id, how: draw.how }
    const data = { proposed: fact.id, ...(draw.how === 'replace' ? { replacement } : {}) }
    writing.add(`${fact.subject.kind}.CorrectionConfirmed`, fact.subject.id, on, fact.tags, data, corrects)
    return
  }
  const where = `area:${areas[draw.fund % areas.length] ?? ''}`
  money.push(writing.add(draw.type, subjectOf(draw), on, [...fundTags(draw), where], dataOf(draw)))
}

/** Ten thousand facts of every way that money goes, in any order, one in three a correction; the same ones every time. */
export const random: History = async (after, areas) => {
  const writing = new Writing(after)
  told(writing, areas)
  const money: Recorded[] = []
  const ended = new Set<number>()
  const begun = writing.facts.length
  for (const draw of fc.sample(draws, { seed: 20_261_122, numRuns: randomFacts + 1_000 })) {
    if (writing.facts.length - begun >= randomFacts) break
    drawn(writing, draw, money, ended, areas)
  }
  return writing.facts
}

/** Every history of the comparison: one line each. */
export const histories: Readonly<Record<string, History>> = {
  Prabumulih: played(prabumulihPrelude, prabumulih),
  Kedungkandang: played(kedungkandangPrelude, kedungkandang),
  Purbayan: played(purbayanPrelude, purbayan),
  [`${randomFacts} money facts at random`]: random,
}

/** Appends facts, each command as one submission, at their own recorded times. Nothing is decided: they are facts already. */
export async function append(log: Log, facts: readonly Recorded[]): Promise<void> {
  for (const [keyHash, own] of Map.groupBy(facts, ({ fact }) => fact.commandKeyHash)) {
    const appended = await log.append({
      keyHash,
      fingerprint: fingerprint({ method: 'POST', route: '/v1/tests', ids: [], body: keyHash }),
      conditions: [],
      commands: [{ facts: own.map(({ fact }) => fact) }],
      recordedAt: own[0]?.recordedAt ?? 0n,
    })
    if (appended.kind !== 'accepted') throw new Error(`not accepted: ${appended.kind}`)
  }
}

/**
 * Balances by hand, from the domain's postings alone: what is annulled never was, what is replaced was always so, what is reversed goes
 * back on its day (CONTRACTS E4).
 */
export function byHand(facts: readonly Recorded[], by: string): ReadonlyMap<string, bigint> {
  const corrections = Map.groupBy(facts, ({ fact }) => fact.corrects?.position)
  const sums = new Map<string, bigint>()
  const book = (fact: Fact, on: string, sign: bigint): void => {
    if (on > by) return
    for (const { account, amountSen } of postings(fact)) {
      const name = accountName(account)
      sums.set(name, (sums.get(name) ?? 0n) + amountSen * sign)
    }
  }
  for (const { fact, position } of facts) {
    const own = (corrections.get(position) ?? []).map((each) => each.fact)
    if (own.some(({ corrects }) => corrects?.how === 'annul')) continue
    const replaced = own.findLast(({ corrects }) => corrects?.how === 'replace')
    const standing = replaced === undefined ? fact : { ...fact, data: replaced.data['replacement'] as Fact['data'] }
    book(standing, fact.effectiveOn, 1n)
    for (const { corrects, effectiveOn } of own) if (corrects?.how === 'reverse') book(standing, effectiveOn, -1n)
  }
  return new Map([...sums].filter(([, amount]) => amount !== 0n))
}
