import { z } from 'zod'
import { Code, Figure } from './define.ts'
import { Rupiah } from './rupiah.ts'

/**
 * The one format in which the order of facts is written (DESIGN §4): per kind of entity, stages and the facts that may be recorded in them.
 * A stage is a dot path of names; a key is `type[:step][:outcome]`.
 */
export const StageName = z.string().regex(/^[A-Za-z0-9-]+$/)
export const StagePath = z.string().regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/)
export const FactKey = z.string().regex(/^[a-z][a-z-]*\.[A-Z][A-Za-z0-9]*(:[A-Za-z0-9.-]+){0,2}$/)
export const Role = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/)

/** Who may decide: any one of the roles, or all of them on one paper (the others as cosigners, CONTRACTS C4). */
export const By = z.union([z.strictObject({ any: z.array(Role).min(1) }), z.strictObject({ all: z.array(Role).min(2) })])

/** Kinds of paper, as slugs: `kwitansi`, `lembar-volume`. */
export const Papers = z.array(z.string().regex(/^[a-z0-9-]+$/))

/** What a fact does in one stage. Without `to` it is legal and moves nothing. */
export const Leads = z.union([
  StagePath,
  z.strictObject({ to: StagePath.optional(), by: By.optional(), papers: Papers.optional(), marks: z.array(z.string()).optional() }),
])

/** A word in both languages. */
export const Words = z.strictObject({ id: z.string().min(1), en: z.string().min(1) })

/** What proves a criterion, among the facts recorded in the stage: a paper, a fact, somebody who signed or attended, a figure. */
export const Proof = z.union([
  z.strictObject({ paper: Code }),
  z.strictObject({ fact: FactKey }),
  z.strictObject({ role: Role }),
  /** A measure at least this great; with `of`, at least so many percent of another measure. */
  z.strictObject({ measure: Code, min: Figure, of: Code.optional() }),
])

/** What must be so before a stage is left for a later one. `refuse` keeps the entity there; `flag` lets it go with a deviation. */
export const ExitCriterion = z
  .strictObject({ code: Code, name: Words, needs: Proof, onOpen: z.enum(['refuse', 'flag']), source: z.string() })
  .meta({ id: 'ExitCriterion', description: 'What must be proven before a stage is left for a later one' })
export type ExitCriterion = z.infer<typeof ExitCriterion>

const stageFields = {
  /** The role whose desk it is. */
  holder: Role.optional(),
  /** What must be proven before it is left for a later stage. */
  exit: z.array(ExitCriterion).optional(),
  /** Roles that should sign or attend something while the entity stands here; their absence is noted. */
  expects: z.array(Role).optional(),
  marks: z.array(z.string()).optional(),
  /** Legal in this stage and in every stage inside it. */
  on: z.record(FactKey, Leads).optional(),
  /** Legal only at the stage itself, not inside it. */
  own: z.record(FactKey, Leads).optional(),
  /** A stage of revision: `<kind>.Resubmitted` leads to `resubmitTo`, by default to the desk that returned the file. */
  revision: z.literal(true).optional(),
  resubmitTo: StagePath.optional(),
  /** The children are regions that run side by side. */
  parallel: z.literal(true).optional(),
  /** The child entered first, in a region. */
  initial: StageName.optional(),
  final: z.literal(true).optional(),
}

/** A stage; nested ones in `stages`. */
export interface Stage extends z.infer<z.ZodObject<typeof stageFields>> {
  readonly stages?: Readonly<Record<string, Stage>> | undefined
}
export const Stage: z.ZodType<Stage> = z
  .lazy(() => z.strictObject({ ...stageFields, stages: z.record(StageName, Stage).optional() }))
  .meta({ id: 'Stage', description: 'A place where an entity can stand, and what may be recorded there' })

/** What holds for a fact wherever it is recorded. */
export const FactRule = z.strictObject({
  by: By.optional(),
  papers: Papers.optional(),
  /** Where an observation out of order lands, if that stage is later on the path (CONTRACTS C3). */
  lands: StagePath.optional(),
  /** The step that this fact stands for in a chain: `SppIssued` is `VF-13`. */
  step: z.string().optional(),
  /** May be recorded before the entity is opened. */
  beforeOpening: z.literal(true).optional(),
  /** Marks that it sets on this entity although it is about another one under it: the first proposal of a run of the cycle. */
  bears: z.array(z.string()).min(1).optional(),
  /** Marks that it sets on the entity named by a field of its data, by field: `next` is the tranche whose turn it now is. */
  names: z.record(z.string(), z.array(z.string()).min(1)).optional(),
})

/** A limit on the days between two marks, or in a stage; there, with `each`, from one time that a mark is reached to the next. */
export const Span = z.strictObject({
  from: z.string().optional(),
  to: z.string().optional(),
  stage: StagePath.optional(),
  each: z.string().optional(),
  warn: z.int().positive(),
  stuck: z.int().positive(),
  clock: z.enum(['calendar', 'working']),
  /** Where the limit is from: a guideline, or our proposal. */
  source: z.string().optional(),
})

/** Steps of one verification that different persons must take (G-04). */
export const Chain = z.strictObject({ name: z.string(), steps: z.array(z.string()).min(2) })

/** The order of facts of one kind of entity. */
export const Workflow = z.strictObject({
  /** Absent for kinds without stages: then `facts` says all. */
  initial: StagePath.optional(),
  /** Facts that open an entity; it begins at `to`, by default at `initial`. */
  opens: z.record(FactKey, z.strictObject({ by: By.optional(), papers: Papers.optional(), to: StagePath.optional() })).default({}),
  stages: z.record(StageName, Stage).default({}),
  /** Regions that run beside the stages from the opening on, each standing at one of its own stages: readiness, continuous activities. */
  beside: z.record(StageName, Stage).default({}),
  facts: z.record(FactKey, FactRule).default({}),
  /** Stages in the order in which they usually come: tells what is later. */
  path: z.array(StagePath).default([]),
  chains: z.array(Chain).default([]),
  spans: z.array(Span).default([]),
  suspendable: z.boolean().default(false),
  suspends: z.array(FactKey).default([]),
  resumes: z.array(FactKey).default([]),
})
export type Workflow = z.infer<typeof Workflow>
export type By = z.infer<typeof By>
export type FactRule = z.infer<typeof FactRule>

/** A role that a workflow may name. External roles never log in; `recordedBy` names who may enter facts for a role besides itself. */
export const RoleRule = z.strictObject({
  name: Words,
  external: z.literal(true).optional(),
  recordedBy: z.array(Role).optional(),
})
export type RoleRule = z.infer<typeof RoleRule>

const verified = { verified: z.boolean(), source: z.string() }
/** What a programme without money need not say. */
const unsaid = { verified: false, source: 'not said' }

/** What a member of a group is found to lack: codes only, so that no age, income or employer stands in the log (CONTRACTS A8). */
export const EligibilityCode = z
  .enum(['listed-poor', 'age', 'no-state-officer', 'married', 'same-neighbourhood', 'willing', 'business-potential'])
  .meta({ id: 'EligibilityCode', description: 'A criterion of the members of a business group, DOMAIN §1.5' })
export type EligibilityCode = z.infer<typeof EligibilityCode>

const Range = z
  .tuple([z.int().min(0).max(1000), z.int().min(0).max(1000)])
  .refine(([least, most]) => least <= most, { error: 'the least comes first' })

/**
 * A programme's values and workflows, published as a fact and never changed (DESIGN §4). `verified` tells a read figure from an assumed
 * one.
 */
export const Edition = z
  .strictObject({
    id: z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,60}$/),
    revision: z.int().min(1),
    programme: z.string().min(1),
    name: Words,
    grant: z.string().min(1).default('-'),
    roles: z.record(Role, RoleRule),
    /** Whether an area must stand on the location list of the programme before its cycle starts (G-01). */
    locationDecree: z.boolean().default(true),
    components: z
      .array(z.string().regex(/^[A-Z0-9_]+$/))
      .min(1)
      .default(['ALL']),
    tranches: z
      .strictObject({
        /** Percent of each tranche; empty where unknown: then chosen when the allocation is decreed, with a reason. */
        percent: z.array(z.int().min(1).max(100)),
        /** Amounts are rounded half up to this unit; the last tranche takes the rest. */
        roundingUnit: Rupiah,
        /** Papers in the file of each tranche; the last entry serves all later ones. */
        papers: z.array(Papers).min(1),
        /** Conditions of the second and later tranches (G-03). */
        next: z.strictObject({
          minProgressPercent: z.int().min(0).max(100),
          weightedBy: z.literal('grant'),
          previousLpj: z.enum(['none', 'submitted', 'accepted']),
          ...verified,
        }),
        ...verified,
      })
      .default({
        percent: [100],
        roundingUnit: '1',
        papers: [[]],
        next: { minProgressPercent: 0, weightedBy: 'grant', previousLpj: 'none', ...unsaid },
        ...unsaid,
      }),
    /** What must stand before the agreement is signed or money requested (G-01). */
    agreement: z
      .strictObject({
        recipientDecision: z.boolean(),
        signatories: z.int().min(0).max(9),
        planMark: z.string().nullable(),
        /** Mark of the stages of the cycle in which money may be asked for. */
        fundingMark: z.string().optional(),
        ...verified,
      })
      .default({ recipientDecision: false, signatories: 0, planMark: null, ...unsaid }),
    /** Ceiling of operating cost over the whole allocation, by component (G-11); null where the guide is silent. */
    bop: z.strictObject({ caps: z.record(z.string(), Rupiah.nullable()), ...verified }).default({ caps: { ALL: null }, ...unsaid }),
    leftover: z
      .strictObject({
        rule: z.enum(['RETURN_TO_TREASURY', 'KEEP_AS_COMMUNITY_FUND']),
        /** What is left of a tranche that is not the last goes into the next. */
        carryOver: z.boolean(),
        ...verified,
      })
      .default({ rule: 'RETURN_TO_TREASURY', carryOver: false, ...unsaid }),
    handover: z
      .strictObject({
        lurah: z.boolean(),
        maintenancePlanMark: z.string().nullable(),
        /** Each proposal agrees a plan of its own, instead of a step of the cycle. */
        ownMaintenancePlan: z.literal(true).optional(),
        /** Who together may hand over without the Lurah, with a reason; always noted (appendix C9). */
        override: z.array(Role).min(1).optional(),
        ...verified,
      })
      .default({ lurah: false, maintenancePlanMark: null, ...unsaid }),
    /** Papers that V2 needs of works (G-06). */
    drawings: z.strictObject({ papers: Papers, ...verified }).default({ papers: [], ...unsaid }),
    /** What a business group (KUBE) must be to receive money (G-15). Absent where money goes to boards. */
    group: z
      .strictObject({
        /** Least and most members, each a household. */
        members: Range,
        /** Least and most years of age of a member. */
        age: Range,
        /** What each member is checked for; all criteria where it is absent. */
        criteria: z.array(EligibilityCode).min(1).optional(),
        /** Mark of the stage of the group's cycle that is left only when all this holds. */
        cycleMark: z.string().optional(),
        ...verified,
      })
      .optional(),
    /** A complaint of this severity or more suspends the tranche. */
    suspendSeverity: z.int().min(1).max(6).default(4),
    /** Who may force or reopen a stage, and whose cosignature a forced one needs (G-14). */
    force: z
      .strictObject({ roles: z.array(Role), approvedBy: z.array(Role).min(1).optional(), ...verified })
      .default({ roles: [], ...unsaid }),
    /** Facts entered later than this many days after their date need a reason. */
    lateEntryDays: z.int().min(1).default(36_500),
    /** Last day of a request, by fiscal year. */
    yearEnd: z.record(z.string().regex(/^[0-9]{4}$/), z.iso.date()).default({}),
    workflows: z.record(z.string().regex(/^[a-z][a-z-]*$/), Workflow),
  })
  .meta({ id: 'Edition', description: 'A programme as data: values and workflows of one revision' })
export type Edition = z.infer<typeof Edition>

/** Entry of a key in one stage, with the defaults of the workflow filled in. */
export interface LegalFact {
  readonly key: string
  readonly to: string | undefined
  readonly by: By | undefined
  readonly papers: readonly string[]
  readonly marks: readonly string[]
}
