import { inLogOrder } from './corrections.ts'
import type { Place } from './place.ts'
import type { Details, Reason, RefusalSort } from './refusal.ts'
import { hasReached, type Entity } from './entity.ts'
import type { Actor, Cosigner, EditionRef, EntityRef, Evidence, Recorder, Source } from './event.ts'
import type { Edition } from './workflow.ts'
import type { Compiled } from './machine.ts'
import type { World } from './world.ts'
import type { Domain } from './decider.ts'

/** Data of a command whose type is not known here. */
export type Given = Readonly<Record<string, unknown>>

/** A command as it arrives: who says what happened, when, on which paper. Identity and time come from the shell. */
export interface Call<D = Given> {
  readonly command: string
  readonly subject: EntityRef
  readonly data: D
  readonly effectiveOn: string
  readonly effectiveAt?: string
  readonly actor: Actor
  readonly cosigners?: readonly Cosigner[]
  readonly evidence: readonly Evidence[]
  readonly reason?: string
  readonly lateReason?: string
  readonly recordedBy: Recorder
  /** Position of the version the client has seen; a newer one makes the call stale. */
  readonly ifMatch?: number
  readonly correlation: string
  readonly causation?: string
  readonly keyHash: string
  /** Where an imported fact comes from. Only the import says so, never a client. */
  readonly source?: Source
  /** The past is recorded as it was: what the rules would refuse is carried as deviations (CONTRACTS C3). Only the import says so. */
  readonly historical?: true
}

/** All that a rule may look at. */
export interface Situation<S = unknown, D = Given> {
  readonly domain: Domain
  readonly call: Call<D>
  readonly self: Entity<S>
  readonly world: World
  /** The edition that the entity has pinned, or pins with this command; throws for kinds without one. */
  readonly edition: Edition
  /** The programme of that edition; undefined for kinds without one, and before the editions that a command names are read. */
  readonly programme: string | undefined
  /** The published edition of a pin. */
  readonly editionOf: (pin: EditionRef) => Edition
  /** The workflow that the entity follows. */
  readonly workflow: Compiled
  readonly workflowOf: (entity: Entity) => Compiled
  /** The date of the log's clock in the area's zone. */
  readonly today: string
  /** The date, in the same zone, on which another system says that an imported record was entered there. */
  readonly claimedOn: string | undefined
  /** Whether an instant falls on a date in the area's zone. */
  readonly fallsOn: (instant: string, date: string) => boolean
  /** UUIDv8 of a child that the decision creates (CONTRACTS A5). */
  readonly childId: (parent: string, kind: string, number: number) => string
}

/** What a broken rule says: values for its sentence, positions of the facts it rests on. */
export interface Broken {
  readonly details?: Details
  readonly facts?: readonly number[]
  readonly errors?: readonly Place[]
  /** Broken, but those who sign may pass over it: it is noted and refuses nothing. */
  readonly waived?: boolean
}

/** The facts that entities rest on as they stand: the last one of each that has any, in log order. */
export const lastOf = (entities: readonly Pick<Entity, 'last'>[]): number[] =>
  inLogOrder(entities.flatMap(({ last }) => (last > 0 ? [last] : [])))

/** A named rule (DESIGN §4): a reason and the check that finds it broken. Rules about state alone also serve what-next. */
export interface Rule<S = unknown, D = Given> extends Reason {
  readonly about: 'state' | 'data'
  check(x: Situation<S, D>): Broken | undefined
}

interface RuleSpec<S, D> {
  readonly id: string
  readonly en: string
  readonly source: string
  readonly guard?: string
  readonly sort?: RefusalSort
  readonly metBy?: readonly string[]
  /** Returns what is broken; undefined or false when the rule holds, true when there is nothing to add. */
  readonly broken: (x: Situation<S, D>) => Broken | boolean | undefined
}

function build<S, D>(code: string, about: 'state' | 'data', spec: RuleSpec<S, D>): Rule<S, D> {
  return {
    code,
    about,
    sort: spec.sort ?? 'rule',
    source: spec.source,
    sentence: { id: spec.id, en: spec.en },
    ...(spec.guard === undefined ? {} : { guard: spec.guard }),
    ...(spec.metBy === undefined ? {} : { metBy: spec.metBy }),
    check(x) {
      const found = spec.broken(x)
      return found === true ? {} : found || undefined
    },
  }
}

/** A rule about the state of things: it needs no data of the command, so what-next can ask it beforehand. */
export const stateRule = <S>(code: string, spec: RuleSpec<S, Given>): Rule<S> => build(code, 'state', spec)

/** A rule about what the command says. */
export const dataRule = <S, D>(code: string, spec: RuleSpec<S, D>): Rule<S, D> => build(code, 'data', spec)

/** Whether an entity has stood at a stage that its edition marks so: rules name marks, editions name stages. */
export const reached = (x: Pick<Situation, 'workflowOf'>, entity: Entity, mark: string): boolean =>
  hasReached(entity, x.workflowOf(entity), mark)
