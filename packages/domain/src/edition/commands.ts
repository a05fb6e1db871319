import { command } from '../kernel/decider.ts'
import { EditionPublished, EditionWithdrawn } from './events.ts'
import exampleEdition from './editions/plpbk-2009.json' with { type: 'json' }
import type { Edition } from '../kernel/workflow.ts'

export const PublishEdition = command('edition.Publish', EditionPublished, {
  opens: true,
  example: { revision: 1, content: exampleEdition as unknown as Edition },
})
export const WithdrawEdition = command('edition.Withdraw', EditionWithdrawn, { example: { revision: 1, why: 'Digantikan revisi 2' } })
