import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountNameOf, journalName, lineageOf, type NamedRow, type StandingMovement } from '../../src/index.ts'

const row: NamedRow = {
  name: 'board-bank/allocation:0190a5f0-0001-7000-8000-000000000001/tranche:0190a5f0-0002-7000-8000-000000000001',
  kind: 'board-bank',
  role: 'held',
  ordinal: 1,
  source: 'APBN',
  edition: 'KOTAKU-2018',
  institution: '0190a5f0-0003-7000-8000-000000000001',
  institutionName: 'BKM "Melati"; Jaya | ñ',
}

describe('the name of an account in journals', () => {
  it('tells source, edition, region, holder and tranche', () => {
    expect(journalName(row, '16.74.05.1002')).toMatch(
      /^Assets:Held:Board-bank:APBN:KOTAKU-2018:16-74-05-1002:BKM-Melati-Jaya-n-[0-9A-Z]{6}:Allocation-[0-9A-Z]{26}:T1-[0-9A-Z]{26}$/,
    )
    const unknown = { ...row, source: null, edition: null, institution: null, institutionName: null }
    expect(journalName(unknown, undefined)).toContain(':Unknown:Unknown:Unknown:Unknown:Allocation-')
  })

  const id = fc.oneof(fc.uuid(), fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5})?$/), fc.string({ minLength: 1, maxLength: 12 }))
  const words = fc.option(fc.string({ maxLength: 60, unit: 'binary' }))
  const kinds = fc.constantFrom('group-bank', 'treasury', 'tax-payable', 'loan-principal')
  it('is legal in every program whatever stands in the facts, and leads back to the account', () => {
    fc.assert(
      fc.property(kinds, id, id, fc.option(fc.nat(9)), words, words, words, (kind, fund, other, ordinal, source, edition, holder) => {
        fc.pre(![fund, other].some((each) => each.includes('/')))
        const name = `${kind}/loanPool:${fund}/tranche:${other}/swadaya:labour`
        const told = { ...row, name, kind, ordinal, source, edition, institution: fund, institutionName: holder }
        const journal = journalName(told, '35.73')
        for (const word of journal.split(':')) expect(word).toMatch(/^[A-Z0-9][A-Za-z0-9-]*$/)
        expect(accountNameOf(journal)).toBe(name)
      }),
    )
  })

  it('a name of another kind is none of ours', () => {
    expect(accountNameOf('Assets:Bank')).toBeUndefined()
  })
})

describe('which release paid which use', () => {
  const [source, bank, operating, group, supplier] = [1n, 2n, 3n, 4n, 5n]
  const pools = new Map([
    [source, { role: 'source', pool: 'source' }],
    [bank, { role: 'held', pool: 'bank' }],
    [operating, { role: 'held', pool: 'bank' }],
    [group, { role: 'held', pool: 'group' }],
    [supplier, { role: 'spent', pool: 'supplier' }],
  ])
  const move = (origin: number, from: bigint, to: bigint, amountSen: bigint, day = '2018-01-01'): StandingMovement => ({
    origin,
    effectiveOn: day,
    factType: 'x.Y',
    from,
    to,
    amountSen,
    positions: [origin],
  })
  const told = (movements: readonly StandingMovement[]) =>
    lineageOf(movements, (account) => pools.get(account) ?? { role: 'spent', pool: 'tax office' }).map(({ origin, paidBy }) => [
      origin,
      ...paidBy.map(({ release, amountSen }) => `${amountSen} of ${release}`),
    ])

  it('first in, first out, by date before the order of the log', () => {
    const released = [move(1, source, bank, 100n, '2018-02-01'), move(2, source, bank, 50n, '2018-01-01')]
    expect(told([...released, move(3, bank, supplier, 70n, '2018-03-01'), move(4, bank, supplier, 80n, '2018-03-02')])).toEqual([
      [3, '50 of 2', '20 of 1'],
      [4, '80 of 1'],
    ])
  })

  it('tax withheld of a payment is taken back from it: all uses together are what was released', () => {
    const withheld = [move(1, source, bank, 10n), move(2, bank, supplier, 10n), move(3, supplier, group, 2n), move(4, group, 6n, 2n)]
    expect(told(withheld)).toEqual([
      [2, '10 of 1'],
      [3, '-2 of 1'],
      [4, '2 of 1'],
    ])
    const uses = lineageOf(withheld, (account) => pools.get(account) ?? { role: 'spent', pool: 'tax office' })
    expect(uses.map(({ amountSen }) => amountSen)).toEqual([10n, -2n, 2n])
  })

  it('operating cost set aside is still of the bank account; what never came in has no release', () => {
    expect(
      told([move(1, source, bank, 10n), move(2, bank, operating, 4n), move(3, bank, group, 10n), move(4, group, supplier, 12n)]),
    ).toEqual([[4, '10 of 1', '2 of null']])
  })
})
