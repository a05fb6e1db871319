import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Edition } from '@jejak/domain'
import { childId } from '@jejak/event-store'
import { ledger, waitFor } from '@jejak/views'
import { freshService, type TestService } from '../../services/api/test/service.ts'
import { ask } from '../../services/api/test/ask.ts'
import { publish } from '../import/support.ts'
import { programsHere } from './programs.ts'

/** Real figures of village funds, if they are here: they are not committed (their terms). */
const name = 'dana-desa-2023-2024.csv'
const data = process.env['JEJAK_TEST_DATA']
const beside = path.resolve(import.meta.dirname, '../../../shared/data/funds')
/** JEJAK_TEST_DATA names a folder of test data, whatever part of it. */
const folders = [beside, ...(data === undefined ? [] : [data, path.join(data, 'funds'), path.join(data, '../funds')])]
const file = folders.map((folder) => path.join(folder, name)).find((each) => existsSync(each))
if (file === undefined)
  process.stderr.write(
    `\n*** NOT TESTED: ${name} is neither in ../shared/data/funds nor in JEJAK_TEST_DATA: no real funds are loaded ***\n\n`,
  )

interface Region {
  readonly year: string
  readonly code: string
  readonly ceiling: bigint
  /** Null where the source does not say. */
  readonly paid: bigint | null
}

/** The rows of the file. No name of a region has a comma in it; a row of another length is refused. */
function regionsIn(text: string): Region[] {
  const [, ...lines] = text.trim().split(/\r?\n/)
  return lines.map((line) => {
    const [year, , , , , code, ceiling, paid, ...more] = line.split(',')
    if (year === undefined || code === undefined || ceiling === undefined || paid === undefined || more.length > 0)
      throw new Error(`a row of another form: ${line}`)
    return { year, code, ceiling: BigInt(ceiling), paid: paid === '' ? null : BigInt(paid) }
  })
}

/** The same id for the same row, as a client would make it. */
function idOf(label: string): string {
  const hex = createHash('sha256').update(label).digest('hex')
  return `018568d0-0000-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`
}

const capital = '31'

interface Item {
  readonly command: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly body: object
}

const edition = { id: 'DANA-DESA-2023', revision: 1 }
const allocationOf = ({ year, code }: Region): string => idOf(`${year} ${code}`)
const said = (role: string, effectiveOn: string, data: object): object => ({ actor: { role }, effectiveOn, evidence: [], data })

function decreed(region: Region, area: string): Item {
  const { year, code, ceiling } = region
  const data = {
    area,
    fiscalYear: year,
    source: 'APBN',
    component: 'ALL',
    amount: String(ceiling),
    number: `DD-${year}-${code || 'cadangan'}`,
    edition,
  }
  return {
    command: 'allocation.Decree',
    subject: { kind: 'allocation', id: allocationOf(region) },
    body: said('KEMENKEU', `${year}-01-02`, data),
  }
}

const revised = (region: Region, amount: bigint): Item => ({
  command: 'allocation.Revise',
  subject: { kind: 'allocation', id: allocationOf(region) },
  body: said('KEMENKEU', `${region.year}-12-01`, { number: `DD-${region.year}-${region.code}-REV`, amount: String(amount) }),
})

const paidOut = (region: Region, amount: bigint): Item => ({
  command: 'tranche.RecordSp2d',
  subject: { kind: 'tranche', id: childId(allocationOf(region), 'tranche', 1) },
  body: said('KPPN', `${region.year}-12-20`, { number: `SP2D-DD-${region.year}-${region.code}`, amount: String(amount) }),
})

describe.skipIf(file === undefined)('village funds of 2023 and 2024', () => {
  let service: TestService
  let token: string
  let regions: Region[]
  const answers: string[] = []

  /** Sends commands as a client does: two hundred under one key. */
  async function send(items: readonly Item[]): Promise<void> {
    for (let first = 0; first < items.length; first += 200) {
      const { status, text } = await ask(service, { url: '/v1/batches', token, body: { commands: items.slice(first, first + 200) } })
      if (status !== 201) answers.push(`${status} ${text.slice(0, 400)}`)
    }
  }

  beforeAll(async () => {
    service = await freshService({ clock: 'real' })
    await publish(
      service.context.log,
      Edition.parse(JSON.parse(await readFile(new URL('dana-desa.edition.json', import.meta.url), 'utf8'))),
    )
    token = await service.token({ person: idOf('bureau'), roles: ['PMU'], region: '', institution: idOf('PMU') })
    regions = regionsIn(await readFile(file ?? '', 'utf8'))
    const { rows } = await service.pool.query<{ id: string; code: string }>(
      `select id::text, code from reference.regions where level in ('provinsi', 'kabupaten', 'kota')`,
    )
    const areas = new Map(rows.map(({ id, code }) => [code, id]))
    // The national reserve lies with the ministry, in the capital, which has no villages of its own.
    await send(regions.map((region) => decreed(region, areas.get(region.code === '' ? capital : region.code) ?? '')))
    // What was shared out of the reserve is what the regions were paid above their ceilings.
    const above = regions.filter(({ ceiling, paid }) => paid !== null && paid > ceiling)
    const shared = above.reduce((sum, { ceiling, paid }) => sum + (paid ?? 0n) - ceiling, 0n)
    const reserve = regions.filter(({ code }) => code === '').map((region) => revised(region, region.ceiling - shared))
    await send([...above.map((region) => revised(region, region.paid ?? 0n)), ...reserve])
    await send(regions.flatMap((region) => (region.paid === null ? [] : [paidOut(region, region.paid)])))
    const { position } = await service.context.log.head()
    expect(await waitFor(service.pool, { projection: ledger.name, position, timeoutMs: 100_000 })).toBe('reached')
  }, 180_000)
  afterAll(() => service?.close())

  const planBy = async (query: string) => {
    const { body, status, text } = await ask(service, { url: `/v1/ledger/plan?${query}`, token })
    expect([status, status === 200 ? '' : text]).toEqual([200, ''])
    const { rows } = body as {
      rows: { group: Record<string, string>; planned: string; released: { amount: string }; plans: { count: number } }[]
    }
    return rows.map(({ group, planned, released }) => [...Object.values(group), planned, released.amount])
  }

  it('loads every row through the interface', () => {
    expect(answers).toEqual([])
    expect([regions.length, regions.filter(({ year }) => year === '2023').length]).toEqual([869, 435])
  })

  it('the ceiling of 2023 is seventy trillion before and after the reserve was shared out, and so much of it was paid', async () => {
    expect(await planBy('by=fiscalYear&at=2023-06-30')).toEqual([['2023', '70000000000000', '0']])
    expect(await planBy('by=fiscalYear')).toEqual([
      ['2023', '70000000000000', '69850854792317'],
      ['2024', '69000000000000', '36572463568290'],
    ])
  })

  it('430 of 434 regions were paid more than their first ceiling, all of them within the revised one', async () => {
    const of = (year: string) => regions.filter((region) => region.year === year && region.code !== '')
    const above = of('2023').filter(({ ceiling, paid }) => (paid ?? 0n) > ceiling)
    expect([above.length, of('2023').length]).toEqual([430, 434])
    const rows: (readonly (string | undefined)[])[] = await planBy('by=area&fiscalYear=2023&limit=500')
    expect(rows).toHaveLength(435)
    expect(rows.filter(([, planned = '0', released = '0']) => BigInt(released) > BigInt(planned))).toEqual([])
  })

  it('the same comes out of every program that reads journals', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'jejak-funds-'))
    try {
      for (const program of programsHere()) {
        const { text, status } = await ask(service, { url: `/v1/ledger/journal?format=${program.name}&fiscalYear=2023&plan=true`, token })
        expect(status).toBe(200)
        const journal = path.join(folder, program.name)
        await writeFile(journal, text)
        await program.check(journal)
        const balances = [...(await program.balances(journal, '2023-12-31'))]
        const under = (root: string): bigint =>
          balances.filter(([account]) => account.startsWith(root)).reduce((sum, [, sen]) => sum + sen, 0n)
        expect([program.name, under('Equity:Plan:Ceiling:')]).toEqual([program.name, 7_000_000_000_000_000n])
        expect([program.name, under('Income:Source:Treasury:')]).toEqual([program.name, -6_985_085_479_231_700n])
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }, 120_000)
})
