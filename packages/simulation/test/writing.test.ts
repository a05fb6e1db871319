import { createHash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { shippedEditions } from '@jejak/domain'
import { checkColumns } from '@jejak/event-store'
import { ownLog, type TestLog } from '../../event-store/test/database.ts'
import { nation, NotWritten, submissionAfter, writeNation } from '../src/index.ts'
import { digestOf, factsOf } from './support.ts'

// Nothing here is proven by being quick, and a busy machine may take long.
vi.setConfig({ testTimeout: 120_000 })

const small = { seed: 'f', kelurahan: 2, years: 1, from: 2018 } as const

async function storedDigest({ adminPool }: TestLog): Promise<string> {
  const { rows } = await adminPool.query<{ leaf: Buffer }>('select leaf_hash as leaf from jejak.events order by position')
  return rows.reduce((digest, { leaf }) => digest.update(leaf), createHash('sha256')).digest('hex')
}

test('the log holds what was told, at its places, whatever the size of the calls', async () => {
  const told = await factsOf(small)
  for (const countMax of [3, 256]) {
    const made = await ownLog({ clock: 'simulated', appender: { countMax, ordered: true } })
    const seen: number[] = []
    const written = await writeNation(made.log, nation(small), ({ facts }) => seen.push(facts))
    expect(written.facts).toBe(told.length)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.at(-1)).toBe(told.length)
    expect(await made.log.head()).toEqual({ position: told.length, recordedAt: told.at(-1)?.recordedAt })
    expect(await storedDigest(made)).toBe(digestOf(told))
  }
})

test('conditions are in force: what was read and has changed since is refused', async () => {
  const made = await ownLog({ clock: 'simulated', appender: { ordered: true } })
  const submissions = []
  for await (const submission of nation(small)) submissions.push(submission)
  const editions = shippedEditions.length
  const [published, others] = [submissions.slice(0, editions), submissions.slice(editions)]
  for (const submission of published) await made.log.append(submissionAfter(0, submission))
  const [first, ...own] = others.filter(({ life }) => life === others.at(-1)?.life)
  const told = first?.commands.flat() ?? []
  const resting = own.find(({ reads }) =>
    reads.some(({ tag, types }) => told.some((fact) => fact.tags.includes(tag) && types.includes(fact.type))),
  )
  if (resting === undefined) throw new Error('no sitting rests on the first of its life')
  let head = editions
  for (const submission of others.slice(0, others.indexOf(resting))) {
    const appended = await made.log.append(submissionAfter(head, submission))
    if (appended.kind !== 'accepted') throw new Error(appended.kind)
    head = appended.outcome.at(-1)?.positions.at(-1) ?? head
  }
  // A later sitting of a life, as if it had been decided before the first was there.
  expect(await made.log.append(submissionAfter(editions, resting))).toMatchObject({ kind: 'conflict' })
  expect(await made.log.append(submissionAfter(head, resting))).toMatchObject({ kind: 'accepted' })
})

test('a log that somebody else writes to is noticed', async () => {
  const made = await ownLog({ clock: 'simulated', appender: { ordered: true } })
  await writeNation(made.log, nation(small))
  let closed = false
  const others = async function* () {
    try {
      yield* nation({ ...small, seed: 'g' })
    } finally {
      closed = true
    }
  }
  await expect(writeNation(made.log, others())).rejects.toThrow(NotWritten)
  expect(closed).toBe(true)
})

test('the columns of the log are those of its bodies', async () => {
  const made = await ownLog({ clock: 'simulated', appender: { ordered: true } })
  await writeNation(made.log, nation({ ...small, kelurahan: 1 }))
  const { differences } = await checkColumns(made.adminPool)
  expect(differences).toEqual([])
})
