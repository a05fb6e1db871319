import { z } from 'zod'
import { Rupiah } from './rupiah.ts'
import { TaxRate } from './taxes.ts'
import { Formula } from './formula.ts'
import { LoanRules } from './loan-format.ts'
import { By, FactKey, Mark, Papers, Role, Stage, StageName, StagePath, Words } from './stage-format.ts'

export { ArrearsRate, LoanRules, Waterfall } from './loan-format.ts'
export { By, ExitCriterion, FactKey, Leads, Papers, Proof, Role, Stage, StageName, StagePath, Words } from './stage-format.ts'

/** What holds for a fact wherever it is recorded. */
export const FactRule = z
  .strictObject({
    by: By.optional(),
    papers: Papers.optional(),
    lands: StagePath.optional().describe('Where an observation that comes out of order lands, if that stage is later on the path'),
    step: z.string().optional().describe('The step that this fact stands for in a chain: SppIssued is VF-13'),
    beforeOpening: z.literal(true).optional().describe('May be recorded before the entity is opened'),
    bears: z
      .array(Mark)
      .min(1)
      .optional()
      .describe('Marks that it sets on this entity although it is about another one under it: the first proposal of a cycle'),
    names: z
      .record(z.string(), z.array(Mark).min(1))
      .optional()
      .describe('Marks that it sets on the entity named by a field of its data, by field: next is the tranche whose turn it now is'),
  })
  .describe('What holds for a fact wherever it is recorded; the rule of the exact key comes before that of type:step and of type')

/** A limit on the days between two marks, or in a stage; there, with `each`, from one time that a mark is reached to the next. */
export const Span = z
  .strictObject({
    from: z.string().optional().describe('Mark that it begins with, the first time'),
    to: z.string().optional().describe('Mark that it ends with, the first time'),
    stage: StagePath.optional().describe('Instead of two marks: each unbroken time in this stage and those inside it'),
    each: z.string().optional().describe('In the stage, counted anew from every time that this mark is reached'),
    warn: z.int().positive().describe('After so many days it is shown'),
    stuck: z.int().positive().describe('After so many days it counts as stuck'),
    clock: z.enum(['calendar', 'working']).describe('Which days count'),
    source: z.string().optional().describe('Where the limit is from: a guideline, or our proposal'),
  })
  .describe('A limit in days')

/** Steps of one verification that different persons must take (G-04). */
export const Chain = z.strictObject({
  name: z.string().describe('What it is called'),
  steps: z.array(z.string()).min(2).describe('Steps, or what step says in facts'),
})

/** The order of facts of one kind of entity. */
export const Workflow = z
  .strictObject({
    initial: StagePath.optional().describe('Where an entity begins. Absent for kinds without stages: then facts says all'),
    opens: z
      .record(
        FactKey,
        z.strictObject({
          by: By.optional(),
          papers: Papers.optional(),
          to: StagePath.optional().describe('Where it begins when this fact opens it; by default at initial'),
        }),
      )
      .default({})
      .describe('Facts that open an entity'),
    stages: z.record(StageName, Stage).default({}).describe('Stages, by name'),
    beside: z
      .record(StageName, Stage)
      .default({})
      .describe('Regions that run beside the stages from the opening on, each standing at one of its own stages: readiness'),
    facts: z.record(FactKey, FactRule).default({}).describe('What holds for a fact wherever it is recorded'),
    path: z.array(StagePath).default([]).describe('Stages in the order in which they usually come: tells what is later'),
    chains: z.array(Chain).default([]).describe('Verifications whose steps different persons must take'),
    spans: z.array(Span).default([]).describe('Limits'),
    suspendable: z.boolean().default(false).describe('Whether it can be suspended: then only observations are taken'),
    suspends: z.array(FactKey).default([]).describe('Facts that suspend it, wherever it stands'),
    resumes: z.array(FactKey).default([]).describe('Facts that lift the suspension'),
  })
  .describe('The order of facts of one kind of entity')
export type Workflow = z.infer<typeof Workflow>
export type FactRule = z.infer<typeof FactRule>

/** A role that a workflow may name. External roles never log in; `recordedBy` names who may enter facts for a role besides itself. */
export const RoleRule = z.strictObject({
  name: Words.describe('What people call it'),
  external: z.literal(true).optional().describe('Never logs in: a bank, a treasury office, a resident'),
  recordedBy: z.array(Role).optional().describe('Who may enter facts for it besides itself; of an external role: who must'),
})
export type RoleRule = z.infer<typeof RoleRule>

const verified = {
  verified: z.boolean().describe('Whether the figures were read in the source, not assumed'),
  source: z.string().describe('Where they are from'),
}
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
    id: z
      .string()
      .regex(/^[A-Z0-9][A-Z0-9-]{1,60}$/, { error: 'an id: capital letters, digits and hyphens, 2 to 61 of them' })
      .describe('The name of the programme with its year: KOTAKU-2018'),
    revision: z.int().min(1).describe('1, 2, 3, …: a published one is never changed'),
    programme: z.string().min(1).describe('The programme that lists are narrowed by'),
    name: Words.describe('What people read'),
    grant: z.string().min(1).default('-').describe('What its grant is called: BDI, BLM'),
    roles: z.record(Role, RoleRule).describe('Every role that this edition names, by code'),
    locationDecree: z
      .boolean()
      .default(true)
      .describe('Whether an area must stand on the location list of the programme before its cycle starts (G-01)'),
    components: z
      .array(z.string().regex(/^[A-Z0-9_]+$/, { error: 'a component: capital letters, digits and underscores' }))
      .min(1)
      .default(['ALL'])
      .describe('Parts of the money that are allocated apart'),
    tranches: z
      .strictObject({
        percent: z
          .array(z.int().min(1).max(100))
          .describe('Percent of each tranche; empty where unknown: then chosen when the allocation is decreed, with a reason'),
        roundingUnit: Rupiah.describe('Amounts are rounded half up to this unit; the last tranche takes the rest'),
        papers: z.array(Papers).min(1).describe('Papers in the file of each tranche; the last entry serves all later ones'),
        next: z
          .strictObject({
            minProgressPercent: z.int().min(0).max(100).describe('Least progress of the works, in percent'),
            weightedBy: z.literal('grant').describe('What each work counts by'),
            previousLpj: z.enum(['none', 'submitted', 'accepted']).describe('How far the account of the tranche before must be'),
            ...verified,
          })
          .describe('Conditions of the second and later tranches (G-03)'),
        ...verified,
      })
      .default({
        percent: [100],
        roundingUnit: '1',
        papers: [[]],
        next: { minProgressPercent: 0, weightedBy: 'grant', previousLpj: 'none', ...unsaid },
        ...unsaid,
      })
      .describe('How an allocation is paid out'),
    formula: Formula.extend(verified).optional().describe('What an area is given by its people; a decree that says otherwise is noted'),
    joint: z
      .strictObject({
        shares: z
          .array(z.int().min(1).max(99))
          .describe('Percent that a region may give, by its fiscal capacity; empty where the rule is not told'),
        beforeNext: z
          .boolean()
          .describe("Whether the region's part of what was released must have come before the next tranche is asked for"),
        ...verified,
      })
      .default({ shares: [], beforeNext: false, ...unsaid })
      .describe('Joint funding by centre and region (DUB, DDUB)'),
    agreement: z
      .strictObject({
        recipientDecision: z.boolean().describe('Whether the recipient must have been decided'),
        signatories: z.int().min(0).max(9).describe('How many must sign for the account of the recipient'),
        planMark: z.string().nullable().describe('Mark that the cycle must have reached: the plan is ratified'),
        fundingMark: z.string().optional().describe('Mark of the stages of the cycle in which money may be asked for'),
        ...verified,
      })
      .default({ recipientDecision: false, signatories: 0, planMark: null, ...unsaid })
      .describe('What must stand before the agreement is signed or money requested (G-01)'),
    bop: z
      .strictObject({ caps: z.record(z.string(), Rupiah.nullable()).describe('By component; null where the guide is silent'), ...verified })
      .default({ caps: { ALL: null }, ...unsaid })
      .describe('Ceiling of operating cost over the whole allocation (G-11)'),
    leftover: z
      .strictObject({
        rule: z.enum(['RETURN_TO_TREASURY', 'KEEP_AS_COMMUNITY_FUND']).describe('Where money goes that is left in the end'),
        carryOver: z.boolean().describe('What is left of a tranche that is not the last goes into the next'),
        ...verified,
      })
      .default({ rule: 'RETURN_TO_TREASURY', carryOver: false, ...unsaid })
      .describe('Money that is left'),
    cash: z
      .strictObject({
        signatories: z.int().min(0).max(9).describe('How many registered signatories must sign a withdrawal'),
        expenseDays: z.int().min(0).max(366).optional().describe('Days until cash is spent or paid back; 7 where it is absent'),
        most: Rupiah.optional().describe('The most cash that one holder may have. Absent where no guide says any'),
        ...verified,
      })
      .default({ signatories: 0, ...unsaid })
      .describe('Money drawn from the bank (F8)'),
    swadaya: z
      .strictObject({
        valued: z.boolean().describe('Whether what is no cash needs a method, a person and an office that valued it; else noted'),
        ...verified,
      })
      .default({ valued: false, ...unsaid })
      .describe('Own contribution of the community'),
    taxes: z
      .strictObject({
        rates: z.array(TaxRate).describe('Rates, each from a day until a day'),
        depositDays: z.int().min(1).max(366).describe('Days from withholding to deposit; later is noted (F12)'),
        ...verified,
      })
      .default({ rates: [], depositDays: 30, ...unsaid })
      .describe('Taxes withheld from those who are paid'),
    handover: z
      .strictObject({
        lurah: z.boolean().describe('Whether the Lurah must sign'),
        maintenancePlanMark: z.string().nullable().describe('Mark that the cycle must have reached: who maintains is agreed'),
        ownMaintenancePlan: z.literal(true).optional().describe('Each proposal agrees a plan of its own, instead of a step of the cycle'),
        override: z
          .array(Role)
          .min(1)
          .optional()
          .describe('Who together may hand over without the Lurah, with a reason; always noted (appendix C9)'),
        ...verified,
      })
      .default({ lurah: false, maintenancePlanMark: null, ...unsaid })
      .describe('What handing works over needs (G-07)'),
    drawings: z
      .strictObject({ papers: Papers, ...verified })
      .default({ papers: [], ...unsaid })
      .describe('Papers that V2 needs of works (G-06)'),
    group: z
      .strictObject({
        members: Range.describe('Least and most members, each a household'),
        age: Range.describe('Least and most years of age of a member'),
        criteria: z.array(EligibilityCode).min(1).optional().describe('What each member is checked for; all criteria where it is absent'),
        aidMax: Rupiah.optional().describe('The most that a group receives in all'),
        cycleMark: z.string().optional().describe("Mark of the stage of the group's cycle that is left only when all this holds"),
        ...verified,
      })
      .optional()
      .describe('What a business group (KUBE) must be to receive money (G-15). Absent where money goes to boards'),
    loans: LoanRules.optional().describe('The rules of loans to groups. Absent where nothing is lent'),
    suspendSeverity: z.int().min(1).max(6).default(4).describe('A complaint of this severity or more suspends the tranche'),
    force: z
      .strictObject({
        roles: z.array(Role).describe('Who may force or reopen a stage'),
        approvedBy: z.array(Role).min(1).optional().describe('Whose further signature a forced stage needs: one of these'),
        ...verified,
      })
      .default({ roles: [], ...unsaid })
      .describe('Putting a cycle into a stage whatever the order (G-14)'),
    corrections: z
      .strictObject({
        proposedBy: z.array(Role).min(1).optional().describe('Who may say that a fact is wrong; by default who may record it'),
        confirmedBy: z.array(Role).min(1).optional().describe('Who may confirm it; by default who may record it or force a stage'),
      })
      .optional()
      .describe('Who may correct what was recorded (G-17): always two different persons'),
    lateEntryDays: z.int().min(1).default(36_500).describe('Facts entered later than this many days after their date need a reason'),
    yearEnd: z
      .record(z.string().regex(/^[0-9]{4}$/, { error: 'a year of four digits, e.g. 2018' }), z.iso.date())
      .default({})
      .describe('Last day of a request, by fiscal year; spending after it, or after 31 December of a year not named, is noted'),
    workflows: z
      .record(z.string().regex(/^[a-z][a-zA-Z-]*$/, { error: 'a kind: a small letter, then letters and hyphens' }), Workflow)
      .describe('The order of facts, by kind: cycle, allocation, tranche, proposal, loanPool, loan, or a kind of your own'),
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
