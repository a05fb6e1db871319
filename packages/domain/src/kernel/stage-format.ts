import { z } from 'zod'
import { Code, Figure } from './define.ts'

// The one format in which the order of facts is written (DESIGN §4): per kind of entity, stages and the facts that may be recorded in
// them. A stage is a dot path of names; a key is `type[:step][:outcome]`. The published JSON Schema holds the descriptions, for editors.

/** A name of one stage. */
export const StageName = z.string().regex(/^[A-Za-z0-9-]+$/, { error: 'a stage name: letters, digits and hyphens' })
/** A stage within its workflow. */
export const StagePath = z
  .string()
  .regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, { error: 'a stage: names of letters, digits and hyphens, joined by dots' })
  .describe('A stage: its name, or the names of the stages around it and its own, joined by dots')
/** A fact, as far as the order of facts looks at it. */
export const FactKey = z
  .string()
  .regex(/^[a-z][a-zA-Z-]*\.[A-Z][A-Za-z0-9]*(:[A-Za-z0-9.-]+){0,2}$/, {
    error: 'a fact: kind.PastParticiple, then :step and :outcome where it has them',
  })
  .describe('A fact: type, then :step and :outcome where it has them, e.g. tranche.StepRecorded:VF-10:recommended')
/** A role by its code. */
export const Role = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: 'a role: letters, digits and underscores' })
  .describe('A role that /roles declares')
/** The name by which rules and limits know a stage. */
export const Mark = z.string().describe('A mark: the name by which rules and limits know a stage')

/** Who may decide: any one of the roles, or all of them on one paper (the others as cosigners, CONTRACTS C4). */
export const By = z
  .union([
    z.strictObject({ any: z.array(Role).min(1).describe('Any one of these') }),
    z.strictObject({ all: z.array(Role).min(2).describe('All of these on one paper, the others as cosigners') }),
  ])
  .describe('Who may decide')
export type By = z.infer<typeof By>

/** Kinds of paper, as slugs: `kwitansi`, `lembar-volume`. */
export const Papers = z
  .array(z.string().regex(/^[a-z0-9-]+$/, { error: 'a slug: small letters, digits and hyphens' }))
  .describe('Kinds of paper that must be given with it, as slugs: kwitansi, lembar-volume')

/** What a fact does in one stage. Without `to` it is legal and moves nothing. */
export const Leads = z.union([
  StagePath,
  z.strictObject({
    to: StagePath.optional().describe('Where it leads; without it the fact moves nothing'),
    by: By.optional().describe('Who may decide it here, instead of what facts says'),
    papers: Papers.optional().describe('What it needs here, instead of what facts says'),
    marks: z.array(Mark).optional().describe('Marks that it sets on the way; limits count from them, rules do not look at them'),
  }),
])
const LegalHere = z.record(FactKey, Leads)

/** A word in both languages. */
export const Words = z.strictObject({
  id: z.string().min(1).describe('In Indonesian'),
  en: z.string().min(1).describe('In English'),
})

/** What proves a criterion, among the facts recorded in the stage: a paper, a fact, somebody who signed or attended, a figure. */
export const Proof = z
  .union([
    z.strictObject({ paper: Code.describe('A paper of this kind came with some fact') }),
    z.strictObject({ fact: FactKey.describe('This fact was recorded') }),
    z.strictObject({ role: Role.describe('Somebody of this role decided, signed or attended') }),
    z.strictObject({
      measure: Code.describe('The last figure given for it; attendance-present, -women and -poor are counts of a meeting'),
      min: Figure.describe('At least this; with of, at least so many percent of that'),
      of: Code.optional().describe('The measure of which min is a percentage'),
    }),
  ])
  .describe('What proves it, among the facts recorded while the entity stood in the stage')

/** What must be so before a stage is left for a later one. `refuse` keeps the entity there; `flag` lets it go with a deviation. */
export const ExitCriterion = z
  .strictObject({
    code: Code.describe('Its name in refusals and deviations'),
    name: Words.describe('What people read'),
    needs: Proof,
    onOpen: z.enum(['refuse', 'flag']).describe('While it is not proven: refuse keeps the entity there, flag lets it go and notes it'),
    source: z.string().describe('Where it is from: a guideline, or our proposal'),
  })
  .meta({ id: 'ExitCriterion', description: 'What must be proven before a stage is left for a later one' })
export type ExitCriterion = z.infer<typeof ExitCriterion>

const stageFields = {
  holder: Role.optional().describe('The role whose desk it is'),
  exit: z.array(ExitCriterion).optional().describe('What must be proven before it is left for a later stage'),
  expects: z.array(Role).optional().describe('Roles that should sign or attend something here; their absence is noted (A-05)'),
  marks: z.array(Mark).optional().describe('Names by which rules and limits know it'),
  on: LegalHere.optional().describe('What may be recorded in this stage and in every stage inside it, and where it leads'),
  own: LegalHere.optional().describe('What may be recorded at the stage itself, not inside it'),
  revision: z
    .literal(true)
    .optional()
    .describe('A stage of revision: <kind>.Resubmitted leads to resubmitTo, by default to the desk that returned the file'),
  resubmitTo: StagePath.optional().describe('Where a file goes from revision; needed when several desks return files here'),
  parallel: z.literal(true).optional().describe('The stages inside it are regions that run side by side'),
  initial: StageName.optional().describe('In a region, the stage that is entered first; otherwise the first one'),
  final: z.literal(true).optional().describe('An end'),
}

/** A stage; nested ones in `stages`. */
export interface Stage extends z.infer<z.ZodObject<typeof stageFields>> {
  readonly stages?: Readonly<Record<string, Stage>> | undefined
}
export const Stage: z.ZodType<Stage> = z
  .lazy(() => z.strictObject({ ...stageFields, stages: z.record(StageName, Stage).optional().describe('Stages inside it, by name') }))
  .meta({ id: 'Stage', description: 'A place where an entity can stand, and what may be recorded there' })
