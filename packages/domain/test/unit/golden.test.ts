// One file per shape of event ever stored: `golden/<type>.v<schemaVersion>.json`, added and never changed (STYLE §7).
// `JEJAK_GOLDEN=write npx -y pnpm@12.21.0 exec vitest run --project unit packages/domain/test/unit/golden.test.ts` writes files that are
// missing;
// `JEJAK_GOLDEN=rewrite` writes all: only before the first release, or when a shape gains an optional field.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventTypes, type Fact } from '@jejak/domain'
import { canonicalJson } from '@jejak/event-store'
import { ask, factsOf } from '../support/given.ts'
import { examples } from '../support/examples.ts'

const folder = new URL('../golden/', import.meta.url)
const mode = process.env['JEJAK_GOLDEN']
const fileOf = (type: string, version = 1): URL => new URL(`${type}.v${version}.json`, folder)

async function decided(type: string): Promise<Fact> {
  const example = examples.get(type)
  if (!example) throw new Error(`no example of ${type}`)
  const facts = factsOf(await ask(await example.state(), example.wish))
  const fact = facts.find((each) => each.type === type)
  if (!fact) throw new Error(`${example.wish.command} records no ${type}`)
  return fact
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
