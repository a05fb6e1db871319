import { describe, expect, it } from 'vitest'
import { commands } from '@jejak/domain'
import { askedOf } from '../../src/putting.ts'
import { bodySchema, NewId, Uuid } from '../../src/schemas.ts'

const id = '0190a5f0-0000-7000-8000-000000000001'
const source = { file: 'a.csv', sha256: 'ab'.repeat(32), row: 2, key: 'cd'.repeat(32) }

describe('what only the import may say, no client can', () => {
  it.each([...commands.values()].map((entry) => [entry.command.name, entry] as const))('%s', (_, { slice, decider, command }) => {
    const schema = bodySchema(command, command.opens && command.kind !== 'edition' ? NewId : Uuid)
    const body = { ...(command.opens ? { id } : {}), effectiveOn: '2018-09-10', evidence: [], data: command.example }
    for (const more of [{ historical: true }, { source }, { recordedBy: {} }]) {
      const issues = schema.safeParse({ ...body, ...more }).error?.issues ?? []
      expect(issues.some((issue) => issue.code === 'unrecognized_keys' && Object.keys(more).every((key) => issue.keys.includes(key)))).toBe(
        true,
      )
    }
    // Nor would it reach the decision if a schema let it pass.
    const sent = { caller: { recorder: { person: id, role: 'PMU' } }, correlation: id } as never
    const { call } = askedOf(slice, decider, id, { ...body, historical: true, source } as never, sent)
    expect(call).not.toHaveProperty('historical')
    expect(call).not.toHaveProperty('source')
  })
})
