import { foldOf, on } from '../kernel/entity.ts'
import { sen, type Sen } from '../kernel/rupiah.ts'
import { CaseEditionChanged, CaseOpened, CaseStepRecorded } from './events.ts'

/** What is known of a case: its title and amount; the rest is its stage. */
export interface Case {
  readonly title: string
  readonly amountSen: Sen | undefined
}

/** The fold of one foreign kind; its facts are the generic ones, its tag bears the kind. */
export const caseFold = (kind: string) =>
  foldOf<Case>(kind, {
    initial: { title: '', amountSen: undefined },
    pins: [CaseOpened.type],
    types: [CaseStepRecorded.type, CaseEditionChanged.type],
    effects: [
      on(CaseOpened, (_, { title, amount }) => ({ title, amountSen: amount === undefined ? undefined : sen(amount) })),
      on(CaseStepRecorded, (state, { amount }) => (amount === undefined ? state : { ...state, amountSen: sen(amount) })),
    ],
  })
