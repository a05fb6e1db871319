import { z } from 'zod'
import { event, Note } from '../kernel/define.ts'
import { Edition } from '../kernel/workflow.ts'

/** A revision of an edition, whole: entities pin it when they start and keep it (DESIGN §4). */
export const EditionPublished = event('edition.Published', {
  means: 'A revision of an edition is published',
  identity: ['revision'],
  final: true,
  data: { revision: z.int().min(1), content: Edition },
})

/** A revision that nothing may pin any more. What has pinned it keeps it. */
export const EditionWithdrawn = event('edition.Withdrawn', {
  means: 'A revision of an edition is withdrawn: nothing new may pin it',
  identity: ['revision'],
  data: { revision: z.int().min(1), why: Note },
})
