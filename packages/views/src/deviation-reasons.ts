import { domain, flagReasons, kernelReasons, type Reason } from '@jejak/domain'

/** The kinds of deviation, few enough to choose from in a list. `late-step` stands in no row: the stage clock tells it. */
export const deviationKinds = [
  'forced',
  'skipped',
  'reopened',
  'open-criterion',
  'missing-paper',
  'paper-date',
  'absent-actor',
  'out-of-order',
  'late-entry',
  'late-step',
  'backdated',
  'rule',
] as const
export type DeviationKind = (typeof deviationKinds)[number]

const reason = (code: string, id: string, en: string, source: string): Reason => ({ code, sort: 'rule', source, sentence: { id, en } })

/** What this view finds itself: no decision looks at it. */
export const derivedReasons = {
  passedOver: reason(
    'stage-passed-over',
    'Tahap {stage} dilewati: dari {from} langsung ke {to}.',
    'Stage {stage} was passed over: from {from} straight to {to}.',
    'DOMAIN §1.3, CONTRACTS C3',
  ),
  postdated: reason(
    'paper-postdated',
    'Surat {paper} bertanggal {date}, sesudah peristiwa yang dibuktikannya ({on}).',
    'The paper {paper} is dated {date}, after what it proves ({on}).',
    'seed 003: papers dated out of order',
  ),
  paperOrder: reason(
    'paper-before-earlier-stage',
    'Surat {paper} pada tahap {stage} bertanggal {date}, sebelum surat {earlierPaper} pada tahap {earlierStage} ({earlierDate}).',
    'The paper {paper} of stage {stage} is dated {date}, before {earlierPaper} of the earlier stage {earlierStage} ({earlierDate}).',
    'seed 003: papers dated out of order',
  ),
  enteredLate: reason(
    'entered-late',
    'Dicatat {days} hari setelah tanggalnya, lebih dari {limit} hari; dicatat dengan alasan.',
    'Entered {days} days after its date, more than {limit} days; recorded with a reason.',
    'DESIGN §5',
  ),
  lateStep: reason(
    'step-late',
    'Batas {name} ({limit} {unit}) habis pada {since}; dimulai {began}, {outcome}.',
    'The limit of {name} ({limit} {unitEn}) ran out on {since}; it began on {began} and {outcomeEn}.',
    'edition, spans; DOMAIN §1.6',
  ),
} satisfies Record<string, Reason>

const kindByRule: ReadonlyMap<string, DeviationKind> = new Map([
  [flagReasons.stageForced.code, 'forced'],
  [flagReasons.stageReopened.code, 'reopened'],
  [flagReasons.expectedActorAbsent.code, 'absent-actor'],
  [flagReasons.backdated.code, 'backdated'],
  [kernelReasons.backdatedReasonMissing.code, 'backdated'],
  [kernelReasons.criterionOpen.code, 'open-criterion'],
  [kernelReasons.papersMissing.code, 'missing-paper'],
  [kernelReasons.outOfOrder.code, 'out-of-order'],
  [kernelReasons.suspended.code, 'out-of-order'],
  [kernelReasons.lateReasonMissing.code, 'late-entry'],
  [derivedReasons.enteredLate.code, 'late-entry'],
  [derivedReasons.passedOver.code, 'skipped'],
  [derivedReasons.postdated.code, 'paper-date'],
  [derivedReasons.paperOrder.code, 'paper-date'],
  [derivedReasons.lateStep.code, 'late-step'],
])

/** The kind of deviation that a rule's code stands for; `rule` for a rule of a slice. */
export const kindOfRule = (rule: string): DeviationKind => kindByRule.get(rule) ?? 'rule'

let catalogue: ReadonlyMap<string, Reason> | undefined

/** The reason of a deviation's code, for its sentence; undefined for a code that no rule has any more. */
export function reasonOf(rule: string): Reason | undefined {
  const rules = () => [...domain.slices.values()].flatMap((slice) => slice.deciders.flatMap((decider) => decider.rules))
  catalogue ??= new Map(
    [...rules(), ...Object.values(kernelReasons), ...Object.values(flagReasons), ...Object.values(derivedReasons)].map((each) => [
      each.code,
      each,
    ]),
  )
  return catalogue.get(rule)
}
