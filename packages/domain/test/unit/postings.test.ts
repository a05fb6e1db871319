import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { eventTypes, type Fact } from '../../src/index.ts'
import { accountName, answeringAccount, accountRole, amountsWithoutMoney, moneyTypes, movements, postings } from '../../src/postings.ts'
import { rupiah } from '../../src/kernel/rupiah.ts'

const allocation = 'a1'
const pool = 'p1'
const fundTags = [`allocation:${allocation}`, `loanPool:${pool}`]
const factOf = (type: string, id: string, data: Fact['data'], tags: readonly string[] = fundTags): Fact => ({
  id: 'f',
  type,
  schemaVersion: 1,
  subject: { kind: type.slice(0, type.indexOf('.')), id },
  effectiveOn: '2018-06-04',
  actor: { role: 'BKM' },
  recordedBy: { person: 'p', role: 'FASKEL' },
  moves: [],
  evidence: [],
  correlation: 'c',
  commandKeyHash: 'k',
  tags,
  data,
})

/** Whether a schema has an amount anywhere inside. */
function hasAmount(schema: unknown, seen = new Set<unknown>()): boolean {
  if (!(schema instanceof z.ZodType) || seen.has(schema)) return false
  seen.add(schema)
  const id = schema.meta()?.['id']
  if (id === 'Rupiah' || id === 'PositiveRupiah') return true
  const inside = (each: unknown): boolean => hasAmount(each, seen)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) return inside(schema.unwrap())
  if (schema instanceof z.ZodArray) return inside(schema.element)
  if (schema instanceof z.ZodRecord) return inside(schema.valueType)
  if (schema instanceof z.ZodUnion) return schema.options.some(inside)
  if (schema instanceof z.ZodLazy) return inside(schema.unwrap())
  return schema instanceof z.ZodObject && Object.values(schema.shape).some(inside)
}

const amounts = [...eventTypes.values()].filter((spec) => hasAmount(spec.schema)).map((spec) => spec.type)

describe('every event type that names an amount', () => {
  it('is found by its schema', () => {
    expect(amounts).toEqual(expect.arrayContaining(['tranche.Sp2dIssued', 'proposal.Submitted', 'institution.Formed', 'edition.Published']))
  })

  it.each(amounts)('%s moves money, or it is said why not', (type) => {
    expect([moneyTypes.has(type), Object.hasOwn(amountsWithoutMoney, type)].filter(Boolean)).toHaveLength(1)
  })

  it('is all that the tables name', () => {
    expect([...moneyTypes, ...Object.keys(amountsWithoutMoney)].toSorted()).toEqual(amounts.toSorted())
  })
})

describe('where the money goes', () => {
  const way = (type: string, id: string, data: Fact['data']): string[] =>
    postings(factOf(type, id, data)).map(({ account, amountSen }) => `${accountName(account)} ${amountSen}`)

  it.each([
    ['tranche.Sp2dIssued', { number: '1', amount: '5' }, 'treasury/T', 'in-transit/T'],
    ['tranche.Credited', { bankReference: '1', amount: '5' }, 'in-transit/T', 'board-bank/T'],
    ['tranche.BopSetAside', { number: '1', amount: '5' }, 'board-bank/T', 'board-operating/T'],
    ['tranche.BopSpent', { number: '1', amount: '5' }, 'board-operating/T', 'operating-suppliers/T'],
    ['tranche.LeftoverReturned', { number: '1', amount: '5' }, 'board-bank/T', 'treasury/T'],
    ['tranche.LeftoverKept', { number: '1', amount: '5' }, 'board-bank/T', 'community-fund/T'],
    ['tranche.InstalmentPaid', { proposal: 'p', amount: '5' }, 'board-bank/T', 'group-bank/T/P'],
    ['tranche.PoolFunded', { bankReference: '1', amount: '5' }, 'board-bank/T', 'loan-fund/T'],
  ])('%s', (type, data, from, to) => {
    const name = (text: string): string => text.replace('/T', '/allocation:a1/tranche:t').replace('/P', '/proposal:p')
    expect(way(type, 't', data)).toEqual([`${name(from)} -500`, `${name(to)} 500`])
  })

  it.each([
    ['loanPool.CapitalReceived', { bankReference: '1', amount: '5' }, 'pool-capital', 'loan-fund'],
    ['loanPool.CapitalReturned', { bankReference: '1', amount: '5' }, 'loan-fund', 'pool-capital'],
    ['loanPool.IncomeReceived', { number: '1', amount: '5' }, 'pool-income', 'loan-fund'],
    ['loanPool.CostPaid', { number: '1', amount: '5' }, 'loan-fund', 'pool-cost'],
    ['loan.Disbursed', { number: '1', amount: '5' }, 'loan-fund', 'loan-principal/L'],
    ['loan.WrittenOff', { number: '1', amount: '5' }, 'loan-principal/L', 'written-off'],
    ['loan.Rescheduled', { number: '1', treatment: 'capitalise', unpaidJasa: '5' }, 'loan-jasa', 'loan-principal/L'],
  ])('%s', (type, data, from, to) => {
    const name = (text: string): string => `${text.replace('/L', '')}/loanPool:p1${text.endsWith('/L') ? '/loan:l' : ''}`
    expect(way(type, 'l', data)).toEqual([`${name(from)} -500`, `${name(to)} 500`])
  })

  it('capital of an agreement comes from its account and goes back to it', () => {
    const told = (type: string): string[] => {
      const data = { bankReference: '1', amount: '5', partnership: 'k' }
      return postings(factOf(type, pool, data, [...fundTags, 'partnership:k'])).map(
        ({ account, amountSen }) => `${accountName(account)} ${amountSen}`,
      )
    }
    expect(told('loanPool.CapitalReceived')).toEqual(['agreement-bank/partnership:k -500', 'loan-fund/loanPool:p1 500'])
    expect(told('loanPool.CapitalReturned')).toEqual(['loan-fund/loanPool:p1 -500', 'agreement-bank/partnership:k 500'])
  })

  it('the money of a business group is its own', () => {
    const own = 'institution:g'
    expect(way('institution.BusinessCapitalPaidIn', 'g', { number: '1', amount: '5' })).toEqual([
      `members-capital/${own} -500`,
      `group-bank/${own} 500`,
    ])
    expect(way('institution.BusinessAidReceived', 'g', { bankReference: '1', amount: '5' })).toEqual([
      `treasury/${own} -500`,
      `group-bank/${own} 500`,
    ])
    expect(way('institution.BusinessCycleRecorded', 'g', { sales: '9', costs: '7', profitShare: '1' })).toEqual([
      `business-sales/${own} -900`,
      `group-bank/${own} 900`,
      `group-bank/${own} -700`,
      `suppliers/${own} 700`,
      `group-bank/${own} -100`,
      `members-share/${own} 100`,
    ])
    expect(way('institution.BusinessCycleRecorded', 'g', { sales: '0', costs: '0', profitShare: '0' })).toEqual([])
    expect(way('institution.IksPaid', 'g', { number: '1', month: '2024-08', amount: '5' })).toEqual([
      `group-bank/${own} -500`,
      `solidarity-fund/${own} 500`,
    ])
  })

  it('a payment on a loan is jasa and principal, as the fact says', () => {
    expect(way('loan.InstalmentReceived', 'l', { number: '1', amount: '5', jasa: '2', principal: '3' })).toEqual([
      'loan-jasa/loanPool:p1 -200',
      'loan-fund/loanPool:p1 200',
      'loan-principal/loanPool:p1/loan:l -300',
      'loan-fund/loanPool:p1 300',
    ])
    expect(way('loan.JointLiabilityInvoked', 'l', { number: '1', amount: '3', jasa: '0', principal: '3' })).toHaveLength(2)
  })

  it('jasa that stays due, or is let off, moves nothing when a loan is rescheduled', () => {
    for (const treatment of ['keep-due', 'waive']) expect(way('loan.Rescheduled', 'l', { treatment, unpaidJasa: '5' })).toEqual([])
  })

  it('what a tranche gives to a pool is the cash of that pool', () => {
    expect(way('tranche.PoolFunded', 't', { bankReference: '1', amount: '5', pool })).toEqual([
      'board-bank/allocation:a1/tranche:t -500',
      'loan-fund/loanPool:p1 500',
    ])
  })

  it('what is carried over stays with its holder and belongs to another tranche; an account that carries nothing moves nothing', () => {
    const parts = [
      { tranche: 't', proposal: 'p', amount: '5' },
      { tranche: 't', amount: '7' },
    ]
    expect(way('tranche.LpjAccepted', 't', { number: '1', amount: '9', carriedOver: { into: 'u', parts } })).toEqual([
      'group-bank/allocation:a1/tranche:t/proposal:p -500',
      'group-bank/allocation:a1/tranche:u/proposal:p 500',
      'board-bank/allocation:a1/tranche:t -700',
      'board-bank/allocation:a1/tranche:u 700',
    ])
    expect(way('tranche.LpjAccepted', 't', { number: '1', amount: '9' })).toEqual([])
  })

  it('an expense names the tranche that paid it', () => {
    expect(way('proposal.ExpenseRecorded', 'p', { number: '1', amount: '0.01', tranche: 't', line: '1' })).toEqual([
      'group-bank/allocation:a1/tranche:t/proposal:p -1',
      'suppliers/allocation:a1/tranche:t/proposal:p 1',
    ])
  })

  it('an expense of another source than the grant lies on an account of that source', () => {
    const data = { number: '1', amount: '5', line: '1' }
    const told = postings(factOf('proposal.ExpenseRecorded', 'p', { ...data, agreement: 'k' }, ['allocation:a1', 'partnership:k']))
    expect(told.map(({ account }) => accountName(account))).toEqual([
      'group-bank/partnership:k/proposal:p',
      'suppliers/partnership:k/proposal:p',
    ])
    expect(way('proposal.ExpenseRecorded', 'p', { ...data, swadaya: 'cash' })[0]).toBe(
      'group-bank/allocation:a1/proposal:p/swadaya:cash -500',
    )
  })

  it.each([
    ['partnership.FundingReceived', 'funder', 'agreement-bank'],
    ['partnership.PaidOut', 'agreement-bank', 'group-bank/P'],
    ['partnership.PayoutReturned', 'group-bank/P', 'agreement-bank'],
    ['partnership.Spent', 'agreement-bank', 'implementer-suppliers'],
    ['partnership.LeftoverReturned', 'agreement-bank', 'funder'],
    ['partnership.LeftoverKept', 'agreement-bank', 'community-fund'],
  ])('%s', (type, from, to) => {
    const name = (text: string): string => `${text.replace('/P', '')}/partnership:k${text.endsWith('/P') ? '/proposal:p' : ''}`
    const told = postings(factOf(type, 'k', { amount: '5', proposal: 'p' }, ['partnership:k']))
    expect(told.map(({ account, amountSen }) => `${accountName(account)} ${amountSen}`)).toEqual([`${name(from)} -500`, `${name(to)} 500`])
  })

  it('what a group brings back stands with the board again', () => {
    expect(way('proposal.LeftoverReturnedToBkm', 'p', { bankReference: '1', amount: '2', tranche: 't' })).toEqual([
      'group-bank/allocation:a1/tranche:t/proposal:p -200',
      'board-bank/allocation:a1/tranche:t 200',
    ])
  })

  it('own contribution is a memorandum, by kind', () => {
    expect(way('proposal.SwadayaRealised', 'p', { number: '1', amount: '2', kind: 'labour' })).toEqual([
      'swadaya-contributed/allocation:a1/proposal:p/swadaya:labour -200',
      'swadaya-used/allocation:a1/proposal:p/swadaya:labour 200',
    ])
    expect(way('proposal.SwadayaPledged', 'p', { number: '1', amount: '2' })[1]).toBe(
      'swadaya-pledged/allocation:a1/proposal:p/swadaya:unspecified 200',
    )
    expect(way('proposal.SwadayaWrittenDown', 'p', { number: '1', amount: '2', kind: 'labour', why: 'x' })).toEqual([
      'swadaya-used/allocation:a1/proposal:p/swadaya:labour -200',
      'swadaya-contributed/allocation:a1/proposal:p/swadaya:labour 200',
    ])
    const [first] = movements(factOf('proposal.SwadayaPledged', 'p', { number: '1', amount: '2', kind: 'cash' }))
    expect(first && [accountRole(first.from), accountRole(first.to)]).toEqual(['memorandum', 'memorandum'])
  })

  it('operating cost set aside is answered for by the account it lies on', () => {
    const of = { fund: { kind: 'allocation', id: allocation }, tranche: 't' } as const
    expect(answeringAccount({ kind: 'board-operating', ...of })).toEqual({ kind: 'board-bank', ...of })
    expect(answeringAccount({ kind: 'group-bank', ...of, proposal: 'p' })).toEqual({ kind: 'group-bank', ...of, proposal: 'p' })
  })

  it('a fact that is no money gives nothing, whatever amount it names', () => {
    for (const type of Object.keys(amountsWithoutMoney)) expect(postings(factOf(type, 'x', { number: '1', amount: '5' }))).toEqual([])
    expect(postings(factOf('tranche.Closed', 't', {}))).toEqual([])
  })

  it('money that belongs to no allocation, or to two, is a defect', () => {
    const data = { number: '1', amount: '5' }
    expect(() => postings(factOf('tranche.Sp2dIssued', 't', data, ['tranche:t']))).toThrow('tag')
    expect(() => postings(factOf('tranche.Sp2dIssued', 't', data, ['allocation:a', 'allocation:b']))).toThrow('tag')
  })
})

it('every posting list adds up to zero, each movement on two accounts of one fund', () => {
  const amount = fc.bigInt({ min: 1n, max: 10n ** 17n })
  const id = fc.constantFrom('x', 'y', 'z')
  fc.assert(
    fc.property(fc.constantFrom(...moneyTypes), id, id, id, amount, amount, (type, subject, other, kind, amountSen, jasaSen) => {
      const carriedOver = { into: `${other}-next`, parts: [{ tranche: subject, proposal: other, amount: rupiah(amountSen) }] }
      const loan = { principal: rupiah(amountSen), jasa: rupiah(jasaSen), treatment: 'capitalise', unpaidJasa: rupiah(jasaSen) }
      const cycle = { sales: rupiah(amountSen), costs: rupiah(jasaSen), profitShare: '0' }
      const data = { amount: rupiah(amountSen), tranche: other, proposal: other, kind, carriedOver, ...loan, ...cycle }
      const tags = [`allocation:${allocation}`, `partnership:${allocation}`, `loanPool:${pool}`]
      const entries = postings(factOf(type, subject, data, tags))
      expect(entries.reduce((sum, entry) => sum + entry.amountSen, 0n)).toBe(0n)
      expect(entries.length).toBeGreaterThan(0)
      for (const { from, to, amountSen: moved } of movements(factOf(type, subject, data, tags))) {
        expect(moved > 0n).toBe(true)
        expect(accountName(from)).not.toBe(accountName(to))
        expect(from.fund).toEqual(to.fund)
        expect([allocation, pool, subject]).toContain(from.fund.id)
      }
    }),
  )
})
