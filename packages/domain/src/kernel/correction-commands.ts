import { correctionsOf } from './corrections.ts'
import { command, decider, type Decider } from './decider.ts'

const fact = '5b0c1f9e-7a52-8c6e-9d41-3f2a6b1c0d7e'
const proposal = '91d3c7a4-2b60-8f15-a8e2-6c4b0f9d1e35'

/** The three commands by which facts of a kind are corrected: the same for every kind. */
export function correctionDeciders(kind: string): Decider[] {
  const { proposed, confirmed, declined } = correctionsOf(kind)
  return [
    decider(command(`${kind}.ProposeCorrection`, proposed, { example: { target: { position: 4711, id: fact }, how: 'annul' } }), {
      correction: 'propose',
    }),
    decider(command(`${kind}.ConfirmCorrection`, confirmed, { example: { proposed: proposal } }), { correction: 'confirm' }),
    decider(command(`${kind}.DeclineCorrection`, declined, { example: { proposed: proposal } }), { correction: 'decline' }),
  ] as readonly unknown[] as Decider[]
}
