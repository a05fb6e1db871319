import type { z } from 'zod'
import type { EventSpec, Fields, GivenOf, Values } from './define.ts'
import type { EditionRef, EntityRef, Json } from './event.ts'
import type { Entity, Fold } from './entity.ts'
import type { Compiled } from './machine.ts'
import type { Rule, Situation } from './rule.ts'
import type { Edition, RoleRule } from './workflow.ts'
import type { Read } from './world.ts'

/** A command in the imperative: what a client asks to be recorded. Its data is the given part of the event it records. */
export interface CommandSpec<E extends EventSpec = EventSpec> {
  /** `tranche.Request`: also the operation id of its route. */
  readonly name: string
  readonly kind: string
  /** Last part of the route, kebab-case. */
  readonly verb: string
  readonly records: E
  /** Opens an entity that the client has named by a new UUIDv7. */
  readonly opens: boolean
  readonly example: z.input<E['data']>
}

/** Describes a command. */
export function command<E extends EventSpec>(
  name: string,
  records: E,
  spec: { opens?: boolean; example: z.input<E['data']> },
): CommandSpec<E> {
  const imperative = name.slice(name.indexOf('.') + 1)
  const verb = imperative.replace(/(?<=[a-z0-9])([A-Z])/g, '-$1').toLowerCase()
  return { name, kind: name.slice(0, name.indexOf('.')), verb, records, opens: spec.opens ?? false, example: spec.example }
}

/**
 * Where an entity is put whatever the order: forward by force, back into a stage that is reopened (G-14), or to the stages of another
 * edition.
 */
export type Placed =
  | { readonly to: string; readonly how: 'forced' | 'reopened' }
  | { readonly stages: Readonly<Record<string, string>>; readonly how: 'moved' }

/** An entity that a fact also moves, with the key that its workflow is asked for when it differs from the fact's. */
export interface Ask {
  readonly entity: Entity
  readonly key?: string
  /** The fact stands even where it is out of order for this entity; then it is not moved. */
  readonly optional?: boolean
  readonly placed?: Placed
  /** Its workflow says who may record the fact, where it names anybody; else that of the subject does. */
  readonly decides?: boolean
}

/** A further fact of the same decision, on another entity. */
export interface Emission {
  readonly spec: EventSpec
  readonly subject: Entity
  readonly data: Readonly<Record<string, Json>>
  readonly edition?: EditionRef | undefined
  readonly asks?: readonly Ask[]
  readonly placed?: Placed
  /** Direct parents of the entity that this fact opens. */
  readonly parents?: readonly Entity[]
}

/** A round of reading. */
export type Round<S, D> = { of(x: Situation<S, D>): readonly Read[] }['of']

/** A decision as a checklist: what it reads, which rules it asks in order, what it records (DESIGN §4). */
export interface Decider<S = unknown, E extends EventSpec = EventSpec> {
  readonly command: CommandSpec<E>
  /** It corrects facts of its kind; then nothing else here is asked (CONTRACTS E4). */
  readonly correction?: 'propose' | 'confirm' | 'decline'
  /** Rounds of reading after the subject; each is a function of what is folded so far. At most two more (CONTRACTS B3). */
  readonly reads: readonly Round<S, GivenOf<E>>[]
  readonly rules: readonly Rule<S, GivenOf<E>>[]
  /** The edition that an opening command pins. */
  pins?(this: void, x: Omit<Situation<S, GivenOf<E>>, 'edition' | 'workflow'>): EditionRef | undefined
  /** The last part of the key where it depends on sums; stored by `computed` under `outcome`. */
  outcome?(this: void, x: Situation<S, GivenOf<E>>): string | undefined
  computed?(this: void, x: Situation<S, GivenOf<E>>): Record<string, Json>
  /** Other entities that the fact moves or must be legal for. */
  asks?(this: void, x: Situation<S, GivenOf<E>>): readonly Ask[]
  /** Papers that it needs beyond those of the workflow. */
  papers?(this: void, x: Situation<S, GivenOf<E>>): readonly string[]
  /** Direct parents, pinned by this fact. */
  parents?(this: void, x: Situation<S, GivenOf<E>>): readonly Entity[]
  also?(this: void, x: Situation<S, GivenOf<E>>): readonly Emission[]
  /**
   * Ids of key tags that this fact takes, when it opens, or frees, e.g. one allocation per area, year, source and component (CONTRACTS
   * A6).
   */
  keys?(this: void, x: Situation<S, GivenOf<E>>): readonly string[]
  /** Where the subject is put whatever the order. */
  placed?(this: void, x: Situation<S, GivenOf<E>>): Placed
  /** Whether a step is open although the workflow allows it: an account to check, an instalment to prepare. */
  stepOpen?(this: void, x: Situation<S, GivenOf<E>>): boolean
}

/** Describes how a command is decided. */
export const decider = <S, E extends EventSpec>(
  command: CommandSpec<E>,
  spec: Partial<Omit<Decider<S, E>, 'command'>> = {},
): Decider<S, E> => ({ reads: [], rules: [], ...spec, command })

/** One kind of entity: its facts, its fold, its commands and, for kinds that pin no edition, its workflow. */
export interface Slice {
  readonly kind: string
  /** Path of its resource: `tranches`. */
  readonly plural: string
  readonly events: readonly EventSpec[]
  readonly fold: Fold<unknown>
  /** Further folds under its tag, each of a few types: what others judge it by without being disturbed by the rest. */
  readonly aspects: readonly Fold<unknown>[]
  readonly deciders: readonly Decider[]
  /** Whether its workflow stands in the edition: always, if the edition wants one, or never. */
  readonly edition: 'required' | 'optional' | 'none'
  /** Kinds whose workflow an edition must have come together with the others of their family: a grant, or loans. */
  readonly family: 'grant' | 'loans'
  /** Marks that its workflow must name, because rules refer to them. */
  readonly marks: readonly string[]
  /** The workflow of kinds without a pin (CONTRACTS B5). */
  readonly builtIn?: Compiled
  /** Entities whose tags its facts also bear, with their folds: read for every command. */
  readonly parentReads: (self: Entity) => readonly Read[]
  /** The parents among those read. */
  readonly parentsOf: (self: Entity, world: Situation['world']) => readonly Entity[]
  /** The one institution that a role acts for on this entity, where its parents name one: the receiving board, the proposing group. */
  readonly houses?: (self: Entity, world: Situation['world']) => ReadonlyMap<string, string>
  /** Who holds a key tag of this kind; see {@link Decider.keys}. */
  readonly keyFold?: Fold<KeyState>
}

/** The entity that holds a unique key, if any. */
export interface KeyState {
  readonly holder: string | undefined
}

/** Whether somebody holds an office of an institution on a date, judged from its facts (CONTRACTS E3). */
export interface Offices {
  read(institution: string): Read
  holds(world: Situation['world'], institution: string, person: string, role: string, on: string): boolean
}

/** All slices together, and the workflows of an edition. */
export interface Domain {
  readonly slices: ReadonlyMap<string, Slice>
  slice(kind: string): Slice
  specOf(type: string): EventSpec | undefined
  /** The decider whose command records a type; none for facts that only come with others. */
  deciderOf(type: string): Decider | undefined
  /** Whether facts of a type move money. */
  movesMoney(type: string): boolean
  readonly offices: Offices
  /** The workflow of a kind: the edition's, else the built-in one. Undefined when neither has one. */
  workflow(kind: string, edition: Edition | undefined): Compiled | undefined
  /** What is known of a role: the edition's word, else the common one. */
  role(code: string, edition: Edition | undefined): RoleRule | undefined
}

/** Data of a command, typed by its schema. */
export type DataOfCommand<C> = C extends CommandSpec<infer E> ? GivenOf<E> : never
export type { EntityRef, Fields, Values }
