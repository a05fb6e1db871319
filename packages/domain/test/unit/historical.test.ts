import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commands, isCorrection, domain, Edition, type Call, type Decided, type Fact } from '@jejak/domain'
import { canonicalJson } from '@jejak/event-store'
import { confirmed, proposed } from '../support/corrections.ts'
import { askedOf, checkFact, factsOf, outcomeOf, play, type Wish } from '../support/given.ts'
import { variant } from '../support/editions.ts'
import { examples } from '../support/examples.ts'
import { memoryLog, type MemoryLog } from '../support/memory.ts'
import { act, id } from '../support/prabumulih.ts'

const by = (role: string) => ({ by: { any: [role] } })
const house = variant(
  'KOTAKU-2018',
  (draft) => {
    draft.lateEntryDays = 14
    draft.roles = {
      ...draft.roles,
      STAFF: { name: { id: 'Pegawai', en: 'Staff' }, external: true, recordedBy: ['PMU'] },
      BUDGET: { name: { id: 'Anggaran', en: 'Budget owner' }, external: true, recordedBy: ['PMU'] },
    }
    draft.workflows['request'] = Edition.shape.workflows.valueType.parse({
      initial: 'Filed',
      opens: { 'case.Opened': by('STAFF') },
      facts: {
        'case.StepRecorded:budget': by('BUDGET'),
        'case.StepRecorded:pay': { ...by('BUDGET'), papers: ['kwitansi'], lands: 'Paid' },
        'case.StepRecorded:hold': by('STAFF'),
        'case.StepRecorded:release': by('STAFF'),
      },
      stages: {
        Filed: { on: { 'case.StepRecorded:budget:approved': 'Approved' } },
        Approved: { on: { 'case.StepRecorded:pay:paid': 'Paid' } },
        Paid: { final: true },
      },
      path: ['Filed', 'Approved', 'Paid'],
      suspendable: true,
      suspends: ['case.StepRecorded:hold'],
      resumes: ['case.StepRecorded:release'],
    })
  },
  'HISTORY',
)

const request = { kind: 'request', id: id('PAY-1') } as const
const clerk = { person: id('P-CLERK'), role: 'PMU' }
const staff = { role: 'STAFF' }
const budget = { role: 'BUDGET' }
type Past = Partial<Pick<Call, 'source' | 'historical' | 'lateReason' | 'reason'>>
const row = (key: string, more: object = {}): NonNullable<Call['source']> => ({
  file: 'old.csv',
  sha256: 'ab'.repeat(32),
  row: 2,
  key,
  ...more,
})

/** Asks what an import would: with what no client may say. */
const ask = (log: MemoryLog, wish: Wish, past: Past = { historical: true }): Promise<Decided> => {
  const asked = askedOf(log, wish)
  return log.ask({ ...asked, body: { ...asked.body, ...past }, recordedAt: wish.recordedAt ?? '2010-06-01T12:00:00+07:00' })
}
const step = (actor: Call['actor'], name: string, outcome?: string, on = '2010-05-03'): Wish =>
  act('case.RecordStep', request, actor, { step: name, outcome }, { recorder: clerk, on })
const open = act(
  'case.Open',
  request,
  staff,
  { edition: { id: 'HISTORY', revision: 1 }, title: 'Perjalanan' },
  { recorder: clerk, on: '2010-05-03' },
)
const opened = async (): Promise<MemoryLog> => {
  const log = memoryLog([house])
  factsOf(await ask(log, open))
  return log
}
const rulesOf = ([fact]: readonly Fact[]): string[] => (fact?.deviations ?? []).map(({ rule }) => rule)
const standing = (log: MemoryLog) => {
  const { stages, suspended } = log.fold(domain.slice('request').fold, request.id)
  return { stage: stages[''], suspended }
}

describe('the past is recorded as it was', () => {
  it('without deviations where the rules would have taken it', async () => {
    const facts = factsOf(await ask(await opened(), step(budget, 'budget', 'approved')))
    expect(rulesOf(facts)).toEqual([])
    expect(facts[0]?.moves.map(({ to }) => to)).toEqual(['Approved'])
  })
  it('out of order it lands where the workflow says, if that is later, and else moves nothing', async () => {
    const log = await opened()
    const paid = factsOf(await ask(log, step(budget, 'pay', 'paid')))
    expect(rulesOf(paid)).toEqual(['out-of-order', 'papers-missing'])
    expect(standing(log)).toEqual({ stage: 'Paid', suspended: false })
    const approved = factsOf(await ask(log, step(budget, 'budget', 'approved')))
    expect(rulesOf(approved)).toEqual(['out-of-order'])
    expect(approved[0]?.moves).toEqual([])
    const unheard = factsOf(await ask(log, step(budget, 'nobody-knows-it', 'done')))
    expect(rulesOf(unheard)).toEqual(['out-of-order'])
  })
  it('a suspended entity goes on as it did, and stays suspended', async () => {
    const log = await opened()
    await ask(log, step(staff, 'hold'))
    expect(standing(log)).toEqual({ stage: 'Filed', suspended: true })
    const approved = factsOf(await ask(log, step(budget, 'budget', 'approved')))
    expect(rulesOf(approved)).toEqual(['suspended'])
    expect(standing(log)).toEqual({ stage: 'Approved', suspended: true })
  })
  it('carries what is wrong with role, recorder and office', async () => {
    const log = await opened()
    expect(rulesOf(factsOf(await ask(log, step(staff, 'budget', 'approved'))))).toEqual(['role-not-allowed'])
    const stranger = { ...step({ role: 'LURAH' }, 'budget', 'approved'), recorder: { person: id('P-X'), role: 'KSM' } }
    expect(rulesOf(factsOf(await ask(await opened(), stranger)))).toEqual(['role-not-allowed', 'recorder-not-allowed', 'office-not-held'])
    expect(outcomeOf(await ask(await opened(), { ...stranger, recordedAt: '2010-05-04T12:00:00+07:00' }, {}))).toBe('role-not-allowed')
  })
  it('is still refused for what cannot be so: the future, an instant on another day, an unknown edition', async () => {
    const log = await opened()
    expect(outcomeOf(await ask(log, step(budget, 'budget', 'approved', '2010-06-02')))).toBe('future-date')
    expect(outcomeOf(await ask(log, { ...step(budget, 'budget', 'approved'), at: '2010-05-05T12:00:00+07:00' }))).toBe('instant-off-date')
    const elsewhere = {
      ...open,
      subject: { kind: 'request', id: id('PAY-2') },
      data: { ...open.data, edition: { id: 'NONE', revision: 1 } },
    }
    expect(outcomeOf(await ask(log, elsewhere))).toBe('edition-not-usable')
    expect(outcomeOf(await ask(log, { ...open, on: '2010-05-09' }))).toBe('already-exists')
  })
})

describe('the time of entry is what the older system claims', () => {
  const approve = step(budget, 'budget', 'approved')
  const claimed = (recordedAt: string, more: Past = {}): Past => ({ source: row('k', { recordedAt }), ...more })
  it('in time there, however late here', async () => {
    expect(outcomeOf(await ask(await opened(), { ...approve, recordedAt: '2015-01-01T12:00:00+07:00' }, {}))).toBe('late-reason-missing')
    const [fact] = factsOf(
      await ask(await opened(), { ...approve, recordedAt: '2015-01-01T12:00:00+07:00' }, claimed('2010-05-04T01:00:00Z')),
    )
    expect(fact?.source).toEqual(row('k', { recordedAt: '2010-05-04T01:00:00Z' }))
  })
  it('late there: refused, and of the past a deviation', async () => {
    expect(outcomeOf(await ask(await opened(), approve, claimed('2010-05-29T01:00:00Z')))).toBe('late-reason-missing')
    const facts = factsOf(await ask(await opened(), approve, claimed('2010-05-29T01:00:00Z', { historical: true })))
    expect(facts[0]?.deviations).toEqual([{ rule: 'late-reason-missing', days: 26, limit: 14, facts: [] }])
  })
  it('nothing claimed of the past: nothing judged', async () =>
    expect(rulesOf(factsOf(await ask(await opened(), { ...approve, recordedAt: '2026-01-01T12:00:00+07:00' })))).toEqual([]))
  it('entered before it happened, or tomorrow', async () => {
    expect(outcomeOf(await ask(await opened(), approve, claimed('2010-05-01T01:00:00Z')))).toBe('future-date')
    expect(rulesOf(factsOf(await ask(await opened(), approve, claimed('2010-05-01T01:00:00Z', { historical: true }))))).toEqual([
      'future-date',
    ])
    expect(outcomeOf(await ask(await opened(), approve, claimed('2010-07-01T01:00:00Z', { historical: true })))).toBe('future-date')
  })
  it('dated before the fact before it: a deviation, or with a reason a flag', async () => {
    const before = step(budget, 'budget', 'approved', '2010-05-01')
    expect(rulesOf(factsOf(await ask(await opened(), before)))).toEqual(['backdated-reason-missing'])
    expect(rulesOf(factsOf(await ask(await opened(), before, { historical: true, reason: 'Berkas terlambat' })))).toEqual(['backdated'])
    expect(outcomeOf(await ask(await opened(), before, { lateReason: 'Berkas terlambat' }))).toBe('backdated-reason-missing')
  })
})

describe('a record is imported once', () => {
  it('the same again is the same, with other data it is refused, and its like is another', async () => {
    const log = await opened()
    const past = (key: string): Past => ({ historical: true, source: row(key) })
    const approve = step(budget, 'budget', 'approved')
    const [first] = factsOf(await ask(log, approve, past('a')))
    expect(first?.data).toMatchObject({ round: 1 })
    expect(outcomeOf(await ask(log, approve, past('a')))).toBe('same')
    const [second] = factsOf(await ask(log, approve, past('b')))
    expect(second?.data).toMatchObject({ round: 2 })
    expect(outcomeOf(await ask(log, { ...approve, at: '2010-05-03T12:00:00+07:00' }, past('a')))).toBe('differs-from-recorded')
    expect(outcomeOf(await ask(log, step(budget, 'budget', 'returned'), past('a')))).toBe('differs-from-recorded')
    // Strictly the rules of the step hold as well.
    expect(outcomeOf(await ask(log, approve, { source: row('c'), lateReason: 'Berkas terlambat' }))).toBe('same')
  })
})

describe('the shape of an imported fact is kept for ever', () => {
  // Written like the other golden files: JEJAK_GOLDEN=write, when it is missing.
  const file = new URL('../golden-envelope/imported.v1.json', import.meta.url)
  it('is decided as it always was', async () => {
    const source = row('cd'.repeat(32), { recordedAt: '2010-05-29T01:00:00Z' })
    const wish = { ...step(budget, 'pay', 'paid'), at: '2010-05-03T09:00:00+07:00', key: 'golden' }
    const [fact] = factsOf(await ask(await opened(), wish, { historical: true, source }))
    if (process.env['JEJAK_GOLDEN'] === 'write' && !existsSync(file)) {
      mkdirSync(new URL('.', file), { recursive: true })
      writeFileSync(file, `${JSON.stringify(JSON.parse(canonicalJson(fact as never)), null, 2)}\n`)
    }
    expect(fact).toEqual(JSON.parse(readFileSync(file, 'utf8')))
  })
})

describe('an imported record that was annulled here', () => {
  it('stays imported: the same file again does not bring it back', async () => {
    const log = await opened()
    const [says, confirms] = ['P-PMU-1', 'P-PMU-2'].map((name) => ({ person: id(name), role: 'PMU', institution: id('PMU') }))
    if (!says || !confirms) throw new Error('nobody')
    const office = { kind: 'institution', id: id('PMU') }
    for (const { person: holder } of [says, confirms])
      await play(
        log,
        act('institution.AssumeOffice', office, { person: id('SYSTEM'), role: 'system' }, { holder, role: 'PMU', from: '2005-01-01' }),
      )
    const imported = { historical: true, source: row('ef'.repeat(32)) } as const
    const wish = step(budget, 'budget', 'approved')
    factsOf(await ask(log, wish, imported))
    await play(log, proposed(says, 'annul', 'case.StepRecorded', request), confirmed(confirms, request))
    expect(log.fold(domain.slice('request').fold, request.id).stages).toEqual({ '': 'Filed' })
    expect(outcomeOf(await ask(log, wish, imported))).toBe('same')
  })
})

/** Codes of what is refused even of the past. */
const refusedStill = new Set(['already-exists', 'already-taken', 'differs-from-recorded'])

describe('whatever happened can be recorded', () => {
  // A correction is about the log: nobody has made one in another system.
  const types = [...examples.keys()].filter((type) => !isCorrection(type))
  const played = async (type: string) => {
    const example = examples.get(type) as NonNullable<ReturnType<typeof examples.get>>
    const log = await example.state()
    return { log, wish: example.wish(log) }
  }
  // One after the other: they share one telling of the scenario.
  const allPlayed = async (of: readonly string[]) => {
    const all: Awaited<ReturnType<typeof played>>[] = []
    for (const type of of) all.push(await played(type))
    return all
  }
  const kinds = [...new Set(types.map((type) => type.slice(0, type.indexOf('.'))))]
  it.each(kinds)('every command on a %s, wherever it stands', async (kind) => {
    const own = await allPlayed(types.filter((type) => type.startsWith(`${kind}.`)))
    for (const { log, wish } of own) {
      for (const other of own) {
        const asked = askedOf(log, { ...other.wish, subject: wish.subject })
        const decided = await log.try({ ...asked, body: { ...asked.body, historical: true } })
        const { decision } = decided
        if (decision.kind === 'accepted') decision.facts.forEach(checkFact)
        if (decision.kind !== 'refused') continue
        const { code, reason } = decision.refusal
        const told = `${wish.command} then ${other.wish.command}: ${code}`
        expect(['input', 'reference'].includes(reason.sort) || refusedStill.has(code) ? '' : told).toBe('')
      }
    }
  })
  it('knows every command', async () => {
    const all = await allPlayed(types)
    expect(new Set(all.map(({ wish }) => commands.has(wish.command)))).toEqual(new Set([true]))
  })
})
