import { foldOf, on } from '../kernel/entity.ts'
import { Workflow } from '../kernel/workflow.ts'
import { PersonErased, PersonRegistered, RecordChanged } from './events.ts'

/** What the log knows of a person: the commitment to the record that holds now, if any. */
export interface Person {
  readonly commitment: string | undefined
}

export const personFold = foldOf<Person>('person', {
  initial: { commitment: undefined },
  pins: [PersonRegistered.type],
  effects: [
    on(PersonRegistered, (_, { commitment }) => ({ commitment })),
    on(RecordChanged, (_, { commitment }) => ({ commitment })),
    on(PersonErased, (): Person => ({ commitment: undefined })),
  ],
})

const registrars = { any: ['system', 'PMU', 'KORKOT', 'LURAH', 'SEK_BKM', 'BKM', 'UPL'] }

export const personWorkflow = Workflow.parse({
  facts: {
    'person.Registered': { by: registrars },
    'person.RecordChanged': { by: registrars },
    'person.Erased': { by: { any: ['system', 'PMU'] } },
  },
})
