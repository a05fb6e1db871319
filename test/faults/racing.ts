import { domain, foldEntity, rupiah } from '@jejak/domain'
import type { OpenLog } from '@jejak/event-store'
import { askedOf, type Wish } from '../../packages/domain/test/support/given.ts'
import { act, entity, prabumulih, who } from '../../packages/domain/test/support/prabumulih.ts'
import { copyOf, parted, sharedCopy, type Copy } from './copies.ts'
import { appendCopy, layGround, type Ground } from './ground.ts'
import type { SectionOptions, SectionResult } from './result.ts'

/** What one client sends. */
interface Shot {
  readonly url: string
  readonly actor: { readonly person: string; readonly role: string; readonly institution?: string }
  readonly data: object
  readonly papers: readonly string[]
}

/** A race: up to where the story is told, what each client sends, and what the tranche holds afterwards, whoever won. */
interface Race {
  readonly name: string
  readonly until: number
  readonly and?: Wish
  readonly on: string
  readonly shot: (copy: Copy, client: number) => Shot
  /** Rupiah that the winner's request paid out; undefined where no money moves. */
  readonly paid: (client: number) => bigint
}

const works = [entity.a, entity.b, entity.c]
const groups = [who.ksmA, who.ksmB, who.ksmC]
/** The second instalments of B and C. With more set aside for the board than was planned, the tranche holds less than both, and either. */
const last = [51_000_000n, 30_000_000n]
const setAside = act('tranche.SetBopAside', entity.t1, who.treasurer, { number: 'BA-BOP-TAMBAHAN', amount: '3000000' })

const instalment = (copy: Copy, client: number, work: number, number: number, amount: bigint): Shot => ({
  url: `/v1/tranches/${copy.idOf(entity.t1.id)}/pay-instalment`,
  actor: who.treasurer,
  data: {
    proposal: copy.idOf(works[work]?.id ?? ''),
    ksm: groups[work]?.institution,
    instalment: number,
    bankReference: `TRF-${copy.name}-${client}`,
    amount: String(amount),
  },
  papers: ['rpd', 'bukti-transfer'],
})

const races: readonly Race[] = [
  {
    name: 'the same instalment',
    until: 74,
    on: '2018-07-09',
    shot: (copy, client) => instalment(copy, client, 0, 1, 88_000_000n),
    paid: () => 88_000_000n,
  },
  {
    name: 'the last rupiahs of a tranche',
    until: 120,
    and: setAside,
    on: '2018-08-20',
    shot: (copy, client) => instalment(copy, client, 1 + (client % 2), 2, last[client % 2] ?? 0n),
    paid: (client) => last[client % 2] ?? 0n,
  },
  {
    name: 'the payment request of a tranche',
    until: 62,
    on: '2018-05-31',
    shot: (copy, client) => ({
      url: `/v1/tranches/${copy.idOf(entity.t1.id)}/issue-spp`,
      actor: who.ppk,
      data: { number: `SPP-${client}`, amount: '350000000' },
      papers: ['spp'],
    }),
    paid: () => 0n,
  },
]

const digest = 'ab'.repeat(32)

async function fire({ bases, token }: Ground, race: Race, copy: Copy, client: number): Promise<{ status: number; code: string }> {
  const { url, actor, data, papers } = race.shot(copy, client)
  const response = await fetch(`${bases[client % bases.length] ?? ''}${url}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token(actor)}`,
      'content-type': 'application/json',
      'idempotency-key': `"${copy.name}-${client}"`,
    },
    body: JSON.stringify({
      effectiveOn: race.on,
      lateReason: 'Dicatat kemudian',
      reason: 'Dicatat kemudian',
      actor,
      evidence: papers.map((docType) => ({ docType, sha256: digest })),
      data,
    }),
  })
  const body = (await response.json()) as { code?: string }
  return { status: response.status, code: body.code ?? '' }
}

/** What the log says that the board paid to groups out of the first tranche, in sen. */
async function paidOf(log: OpenLog, copy: Copy): Promise<bigint> {
  const { fold } = domain.slice('tranche')
  const id = copy.idOf(entity.t1.id)
  const { facts } = await log.read([{ tag: `tranche:${id}`, types: fold.types }])
  return (foldEntity(fold, id, facts).data as { paidToKsmSen: bigint }).paidToKsmSen
}

/**
 * T9: clients that pay the same tranche, or the last of it, at the same moment through two services. Exactly one wins each race, the others
 * are refused by a rule, and the tranche holds what it would hold if only the winner had asked.
 */
export async function raceForMoney({ rounds, clients, progress }: SectionOptions): Promise<SectionResult> {
  const ground = await layGround(2)
  const faults: string[] = []
  const counts: Record<string, number> = { races: 0, clients }
  const codes = new Map<string, number>()
  try {
    const stories: ReturnType<typeof parted>[] = []
    // One story, told on and on.
    for (const { until, and } of races) {
      const told = await prabumulih.until(until)()
      if (and && (await told.ask(askedOf(told, and))).decision.kind !== 'accepted') throw new Error(`${and.command} was not accepted`)
      stories.push(parted(told.facts))
    }
    await appendCopy(ground.log, sharedCopy(stories[0]?.shared ?? []))
    for (let round = 0; round < rounds; round += 1) {
      const race = races[round % races.length] as Race
      const copy = copyOf(stories[round % races.length]?.own ?? [], `race-${round}`)
      await appendCopy(ground.log, copy)
      const before = await paidOf(ground.log, copy)
      const answers = await Promise.all(Array.from({ length: clients }, (_, client) => fire(ground, race, copy, client)))
      const winners = answers.flatMap(({ status }, client) => (status === 201 ? [client] : []))
      const strange = answers.filter(({ status }) => status !== 201 && status !== 409)
      for (const { code } of answers) if (code !== '') codes.set(code, (codes.get(code) ?? 0) + 1)
      const paid = (await paidOf(ground.log, copy)) - before
      const where = `race ${round}, ${race.name}`
      if (winners.length !== 1) faults.push(`${where}: ${winners.length} winners`)
      else if (paid !== race.paid(winners[0] ?? 0) * 100n) faults.push(`${where}: ${rupiah(paid)} was paid`)
      if (strange.length > 0) faults.push(`${where}: answered ${strange.map(({ status, code }) => `${status} ${code}`).join(', ')}`)
      counts['races'] = round + 1
      progress(round + 1, rounds, race.name)
    }
  } finally {
    await ground.close()
  }
  for (const [code, count] of codes) counts[`refused: ${code}`] = count
  return {
    name: 'Races for money',
    deed: 'clients pay the same tranche, or the last of it, at the same moment through two services',
    counts,
    times: {},
    faults,
    late: [],
  }
}
