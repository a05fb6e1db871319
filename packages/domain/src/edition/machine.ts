import { foldOf, on } from '../kernel/entity.ts'
import { Workflow } from '../kernel/workflow.ts'
import type { Edition } from '../kernel/workflow.ts'
import { EditionPublished, EditionWithdrawn } from './events.ts'

/** The revisions of an edition: content and whether it can still be pinned. */
export interface Editions {
  readonly revisions: Readonly<Record<number, { readonly content: Edition; readonly withdrawn: boolean; readonly position: number }>>
}

export const editionFold = foldOf<Editions>('edition', {
  initial: { revisions: {} },
  pins: [EditionPublished.type],
  effects: [
    on(EditionPublished, ({ revisions }, { revision, content }, { position }) => ({
      revisions: { ...revisions, [revision]: { content, withdrawn: false, position } },
    })),
    on(EditionWithdrawn, ({ revisions }, { revision }) => {
      const published = revisions[revision]
      return published ? { revisions: { ...revisions, [revision]: { ...published, withdrawn: true } } } : { revisions }
    }),
  ],
})

export const editionWorkflow = Workflow.parse({
  facts: {
    'edition.Published': { by: { any: ['PMU', 'system'] }, papers: ['naskah-edisi'] },
    'edition.Withdrawn': { by: { any: ['PMU'] } },
  },
})
