import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Appended, checkColumns, eventId, InvalidSubmission, leafHash, openLog } from '../src/index.ts'
import { freshLog, type TestLog } from './database.ts'
import { factOf, hashOf, newKey, submission } from './facts.ts'

let made: TestLog
beforeAll(async () => {
  made = await freshLog()
})
afterAll(() => made.close())

const paid = ['tranche.Credited', 'tranche.InstalmentPaid']

function kinds(answers: readonly Appended[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { kind } of answers) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

function positionsOf(answers: readonly Appended[]): number[] {
  return answers.flatMap((one) => (one.kind === 'accepted' ? one.facts.map((fact) => fact.position) : []))
}

describe('races', () => {
  test('writers on one entity: one wins, the losers learn the newer position', async () => {
    const tag = `tranche:${randomUUID()}`
    const { head } = await made.log.read([{ tag, types: paid }])
    // Half of them in one process and so perhaps in one call, half each on a connection of its own.
    const other = await openLog(made.pool({ max: 8 }), { countMax: 1 })
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? made.log : other).append(
          submission({ facts: [{ tags: [tag] }], conditions: [{ tag, types: paid, after: head }] }),
        ),
      ),
    )
    expect(kinds(answers)).toEqual({ accepted: 1, conflict: 39 })
    const [winner] = positionsOf(answers)
    const losers = answers.filter((one) => one.kind === 'conflict')
    expect(losers).toEqual(Array.from({ length: 39 }, () => ({ kind: 'conflict', newer: [{ tag, position: winner }] })))
    expect((await made.log.read([{ tag }])).facts.map((fact) => fact.position)).toEqual([winner])
  })

  test('two payments from one tranche conflict, two proposals of one BKM do not', async () => {
    const bkm = `institution:${randomUUID()}`
    const tranche = `tranche:${randomUUID()}`
    const institution = ['institution.Formed', 'institution.OfficeAssumed']
    const formed = await made.log.append(submission({ facts: [{ type: 'institution.Formed', tags: [bkm] }] }))
    expect(formed.kind).toBe('accepted')
    const { head } = await made.log.read([{ tag: bkm, types: institution }])
    const proposals = await Promise.all(
      Array.from({ length: 2 }, () =>
        made.log.append(
          submission({
            facts: [{ type: 'proposal.Submitted', tags: [bkm, `proposal:${randomUUID()}`] }],
            conditions: [{ tag: bkm, types: institution, after: head }],
          }),
        ),
      ),
    )
    expect(kinds(proposals)).toEqual({ accepted: 2 })
    const payments = await Promise.all(
      Array.from({ length: 2 }, () =>
        made.log.append(
          submission({
            facts: [{ tags: [bkm, tranche] }],
            conditions: [
              { tag: bkm, types: institution, after: head },
              { tag: tranche, types: paid, after: head },
            ],
          }),
        ),
      ),
    )
    expect(kinds(payments)).toEqual({ accepted: 1, conflict: 1 })
  })

  test('each failed condition is named, with its first newer position, in one call', async () => {
    const [one, two, quiet] = [`loan:${randomUUID()}`, `pool:${randomUUID()}`, `area:${randomUUID()}`] as const
    const { position: before } = await made.log.head()
    const first = await made.log.append(submission({ facts: [{ tags: [one] }, { tags: [one, quiet], type: 'area.Renamed' }] }))
    const [position] = positionsOf([first])
    const conditions = [one, two, quiet].map((tag) => ({ tag, types: paid, after: before }))
    const second = await made.log.append(submission({ facts: [{ tags: [two] }] }))
    const third = await made.log.append(submission({ facts: [{ tags: [one, two] }], conditions }))
    const [later] = positionsOf([second])
    expect(third).toEqual({
      kind: 'conflict',
      newer: [
        { tag: one, position },
        { tag: two, position: later },
      ],
    })
  })

  test('what a submission of the same call records meets the conditions of those behind it', async () => {
    const tag = `loan:${randomUUID()}`
    const { position: after } = await made.log.head()
    const [first, second, third] = await Promise.all(
      [[], [{ tag, types: paid, after }], []].map((conditions) => made.log.append(submission({ facts: [{ tags: [tag] }], conditions }))),
    )
    expect([first?.kind, third?.kind]).toEqual(['accepted', 'accepted'])
    expect(second).toEqual({ kind: 'conflict', newer: [{ tag, position: positionsOf(first ? [first] : [])[0] }] })
  })

  test('a refused submission of a call hides nothing and blocks nobody', async () => {
    const [one, two] = [`loan:${randomUUID()}`, `loan:${randomUUID()}`] as const
    const { position: before } = await made.log.head()
    await made.log.append(submission({ facts: [{ tags: [one] }] }))
    // The second fails on the first tag; so the third, which depends only on the second, passes.
    const batch = await openLog(made.servingPool)
    const [first, second, third] = await Promise.all([
      batch.append(submission()),
      batch.append(submission({ facts: [{ tags: [two] }], conditions: [{ tag: one, types: [], after: before }] })),
      batch.append(submission({ facts: [{ tags: [two] }], conditions: [{ tag: two, types: [], after: before }] })),
    ])
    expect([first.kind, second.kind, third.kind]).toEqual(['accepted', 'conflict', 'accepted'])
  })

  test('two creations of one unique thing race on its key tag: one wins', async () => {
    const keyTag = 'allocation-key:5f0c/2018/BDI/primer'
    const { head, facts } = await made.log.read([{ tag: keyTag }])
    expect(facts).toEqual([])
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        made.log.append(
          submission({
            facts: [{ type: 'allocation.Decreed', tags: [keyTag, `allocation:${randomUUID()}`] }],
            conditions: [{ tag: keyTag, types: [], after: head }],
          }),
        ),
      ),
    )
    expect(kinds(answers)).toEqual({ accepted: 1, conflict: 9 })
  })
})

describe('batches', () => {
  test('a thousand concurrent commands leave positions without a hole, each acknowledged once', async () => {
    const { position: before } = await made.log.head()
    const writers = [made.log, await openLog(made.pool(), { countMax: 7 }), await openLog(made.pool(), { countMax: 31 })]
    const sent = Array.from({ length: 1000 }, (_, index) => ({
      writer: writers[index % writers.length] ?? made.log,
      submission: submission({ facts: Array.from({ length: index % 4 }, () => ({})) }),
    }))
    const answers = await Promise.all(sent.map(({ writer, submission: one }) => writer.append(one)))
    expect(kinds(answers)).toEqual({ accepted: 1000 })
    const positions = positionsOf(answers).sort((a, b) => a - b)
    expect(positions).toEqual(Array.from({ length: 1500 }, (_, index) => before + 1 + index))
    const stored = await made.log.readAll({ after: before, limit: 5000 })
    expect(stored.map((fact) => fact.position)).toEqual(positions)
    const acknowledged = new Map(answers.flatMap((one) => (one.kind === 'accepted' ? one.facts : [])).map((fact) => [fact.position, fact]))
    for (const fact of stored) expect(acknowledged.get(fact.position)).toEqual(fact)
  })

  test('a command that errors fails alone', async () => {
    const taken = submission()
    await made.log.append(taken)
    const thief = hashOf(newKey())
    const stolen = { ...factOf(thief, 0), id: taken.commands[0]?.facts[0]?.id ?? '' }
    const culprit = { ...submission(), keyHash: thief, commands: [{ facts: [stolen] }] }
    const answers = await Promise.allSettled([submission(), submission(), culprit, submission()].map((one) => made.log.append(one)))
    expect(answers.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await made.log.outcomeOf(thief)).toBeUndefined()
  })

  test('a condition that reads beyond the end of the log is a defect, alone', async () => {
    const { position } = await made.log.head()
    const beyond = submission({ conditions: [{ tag: 'area:x', types: [], after: position + 1000 }] })
    const [good, bad] = await Promise.allSettled([submission(), beyond].map((one) => made.log.append(one)))
    expect([good?.status, bad?.status]).toEqual(['fulfilled', 'rejected'])
  })

  test('a submission of several commands is stored whole, same again among them, and several facts refer by id', async () => {
    const keyHash = hashOf(newKey())
    const facts = [0, 1, 2].map((index) => factOf(keyHash, index, { data: { before: eventId(keyHash, Math.max(0, index - 1)) } }))
    const [one, two, three] = facts
    if (one === undefined || two === undefined || three === undefined) throw new Error('three facts')
    const answer = await made.log.append({
      ...submission(),
      keyHash,
      commands: [{ facts: [one, two] }, { facts: [], repeated: [1, 2] }, { facts: [] }, { facts: [three] }],
    })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    const first = answer.facts[0]?.position ?? 0
    expect(answer.outcome).toEqual([
      { positions: [first, first + 1], repeated: false },
      { positions: [1, 2], repeated: true },
      { positions: [], repeated: false },
      { positions: [first + 2], repeated: false },
    ])
    expect((await made.log.outcomeOf(keyHash))?.outcome).toEqual(answer.outcome)
    expect(await made.log.at([first + 2, first, first])).toEqual([answer.facts[0], answer.facts[2]])
  })

  test('what no state of the log could take is refused before it is sent', async () => {
    const good = submission()
    await expect(made.log.append({ ...good, keyHash: hashOf(newKey()) })).rejects.toThrow(InvalidSubmission)
    await expect(made.log.append({ ...good, conditions: [{ tag: 'area:x', types: [], after: 0.5 }] })).rejects.toThrow(InvalidSubmission)
    await expect(made.log.append({ ...good, commands: [] })).rejects.toThrow(InvalidSubmission)
    expect((await made.log.append(good)).kind).toBe('accepted')
  })
})

describe('keys', () => {
  test('the same key fifty times at once stores once and answers the same', async () => {
    const other = await openLog(made.pool({ max: 8 }), { countMax: 3 })
    const same = submission({ facts: [{}, {}] })
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? made.log : other).append(same)))
    expect(kinds(answers)).toEqual({ accepted: 1, repeated: 49 })
    const outcomes = new Set(answers.map((one) => JSON.stringify('outcome' in one ? one.outcome : one)))
    expect(outcomes.size).toBe(1)
    expect((await made.log.read([{ tag: same.commands[0]?.facts[0]?.tags[0] ?? '' }])).facts).toHaveLength(1)
  })

  test('with another body it is refused, also at the same time', async () => {
    const key = newKey()
    const first = await made.log.append(submission({ key, body: 'one' }))
    expect(first.kind).toBe('accepted')
    expect(await made.log.append(submission({ key, body: 'two' }))).toEqual({ kind: 'key-reused' })
    const both = newKey()
    const answers = await Promise.all(['one', 'two', 'one'].map((body) => made.log.append(submission({ key: both, body }))))
    expect(answers.map((one) => one.kind)).toEqual(['accepted', 'key-reused', 'repeated'])
  })

  test('a key without facts is bound all the same', async () => {
    const bare = { ...submission(), commands: [{ facts: [], repeated: [1] }] }
    const { position } = await made.log.head()
    expect((await made.log.append(bare)).kind).toBe('accepted')
    expect((await made.log.head()).position).toBe(position)
    expect(await made.log.append(bare)).toEqual({ kind: 'repeated', outcome: [{ positions: [1], repeated: true }] })
  })

  test('a refused submission binds no key', async () => {
    const tag = `tranche:${randomUUID()}`
    const { position } = await made.log.head()
    await made.log.append(submission({ facts: [{ tags: [tag] }] }))
    const loser = submission({ conditions: [{ tag, types: [], after: position }] })
    expect((await made.log.append(loser)).kind).toBe('conflict')
    expect(await made.log.outcomeOf(loser.keyHash)).toBeUndefined()
    expect((await made.log.append({ ...loser, conditions: [] })).kind).toBe('accepted')
  })

  test('the outcome of a key, asked again after further facts, is equal byte for byte', async () => {
    const one = submission({ facts: [{}, {}, {}] })
    await made.log.append(one)
    const bytes = async () => {
      const found = await made.adminPool.query<{ bytes: Buffer }>(
        `select convert_to(outcome, 'UTF8') as bytes from jejak.commands where key_hash = decode($1, 'hex')`,
        [one.keyHash],
      )
      return found.rows[0]?.bytes
    }
    const before = await bytes()
    await Promise.all(Array.from({ length: 20 }, () => made.log.append(submission())))
    expect(await bytes()).toEqual(before)
    const outcome = (await made.log.outcomeOf(one.keyHash))?.outcome
    expect(before?.toString()).toBe(`${outcome?.[0]?.positions[0]}:3`)
    expect(await made.log.append(one)).toEqual({ kind: 'repeated', outcome })
  })
})

describe('what is stored', () => {
  test('the function refuses to run above read committed', async () => {
    const call = `select jejak.append(${Array.from({ length: 16 }, () => `'{}'`).join()}, false) as answer`
    const client = await made.servingPool.connect()
    try {
      for (const level of ['repeatable read', 'serializable']) {
        await client.query(`begin isolation level ${level}`)
        await expect(client.query(call)).rejects.toThrow('jejak.append runs at read committed')
        await client.query('rollback')
      }
      expect((await client.query<{ answer: string }>(call)).rows[0]?.answer).toContain('"stored":0')
    } finally {
      client.release()
    }
  })

  test('columns, tags, keys and leaves rebuilt from bodies equal the stored ones', async () => {
    const { position } = await made.log.head()
    expect(await checkColumns(made.servingPool, { pageSize: 300 })).toEqual({ checked: position, differences: [] })
    const found = await made.adminPool.query<{ position: bigint; micros: bigint; body: string; leaf: Buffer }>(
      'select position, jejak.micros(recorded_at) as micros, body, leaf_hash as leaf from jejak.events order by position limit 200',
    )
    for (const row of found.rows) {
      expect(leafHash(Number(row.position), row.micros, row.body).equals(row.leaf)).toBe(true)
      const apart = createHash('sha256').update(Buffer.of(0)).update(`jejak/1\n${row.position}\n${row.micros}\n${row.body}`).digest()
      expect(apart.equals(row.leaf)).toBe(true)
    }
  })
})
