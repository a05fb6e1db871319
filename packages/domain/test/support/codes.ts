import {
  commands,
  correctionReasons,
  kernelReasons,
  type Compiled,
  type Deviation,
  type Fact,
  type Reason,
  type Refusal,
} from '@jejak/domain'

/** Every reason that can be given: the kernel's own and those of the rules of all deciders. */
export const catalogue: ReadonlyMap<string, Reason> = new Map(
  [...Object.values({ ...kernelReasons, ...correctionReasons }), ...[...commands.values()].flatMap(({ decider }) => decider.rules)].map(
    (reason) => [reason.code, reason],
  ),
)

/** What the tests of this file have met so far: `command code`, refused or noted as a deviation. */
export const met = { refused: new Set<string>(), noted: new Set<string>() }

export const meetRefusal = (command: string, { code }: Refusal): void => void met.refused.add(`${command} ${code}`)
export const meetDeviation = (command: string, { rule }: Deviation): void => void met.noted.add(`${command} ${rule}`)

const codesOf = (pairs: ReadonlySet<string>): Set<string> => new Set([...pairs].map((pair) => pair.split(' ')[1] ?? ''))

/** Refuse nothing, whatever they find. */
const onlyNoted = ['nothing-to-review', 'payment-before-rescheduling', 'transfer-reference-repeated', 'receipt-repeated']

/** Given by the shell, where its own tests meet them. */
const givenElsewhere = ['repeated-in-batch']

/** Codes that must be met as a refusal, and those that must be met as a deviation, because a command can give them so. */
export function expectedCodes(): { readonly refused: ReadonlySet<string>; readonly noted: ReadonlySet<string> } {
  const refused = new Set(
    Object.values({ ...kernelReasons, ...correctionReasons })
      .map((reason) => reason.code)
      .filter((code) => !givenElsewhere.includes(code)),
  )
  const noted = new Set<string>([
    'out-of-order',
    'papers-missing',
    'backdated',
    'stage-forced',
    'reversal-overdraws',
    'reversed-tax-deposited',
  ])
  for (const { decider } of commands.values())
    for (const rule of decider.rules) {
      const always = ['reference', 'input', 'authority'].includes(rule.sort)
      const set = onlyNoted.includes(rule.code) || (decider.command.records.observation && !always) ? noted : refused
      set.add(rule.code)
    }
  return { refused, noted }
}

/** Codes that no test has met. */
export function unmetCodes(): { refused: string[]; noted: string[] } {
  const expected = expectedCodes()
  const [refused, noted] = [codesOf(met.refused), codesOf(met.noted)]
  return {
    refused: [...expected.refused].filter((code) => !refused.has(code)).sort(),
    noted: [...expected.noted].filter((code) => !noted.has(code)).sort(),
  }
}

const stood = new Map<string, Set<string>>()

/** Remembers the stages that facts move their entities to, by edition and kind. */
export function meetStages(facts: readonly Fact[]): void {
  for (const fact of facts)
    for (const move of fact.moves) {
      const name = `${(move.edition ?? fact.edition)?.id ?? 'built-in'} ${move.kind}`
      const places = stood.get(name) ?? new Set<string>()
      stood.set(name, places)
      if (move.to !== null) places.add(move.to)
      if (move.suspended?.to) places.add('suspended')
    }
}

/** Where an entity can stand: not the groups that only hold other stages. */
export const placesOf = (workflow: Compiled): string[] =>
  [...workflow.leaves.values()].filter((leaf) => leaf.final || leaf.holder !== undefined).map((leaf) => leaf.path)

/** Stages of a workflow of an edition that no command of this file has led to. */
export function unmetStages(edition: string, kind: string, workflow: Compiled): string[] {
  const places = [...placesOf(workflow), ...(workflow.workflow.suspendable ? ['suspended'] : [])]
  return places.filter((place) => !stood.get(`${edition} ${kind}`)?.has(place))
}
