// One file per shape of event ever stored: `golden/<type>.v<schemaVersion>.json`, added and never changed (STYLE §7).
// `JEJAK_GOLDEN=write npx -y pnpm@12.21.0 exec vitest run --project unit packages/domain/test/unit/golden.test.ts` writes files that are
// missing;
// `JEJAK_GOLDEN=rewrite` writes all: only before the first release, or when a shape gains an optional field.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { domain, eventTypes, foldEntity, type Fact, type Recorded } from '@jejak/domain'
import { canonicalJson } from '@jejak/event-store'
import { ask, factsOf } from '../support/given.ts'
import { examples } from '../support/examples.ts'

const folder = new URL('../golden/', import.meta.url)
const mode = process.env['JEJAK_GOLDEN']
const fileOf = (type: string, version = 1): URL => new URL(`${type}.v${version}.json`, folder)

/** The past on which the example is decided, and the facts of its command up to the first of the type. */
async function example(type: string): Promise<{ past: readonly Recorded[]; before: readonly Fact[]; fact: Fact }> {
  const found = examples.get(type)
  if (!found) throw new Error(`no example of ${type}`)
  const state = await found.state()
  const past = [...state.facts]
  const wish = found.wish(state)
  const facts = factsOf(await ask(state, wish))
  const at = facts.findIndex((each) => each.type === type)
  const fact = facts[at]
  if (!fact) throw new Error(`${wish.command} records no ${type}`)
  return { past, before: facts.slice(0, at), fact }
}

const decided = async (type: string): Promise<Fact> => (await example(type)).fact

/** Folds every entity that a stored fact touches, on the past on which it was decided, and gives where each then stands. */
async function folded(type: string, stored: Fact): Promise<{ touched: number; astray: string[] }> {
  const { past, before } = await example(type)
  const facts = [...before, stored].map((fact, index) => ({ position: past.length + 1 + index, recordedAt: 0n, fact }))
  const astray: string[] = []
  let touched = 0
  for (const tag of stored.tags) {
    const [kind = '', id = ''] = tag.split(/:(.*)/s)
    const { fold } = domain.slice(kind.endsWith('-key') ? 'area' : kind)
    if (!fold.types.includes(type)) continue
    touched += 1
    const bearing = [...past, ...facts].filter(({ fact }) => fact.tags.includes(tag) && fold.types.includes(fact.type))
    const entity = foldEntity(fold, id, bearing)
    for (const move of stored.moves.filter((each) => each.kind === kind && each.id === id))
      if (entity.stages[move.region] !== (move.to ?? undefined))
        astray.push(`${tag} stands at ${entity.stages[move.region]}, moved to ${move.to}`)
  }
  return { touched, astray }
}

const read = (type: string): Fact => JSON.parse(readFileSync(fileOf(type), 'utf8')) as Fact

describe('the shapes of facts are kept for ever', () => {
  it('every event type has an example', () => expect([...eventTypes.keys()].filter((type) => !examples.has(type))).toEqual([]))

  describe.each([...eventTypes.keys()])('%s', (type) => {
    it('is decided as it always was', async () => {
      const fact = await decided(type)
      if (mode === 'rewrite' || (mode === 'write' && !existsSync(fileOf(type)))) {
        mkdirSync(folder, { recursive: true })
        writeFileSync(fileOf(type), `${JSON.stringify(JSON.parse(canonicalJson(fact as never)), null, 2)}\n`)
      }
      expect(fact).toEqual(read(type))
    })
    it('is read by the schema of today, without loss', () =>
      expect(eventTypes.get(type)?.schema.parse(read(type).data)).toEqual(read(type).data))
    it('folds: the stored shape moves what it moved', async () => {
      const { touched, astray } = await folded(type, read(type))
      expect({ touched: touched > 0, astray }).toEqual({ touched: true, astray: [] })
    })
    it('survives the way through JSON', () => {
      const golden = read(type)
      expect(golden.schemaVersion).toBe(1)
      expect(JSON.parse(canonicalJson(golden as never))).toEqual(golden)
      expect(canonicalJson(JSON.parse(canonicalJson(golden as never)) as never)).toBe(canonicalJson(golden as never))
    })
    it('is no fact without its own data', () => {
      const { data } = read(type)
      const required = Object.keys(data).filter((field) => !eventTypes.get(type)?.schema.shape[field]?.safeParse(undefined).success)
      for (const field of required) {
        const { [field]: _, ...rest } = data
        expect(eventTypes.get(type)?.schema.safeParse(rest).success).toBe(false)
      }
      expect(eventTypes.get(type)?.schema.safeParse({ ...data, invented: 1 }).success).toBe(false)
    })
  })

  it('no file is without a type', () => {
    const names = readdirSync(folder).map((name) => name.replace(/\.v\d+\.json$/, ''))
    expect(names.filter((name) => !eventTypes.has(name))).toEqual([])
  })
})
