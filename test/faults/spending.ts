import fc from 'fast-check'
import { domain, type Fact } from '@jejak/domain'
import { routeOf } from '@jejak/demo'
import { askedOf, outcomeOf, type Wish } from '../../packages/domain/test/support/given.ts'
import { starts, step, wishesOn } from '../../packages/domain/test/support/inventing.ts'
import type { MemoryLog } from '../../packages/domain/test/support/memory.ts'
import { prabumulih } from '../../packages/domain/test/support/prabumulih.ts'
import { ledger } from '@jejak/views'
import { copyOf, everything, parted, sharedCopy, type Copy } from './copies.ts'
import { appendCopy, layGround, type Ground } from './ground.ts'
import { pays, pursesAfter, purseOf, takenFrom, type Purses, type ToldFact } from './purses.ts'
import type { SectionOptions, SectionResult } from './result.ts'

/** A story told twice: in memory, and under other ids over HTTP. */
interface Twin {
  readonly log: MemoryLog
  readonly copy: Copy
  /** What the log in PostgreSQL holds of it, by the answers. */
  readonly facts: ToldFact[]
  /** Where the facts in memory stand there. */
  readonly places: Map<string, { readonly id: string; readonly position: number }>
}

interface Answer {
  readonly status: number
  readonly code: string
  readonly repeated: boolean
  readonly facts: readonly { readonly id: string; readonly position: number }[]
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const perStory = 40

async function etagOf({ bases, token }: Ground, subject: Wish['subject']): Promise<string> {
  const { plural } = domain.slice(subject.kind)
  const reader = { person: '00000000-0000-7000-8000-000000000002', role: 'AUDITOR' }
  const response = await fetch(`${bases[0] ?? ''}/v1/${plural}/${subject.id}`, {
    headers: { authorization: `Bearer ${await token(reader)}` },
  })
  await response.arrayBuffer()
  return response.headers.get('etag') ?? '*'
}

/** The fact that a correction names. */
const targetOf = ({ data }: Wish): { readonly id: string } | undefined =>
  data && 'target' in data && typeof data.target === 'object' && data.target && 'id' in data.target
    ? { id: String(data.target.id) }
    : undefined

/** Sends what was asked of the log in memory, under the ids of the copy. */
async function send(ground: Ground, twin: Twin, wish: Wish, key: string): Promise<Answer> {
  const asked = askedOf(twin.log, wish)
  const idOf = (id: string): string => twin.places.get(id)?.id ?? twin.copy.idOf(id)
  const { subject, body, recorder }: typeof asked = JSON.parse(JSON.stringify(asked).replaceAll(uuid, idOf))
  const { url, opens } = routeOf({ command: wish.command, subject })
  const { ifMatch, ...said } = body
  const target = targetOf(wish)
  const place = target && twin.places.get(target.id)
  const data = place ? { ...body.data, target: place } : body.data
  const by = recorder ?? (body.actor as NonNullable<typeof recorder>)
  const response = await fetch(`${ground.bases[0] ?? ''}${url}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await ground.token(by)}`,
      'content-type': 'application/json',
      'idempotency-key': `"${key}"`,
      ...(ifMatch === undefined ? {} : { 'if-match': await etagOf(ground, subject) }),
    },
    body: JSON.stringify({ ...(opens ? { id: subject.id } : {}), ...said, data }),
  })
  const told = (await response.json()) as { code?: string; repeated?: boolean; facts?: Answer['facts'] }
  return { status: response.status, code: told.code ?? '', repeated: told.repeated ?? false, facts: told.facts ?? [] }
}

/** Of a log whose clock is today's everything of 2018 comes late: both are given the reasons. */
const explained = (wish: Wish): Wish => ({ reason: 'Dicatat kemudian', lateReason: 'Dicatat kemudian', ...wish })

/** What the ledger of the service has on the accounts of the funds of a story, as purses. */
async function ledgerOf({ bases, token }: Ground, funds: readonly string[], position: number): Promise<Purses> {
  const reader = { person: '00000000-0000-7000-8000-000000000002', role: 'AUDITOR' }
  const purses: Purses = new Map()
  for (const fund of funds) {
    const response = await fetch(`${bases[0] ?? ''}/v1/ledger/balances?by=account&limit=200&minPosition=${position}&fund=${fund}`, {
      headers: { authorization: `Bearer ${await token(reader)}` },
    })
    const told = (await response.json()) as { rows?: { group: { account: string }; balance: { amount: string; side: string } }[] }
    if (!told.rows) throw new Error(`the ledger answered ${response.status} ${JSON.stringify(told)}`)
    for (const { group, balance } of told.rows) {
      const purse = purseOf(group.account)
      const [whole = '0', fraction = ''] = balance.amount.split('.')
      const sen = BigInt(whole + fraction.padEnd(2, '0')) * (balance.side === 'debit' ? 1n : -1n)
      if (purse !== undefined) purses.set(purse, (purses.get(purse) ?? 0n) + sen)
    }
  }
  return purses
}

const differing = (a: Purses, b: Purses): string[] =>
  [...new Set([...a.keys(), ...b.keys()])]
    .filter((purse) => (a.get(purse) ?? 0n) !== (b.get(purse) ?? 0n))
    .map((purse) => `${purse}: ${a.get(purse) ?? 0n} beside ${b.get(purse) ?? 0n} sen`)

async function begin(ground: Ground, log: MemoryLog, name: string, later: readonly Fact[]): Promise<Twin> {
  const { own } = parted(log.facts, everything)
  const copy = copyOf(own, name, everything, later)
  const first = await appendCopy(ground.log, copy)
  const places = new Map(own.map((fact, index) => [fact.id, { id: copy.idOf(fact.id), position: first + index }]))
  return { log, copy, places, facts: copy.commands.flatMap(({ facts }) => facts) }
}

/** Asks both for the same; gives what is wrong with the answer. */
async function askBoth(ground: Ground, twin: Twin, wish: Wish, key: string): Promise<{ outcome: string; wrong: string[] }> {
  const asked = explained(wish)
  const answer = await send(ground, twin, asked, key)
  const { decision } = await twin.log.ask(askedOf(twin.log, asked))
  const outcome = outcomeOf({ decision } as Parameters<typeof outcomeOf>[0])
  const there =
    answer.status === 201
      ? 'accepted'
      : answer.repeated
        ? 'same'
        : answer.status === 412
          ? 'stale'
          : answer.status === 404
            ? 'unknown'
            : answer.code
  const wrong = there === outcome ? [] : [`${wish.command}: ${there} there, ${outcome} in memory`]
  if (decision.kind !== 'accepted' || answer.status !== 201) return { outcome, wrong }
  decision.facts.forEach((fact, index) => {
    const told = answer.facts[index]
    if (told) twin.places.set(fact.id, { id: told.id, position: told.position })
  })
  const stored = (await ground.log.at(answer.facts.map(({ position }) => position))).map(({ fact }) => fact)
  twin.facts.push(...stored)
  const purses = pursesAfter(twin.facts)
  for (const fact of stored)
    if (pays.has(fact.type))
      for (const purse of takenFrom(fact))
        if ((purses.get(purse) ?? 0n) < 0n) wrong.push(`${fact.type} took ${purse} to ${purses.get(purse)} sen`)
  return { outcome, wrong }
}

/**
 * T10: random commands, corrections among them, over HTTP. Every answer is compared with that of the rules in memory; no payment that was
 * decided takes a purse below zero; and after every story the ledger, asked over HTTP, has in each purse what a plain table has.
 */
export async function spendAtRandom({ rounds, random, progress }: SectionOptions): Promise<SectionResult> {
  const ground = await layGround(1, [ledger])
  const faults: string[] = []
  const counts: Record<string, number> = { commands: 0, accepted: 0, refused: 0, 'the same again': 0, stories: 0, 'purses compared': 0 }
  const count = (name: string, by = 1): void => void (counts[name] = (counts[name] ?? 0) + by)
  try {
    const { shared } = parted((await (starts[starts.length - 1] ?? starts[0])?.())?.facts ?? [], everything)
    const told = parted((await prabumulih.until(999)()).facts, everything).own
    await appendCopy(ground.log, sharedCopy(shared))
    const seed = Math.floor(random() * 2 ** 31)
    while ((counts['commands'] ?? 0) < rounds) {
      const story = counts['stories'] ?? 0
      const log = await starts[story % starts.length]?.()
      if (!log) break
      const twin = await begin(ground, log, `story ${story}`, told)
      const steps = fc.sample(step, { numRuns: perStory, seed: seed + story })
      for (const wish of wishesOn(log, steps)) {
        const { kind } = wish.subject
        if (!everything.has(kind)) continue
        const { outcome, wrong } = await askBoth(ground, twin, wish, `story-${story}-${counts['commands']}`)
        faults.push(...wrong.map((each) => `story ${story}, command ${counts['commands']}: ${each}`))
        count('commands')
        count(outcome === 'accepted' ? 'accepted' : outcome === 'same' ? 'the same again' : 'refused')
        if (wrong.length > 0) break
      }
      const { position } = await ground.log.head()
      const funds = [
        ...new Set(
          twin.facts.flatMap(({ subject: { kind, id } }) => (kind === 'allocation' || kind === 'partnership' ? [`${kind}:${id}`] : [])),
        ),
      ]
      const plain = pursesAfter(twin.facts)
      faults.push(...differing(await ledgerOf(ground, funds, position), plain).map((each) => `story ${story}: ${each}`))
      count('purses compared', plain.size)
      count('stories')
      progress(counts['commands'] ?? 0, rounds, `${counts['accepted']} accepted`)
      if (faults.length > 50) break
    }
  } finally {
    await ground.close()
  }
  return {
    name: 'Random spending',
    deed: 'random commands beside a plain ledger in memory, every answer beside that of the rules in memory',
    counts,
    times: {},
    faults,
    late: [],
  }
}
