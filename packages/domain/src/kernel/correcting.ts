import { authoritiesOf, checkHouse, checkOffices, checkRecorder, keyOf, rolesOf } from './authority.ts'
import { timeProblems, type Trouble } from './checks.ts'
import { corrected, isCorrection, openProposals, targetOf, type How } from './corrections.ts'
import { correctionReasons as reasons } from './correction-reasons.ts'
import { deviationsOf, draftOf, notesOn, type Decision, type EventIds } from './decide.ts'
import type { Decider, Domain, Slice } from './decider.ts'
import { refsOf, type EventSpec } from './define.ts'
import type { Fact, Json, Recorded } from './event.ts'
import { misfitsOf } from './misfits.ts'
import { besideData } from './place.ts'
import { pointerOf } from './pointer.ts'
import { kernelReasons, refuse, type Refusal } from './refusal.ts'
import type { Situation } from './rule.ts'
import { differencesOf, findEarlier, textOf } from './same-again.ts'
import type { Edition } from './workflow.ts'

/** A correction that nothing stands against yet: what is to be done with which fact, and the data that stands instead. */
export interface Intended {
  readonly how: How
  /** As it was recorded. */
  readonly target: Recorded
  /** As it counts now. */
  readonly current: Recorded
  readonly replacement: Fact['data'] | undefined
  readonly proposal: Recorded | undefined
}

/** What is said of a correction before the facts after its target are looked at: decided, or open with what would be noted. */
export type Opening = { readonly decision: Decision } | { readonly intended: Intended; readonly edition: Edition | undefined }

const refused = (refusal: Refusal): Opening => ({ decision: { kind: 'refused', refusal } })

const isAbout = ({ fact: { subject } }: Recorded, { kind, id }: Situation['self']): boolean => subject.kind === kind && subject.id === id

/** All that was read under the tag of the entity, as it was recorded. */
const bearing = ({ world, self }: Situation): readonly Recorded[] => world.bearing(`${self.kind}:${self.id}`)

/** Own facts of the entity as they were recorded, corrected or not. */
const recordedOf = (x: Situation): Recorded[] => bearing(x).filter((recorded) => isAbout(recorded, x.self))

/** Whom an external role has enter facts for it: a bank corrects nothing here. */
const atHand = (domain: Domain, edition: Edition | undefined, roles: readonly string[]): string[] => [
  ...new Set(
    roles.flatMap((role) => {
      const rule = domain.role(role, edition)
      return rule?.external ? (rule.recordedBy ?? []) : [role]
    }),
  ),
]

/** Who sees to the order of a programme where its edition does not say. */
const overseers = ['KORKOT', 'PMU']

/**
 * Who may say that a fact is wrong: whoever may record it, or has; and who may confirm: these and those who may force a stage. The edition
 * may say otherwise under `corrections`.
 */
export function correctors(
  domain: Domain,
  slice: Slice,
  edition: Edition | undefined,
  target: Fact,
): { propose: string[]; confirm: string[] } {
  const workflow = domain.workflow(slice.kind, edition)
  const authorities = workflow ? authoritiesOf(workflow, keyOf(target.type, target.data)) : []
  const recording = atHand(domain, edition, [...rolesOf(authorities), target.actor.role])
  const { proposedBy, confirmedBy } = edition?.corrections ?? {}
  const over = edition && edition.force.roles.length > 0 ? edition.force.roles : overseers
  return { propose: proposedBy ?? recording, confirm: confirmedBy ?? [...new Set([...recording, ...over])] }
}

/** The fact that is meant, whatever has become of it; or why it cannot be corrected. */
function findTarget(x: Situation, { position, id }: { readonly position: number; readonly id: string }): Recorded | Refusal {
  const found = recordedOf(x).find((recorded) => recorded.position === position && recorded.fact.id === id)
  if (found === undefined) return refuse(reasons.targetUnknown, { fact: id, position, kind: x.self.kind })
  if (isCorrection(found.fact.type)) return refuse(reasons.ofCorrection, {}, [position])
  if (x.domain.specOf(found.fact.type)?.final) return refuse(reasons.final, { type: found.fact.type }, [position])
  return found
}

const isRefusal = (found: object): found is Refusal => 'reason' in found && 'code' in found

/** What proposing and confirming both ask of a correction as such. */
function standingProblem(x: Situation, how: How, target: Recorded): Refusal | undefined {
  const before = x.self.corrections.filter(({ fact }) => fact.corrects?.id === target.fact.id && fact.corrects.how !== 'replace')
  const last = before.at(-1)
  if (last && (how !== 'annul' || before.some(({ fact }) => fact.corrects?.how === 'annul')))
    return refuse(reasons.alreadyStruck, { how: last.fact.corrects?.how ?? '', by: last.position }, [last.position])
  if (how === 'reverse' && !x.domain.movesMoney(target.fact.type))
    return refuse(reasons.notMoney, { type: target.fact.type }, [target.position])
  if (how === 'reverse' && x.call.effectiveOn < target.fact.effectiveOn)
    return refuse(reasons.reversedTooEarly, { on: x.call.effectiveOn, before: target.fact.effectiveOn }, [target.position])
  return undefined
}

const unexplainedAt = besideData('reason', 'wajib ada: alasannya', 'required: why')

/** New data is given where it replaces the old, and nowhere else. */
function givenProblem(how: How, given: unknown): Refusal | undefined {
  if ((how === 'replace') === (given !== undefined)) return undefined
  const [reason, id, en] =
    given === undefined
      ? [reasons.replacementMissing, 'wajib ada: objek', 'required: an object']
      : [reasons.replacementSuperfluous, 'hilangkan', 'leave it out']
  return refuse(reason, { how }, [], [{ pointer: '/replacement', detail: { id, en } }])
}

type Data = Fact['data']

/** The new data as the type's schema reads it; or what is wrong with it. Identity and what it refers to stay. */
function replacementOf(spec: EventSpec, given: unknown, { fact, position }: Recorded): Data | Refusal {
  const parsed = spec.schema.safeParse(given)
  if (!parsed.success) {
    const english = misfitsOf(spec.schema, given, 'en')
    const places = misfitsOf(spec.schema, given, 'id').map(({ path, detail, code }, index) => ({
      pointer: pointerOf(['replacement', ...path]),
      detail: { id: detail, en: english[index]?.detail ?? detail },
      ...(code === undefined ? {} : { code }),
    }))
    return refuse(reasons.replacementMalformed, { type: spec.type }, [position], places)
  }
  const data = parsed.data as Data
  if (textOf(data) === textOf(fact.data)) return refuse(reasons.changesNothing, {}, [position])
  const fixed = [...new Set([...spec.identity, 'step', 'outcome', 'round'])]
  const changed = fixed.filter((field) => textOf(data[field] ?? null) !== textOf(fact.data[field] ?? null))
  const refs = (of: Json): string => textOf([...new Set(refsOf(spec.schema, of))].sort())
  const fields = [...changed, ...(refs(data) === refs(fact.data) ? [] : ['tags'])]
  return fields.length > 0 ? refuse(reasons.recordAnew, { fields: fields.join(', ') }, [position]) : data
}

/** The proposal or confirmation that is the same again, or stands in the way. */
function proposedBefore(decider: Decider, x: Situation, target: Recorded): Opening | undefined {
  const open = openProposals(x.self.corrections, x.self)
  const { type } = decider.command.records
  const declined = `${decider.command.kind}.CorrectionDeclined`
  const refusedOnes = new Set(x.self.corrections.filter(({ fact }) => fact.type === declined).map(({ fact }) => fact.data['proposed']))
  const last = recordedOf(x).findLast(({ fact }) => fact.type === type && targetOf(fact).id === target.fact.id && !refusedOnes.has(fact.id))
  if (last && differencesOf(decider.command.records, last.fact, x).length === 0)
    return { decision: { kind: 'same', position: last.position, keyHash: last.fact.commandKeyHash } }
  const other = open.find(({ fact }) => targetOf(fact).id === target.fact.id)
  return other && refused(refuse(reasons.stillOpen, { position: other.position }, [other.position]))
}

interface Said {
  readonly target: Recorded
  readonly how: How
  readonly given: unknown
  readonly proposal: Recorded | undefined
}

/** What the command is about: a fact, or a proposal and thereby a fact. */
function saidBy(decider: Decider, x: Situation): Said | Refusal {
  const { kind } = x.self
  if (decider.correction === 'propose') {
    const { target, how, replacement: given } = x.call.data as { target: { position: number; id: string }; how: How; replacement?: unknown }
    const found = findTarget(x, target)
    return isRefusal(found) ? found : { target: found, how, given, proposal: undefined }
  }
  const { proposed } = x.call.data as { proposed: string }
  const proposal = recordedOf(x).find(({ fact }) => fact.id === proposed && fact.type.endsWith('.CorrectionProposed'))
  if (!proposal) return refuse(reasons.proposalUnknown, { proposed, kind })
  const found = findTarget(x, targetOf(proposal.fact))
  if (isRefusal(found)) return found
  const { how, replacement: given } = proposal.fact.data as { how: How; replacement?: Json }
  return { target: found, how, given, proposal }
}

function authorityProblem(domain: Domain, slice: Slice, decider: Decider, x: Situation, edition: Edition | undefined, said: Said) {
  const { propose, confirm } = correctors(domain, slice, edition, said.target.fact)
  const { role, person } = x.call.actor
  const ownProposal = decider.correction === 'decline' && said.proposal?.fact.actor.person === person
  const allowed = decider.correction === 'propose' || ownProposal ? propose : confirm
  if (!allowed.includes(role))
    return refuse(kernelReasons.roleNotAllowed, { role, key: decider.command.records.type, allowed: allowed.join(', ') })
  return (
    checkRecorder(domain, edition, x.call.actor, x.call.recordedBy) ??
    checkOffices(domain, x, edition) ??
    checkHouse(domain, slice, x, edition)
  )
}

const personsOf = ({ actor, cosigners = [] }: Pick<Fact, 'actor' | 'cosigners'>): (string | undefined)[] => [
  actor.person,
  ...cosigners.map(({ person }) => person),
]

/** Two persons: on paper, and at the keyboard (CONTRACTS E4). */
export function dutyProblem(call: Pick<Situation['call'], 'actor' | 'cosigners' | 'recordedBy'>, proposal: Recorded): Refusal | undefined {
  const proposers = personsOf(proposal.fact)
  if (personsOf(call).some((person) => proposers.includes(person))) return refuse(reasons.sameActor, {}, [proposal.position])
  if (call.recordedBy.person === proposal.fact.recordedBy.person) return refuse(reasons.sameRecorder, {}, [proposal.position])
  return undefined
}

/** What only a proposal that exists is asked: whether it is still open, and whether another one decides it. */
function proposalProblem(decider: Decider, x: Situation, proposal: Recorded): Refusal | undefined {
  const decided = x.self.corrections.find(({ fact }) => fact.data['proposed'] === proposal.fact.id)
  if (decided) return refuse(reasons.notOpen, { by: decided.position }, [decided.position])
  return decider.correction === 'confirm' ? dutyProblem(x.call, proposal) : undefined
}

/**
 * Looks at a correction as far as it concerns the corrected fact alone, in the order of CONTRACTS E1: authority, same again, If-Match, then
 * the rules. What later facts say to it is asked afterwards, by whoever can read them.
 */
export function openCorrection(domain: Domain, slice: Slice, decider: Decider, x: Situation): Opening {
  if (x.self.last === 0) return { decision: { kind: 'unknown' } }
  const said = saidBy(decider, x)
  if (isRefusal(said)) return refused(said)
  const { target, how, given, proposal } = said
  const pin = x.self.edition ?? target.fact.edition
  const edition = pin && x.editionOf(pin)
  const unauthorised = authorityProblem(domain, slice, decider, x, edition, said)
  if (unauthorised) return refused(unauthorised)

  const earlier = decider.correction === 'propose' ? proposedBefore(decider, x, target) : repeated(decider, x)
  if (earlier) return earlier
  if (x.call.ifMatch === undefined) return refused(refuse(reasons.ifMatchMissing))
  if (x.call.ifMatch !== x.self.last) return { decision: { kind: 'stale', seen: x.call.ifMatch, last: x.self.last } }

  const [untimely] = timeProblems(decider, x, edition)
  if (untimely) return refused(untimely.refusal)
  if (decider.correction !== 'confirm' && x.call.reason === undefined) return refused(refuse(reasons.unexplained, {}, [], unexplainedAt))
  const undecidable = proposal && proposalProblem(decider, x, proposal)
  if (undecidable) return refused(undecidable)
  const current = corrected(bearing(x)).standing.find(({ fact }) => fact.id === target.fact.id) ?? target
  const bare = { how, target, current, replacement: undefined, proposal }
  if (decider.correction === 'decline') return { intended: bare, edition }

  const struck = standingProblem(x, how, target)
  if (struck) return refused(struck)
  const misgiven = givenProblem(how, given)
  if (misgiven) return refused(misgiven)
  const spec = domain.specOf(target.fact.type)
  if (how !== 'replace' || spec === undefined) return { intended: bare, edition }
  const replacement = replacementOf(spec, given, current)
  return isRefusal(replacement) ? refused(replacement) : { intended: { ...bare, replacement }, edition }
}

function repeated(decider: Decider, x: Situation): Opening | undefined {
  const earlier = findEarlier(decider, x)
  if (earlier.kind === 'same') return { decision: { kind: 'same', position: earlier.of.position, keyHash: earlier.of.fact.commandKeyHash } }
  return earlier.kind === 'differs' ? refused(earlier.refusal) : undefined
}

/** The fact of a correction: it moves nothing, and bears every tag of what it corrects, so that who reads one reads the other. */
export function correctionFact(
  decider: Decider,
  x: Situation,
  { how, target, replacement }: Intended,
  notes: readonly Trouble[],
  id: EventIds,
): Fact {
  const spec = decider.command.records
  const confirms = decider.correction === 'confirm'
  const data = { ...(x.call.data as Record<string, Json>), ...(confirms && replacement ? { replacement } : {}) }
  const refs = x.domain.specOf(target.fact.type)?.schema
  const tags = [...target.fact.tags, ...(refs && replacement ? refsOf(refs, replacement) : [])]
  const edition = x.self.edition ?? target.fact.edition
  const emission = { spec, subject: x.self, data, ...(edition ? { edition } : {}) }
  const fact = draftOf(x, emission, id(0), [], [...new Set(tags)].sort())
  if (confirms) fact.corrects = { position: target.position, id: target.fact.id, how }
  if (x.call.causation !== undefined) fact.causation = x.call.causation
  // A proposal breaks nothing yet.
  const deviations = deviationsOf(confirms ? notes : [], notesOn(x))
  if (deviations.length > 0) fact.deviations = deviations
  return fact
}
