import type { DataOfCommand } from '../kernel/decider.ts'
import type { Broken } from '../kernel/rule.ts'
import type { ReconcileBankStatement } from './commands.ts'
import type { Match } from './matching.ts'

type Named = Pick<DataOfCommand<typeof ReconcileBankStatement>, 'byHand' | 'explained'>

const notThere = { id: 'tidak ada, atau sudah dipakai', en: 'not there, or taken already' }
const paired = { said: 'dipasangkan', saidEn: 'paired' }
const toldWhat = { said: 'dijelaskan', saidEn: 'explained' }

/** A row that people name and the statement lacks, or that they name twice. */
export function wrongRow({ byHand = [], explained = [] }: Named, rows: ReadonlySet<number>): Broken | undefined {
  const named = [
    ...byHand.map(({ row }, nth) => ({ row, said: paired, at: `/byHand/${nth}/row` })),
    ...explained.map(({ row }, nth) => ({ row, said: toldWhat, at: `/explained/${nth}/row` })),
  ]
  const wrong = named.find(({ row }, index) => !rows.has(row) || named.findIndex((other) => other.row === row) !== index)
  return (
    wrong && {
      details: { what: `Baris ${wrong.row}`, whatEn: `Row ${wrong.row}`, ...wrong.said },
      errors: [{ pointer: wrong.at, detail: notThere }],
    }
  )
}

/** A fact that people pair with two rows, or that moved no money here, or that another statement shows. */
export function wrongFact({ byHand = [] }: Named, matches: readonly Match[]): Broken | undefined {
  const named = byHand.flatMap(({ row, facts }, nth) => facts.map((fact, index) => ({ row, fact, at: `/byHand/${nth}/facts/${index}` })))
  const twice = named.find(({ fact }, index) => named.findIndex((other) => other.fact === fact) !== index)
  const wrong = twice ?? named.find(({ row, fact }) => !matches.some((match) => match.row === row && match.facts.includes(fact)))
  return (
    wrong && {
      details: { what: `Fakta ${wrong.fact}`, whatEn: `Fact ${wrong.fact}`, ...paired },
      errors: [{ pointer: wrong.at, detail: notThere }],
    }
  )
}
