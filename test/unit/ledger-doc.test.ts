import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { accountKinds } from '@jejak/domain'
import { journalName } from '@jejak/views'
import { everyTouched } from '../journals/branches.ts'

/** The chart of accounts in docs/ledger.md is what the ways of money say. `JEJAK_WRITE_CHART=1` writes it anew. */
const file = path.resolve(import.meta.dirname, '../../docs/ledger.md')
const [begin, end] = ['<!-- chart -->\n', '<!-- end of chart -->']

interface Line {
  readonly role: string
  readonly raisedBy: Set<string>
  readonly loweredBy: Set<string>
}

function chart(): string {
  const lines = new Map<string, Line>()
  const line = (kind: string, role: string): Line => {
    const known = lines.get(kind) ?? { role, raisedBy: new Set<string>(), loweredBy: new Set<string>() }
    lines.set(kind, known)
    return known
  }
  for (const { kind, role, way, type } of everyTouched().values()) {
    const own = line(kind, role)
    if (way === 'raised') own.raisedBy.add(type)
    else own.loweredBy.add(type)
  }
  const told = (types: Set<string>): string =>
    [...types]
      .toSorted()
      .map((type) => `\`${type}\``)
      .join(', ')
  const rows = [...lines]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, { role, raisedBy, loweredBy }]) => {
      const unnamed = { ordinal: null, source: null, edition: null, institution: null, institutionName: null }
      const root = journalName({ name: `${kind}/allocation:a`, kind, role, ...unnamed }, undefined)
        .split(':')
        .slice(0, 3)
        .join(':')
      return `| \`${kind}\` | ${role} | ${told(raisedBy)} | ${told(loweredBy)} | \`${root}\` |`
    })
  return ['| Account | Role | Raised by | Lowered by | In journals |', '|---|---|---|---|---|', ...rows, ''].join('\n')
}

it('every kind of account is reached by some way of money', () => {
  expect([...new Set([...everyTouched().values()].map(({ kind }) => kind))].toSorted()).toEqual(accountKinds)
})

it('the chart of accounts is documented as the code has it', () => {
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)]
  expect(from).toBeGreaterThan(begin.length)
  const table = chart()
  if (process.env['JEJAK_WRITE_CHART'] === '1') writeFileSync(file, `${text.slice(0, from)}${table}${text.slice(to)}`)
  else expect(text.slice(from, to)).toBe(table)
})
