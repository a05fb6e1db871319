import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { commands, dateIn, domain, eventTypes, sentenceOf, type Call, type Decided, type Fact } from '@jejak/domain'
import { canonicalJson } from '@jejak/event-store'
import type { Party } from '@jejak/demo'
import { catalogue, meetDeviation, meetRefusal, meetStages } from './codes.ts'
import { expectConserved } from './conservation.ts'
import { memoryLog, type Asked, type MemoryLog } from './memory.ts'

/** A command that a test asks for; what it does not say has defaults. */
export interface Wish {
  readonly command: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly actor: Call['actor']
  readonly data?: object
  /** Effective date; by default the day on which the log's clock stands, or `earliest` if that is later. */
  readonly on?: string
  readonly earliest?: string
  readonly at?: string
  readonly cosigners?: readonly Party[]
  /** Kinds of paper attached, beside `evidence`. */
  readonly papers?: readonly string[]
  readonly evidence?: Call['evidence']
  readonly reason?: string
  readonly lateReason?: string
  readonly ifMatch?: number
  readonly recorder?: Call['recordedBy']
  readonly recordedAt?: string
  readonly key?: string
}

/** A log to start from; each call opens a copy of its own. */
export type State = () => Promise<MemoryLog>
export type Step = State | Wish | Later | readonly (Wish | Later)[]

/** A wish that is known only when the log before it is: what it corrects has a position. */
export interface Later {
  of(log: MemoryLog): Wish
}

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
const noon = (date: string): string => `${date}T12:00:00+07:00`
const later = (a: string, b: string): string => (a > b ? a : b)

/** The day on which the clock of a log stands. */
export const todayOf = (log: MemoryLog): string => dateIn('Asia/Jakarta', Number((log.facts.at(-1)?.recordedAt ?? 0n) / 1000n))

/** A wish with its defaults filled in from the log. */
export function askedOf(log: MemoryLog, wish: Wish): Asked {
  const today = todayOf(log)
  const effectiveOn = wish.on ?? later(wish.earliest ?? '', today)
  // As a client would send it: what is undefined is not there.
  const data = JSON.parse(JSON.stringify(wish.data ?? {})) as object
  const papers = (wish.papers ?? []).map((docType) => ({ docType, sha256: digest(`${docType} ${JSON.stringify(data)}`) }))
  return {
    command: wish.command,
    subject: wish.subject,
    body: {
      effectiveOn,
      actor: wish.actor,
      data,
      evidence: [...(wish.evidence ?? []), ...papers],
      ...(wish.at === undefined ? {} : { effectiveAt: wish.at }),
      ...(wish.cosigners === undefined ? {} : { cosigners: wish.cosigners }),
      ...(wish.reason === undefined ? {} : { reason: wish.reason }),
      ...(wish.lateReason === undefined ? {} : { lateReason: wish.lateReason }),
      ...(wish.ifMatch === undefined ? {} : { ifMatch: wish.ifMatch }),
    },
    recordedAt: wish.recordedAt ?? noon(later(effectiveOn, today)),
    ...(wish.recorder === undefined ? {} : { recorder: wish.recorder }),
    ...(wish.key === undefined ? {} : { key: wish.key }),
  }
}

/** One word for what a decision came to: the code of a refusal, else its kind. */
export const outcomeOf = ({ decision }: Decided): string => (decision.kind === 'refused' ? decision.refusal.code : decision.kind)

/** The facts of an accepted decision; fails on any other. */
export function factsOf({ decision }: Decided): readonly Fact[] {
  if (decision.kind !== 'accepted') throw new Error(decision.kind === 'refused' ? `refused: ${decision.refusal.code}` : decision.kind)
  return decision.facts
}

/** What holds for every fact whatever the command: its shape, its tags, its way through JSON. */
export function checkFact(fact: Fact): void {
  expect(eventTypes.get(fact.type)?.schema.parse(fact.data)).toEqual(fact.data)
  expect([...new Set(fact.tags)].toSorted()).toEqual(fact.tags)
  expect(fact.tags).toContain(`${fact.subject.kind}:${fact.subject.id}`)
  expect(JSON.parse(canonicalJson(fact as never))).toEqual(JSON.parse(JSON.stringify(fact)))
  expect(JSON.parse(JSON.stringify(fact))).toEqual(fact)
  for (const move of fact.moves) expect(fact.tags).toContain(`${move.kind}:${move.id}`)
}

/** Every sentence is complete in both languages. */
/** A broken rule about what stands names the facts that it stands on; only what opens an entity may rest on none. */
function checkGrounds(command: string, code: string, facts: readonly number[]): void {
  const decider = commands.get(command)?.decider
  const rule = decider?.rules.find((each) => each.code === code)
  if (rule?.sort === 'rule' && !decider?.command.opens) expect([code, facts.length > 0]).toEqual([code, true])
}

function checkSentences(command: string, decided: Decided): void {
  const complete = (code: string, details: Readonly<Record<string, string | number>>): void => {
    const reason = catalogue.get(code)
    if (reason)
      for (const language of ['id', 'en'] as const) expect(sentenceOf(reason, details, language)).not.toMatch(/…|\{|undefined|NaN/)
  }
  const { decision } = decided
  if (decision.kind === 'refused') {
    meetRefusal(command, decision.refusal)
    complete(decision.refusal.code, decision.refusal.details)
    checkGrounds(command, decision.refusal.code, decision.refusal.facts)
  }
  if (decision.kind !== 'accepted') return
  meetStages(decision.facts)
  for (const fact of decision.facts) {
    checkFact(fact)
    for (const deviation of fact.deviations ?? []) {
      meetDeviation(command, deviation)
      checkGrounds(command, deviation.rule, deviation['facts'] as readonly number[])
      complete(deviation.rule, { id: fact.subject.id, ...(deviation as unknown as Record<string, string>) })
    }
  }
}

/** Asks a log and checks what holds for every answer. */
export async function ask(log: MemoryLog, wish: Wish): Promise<Decided> {
  const before = log.facts.length
  const decided = await log.ask(askedOf(log, wish))
  checkSentences(wish.command, decided)
  const added = decided.decision.kind === 'accepted' ? decided.decision.facts.length : 0
  expect(log.facts.length).toBe(before + added)
  return decided
}

/** A wish as it is on a log. */
export const wishOn = (log: MemoryLog, wish: Wish | Later): Wish => ('of' in wish ? wish.of(log) : wish)

/** Plays wishes that must be accepted. */
export async function play(log: MemoryLog, ...wishes: readonly (Wish | Later)[]): Promise<MemoryLog> {
  for (const each of wishes) {
    const wish = wishOn(log, each)
    const decided = await ask(log, wish)
    const why = decided.decision.kind === 'refused' ? JSON.stringify(decided.decision.refusal.details) : ''
    expect(`${wish.command} ${outcomeOf(decided)} ${why}`.trim()).toBe(`${wish.command} accepted`)
  }
  return log
}

/** The main stage of an entity. */
export const stageOf = (log: MemoryLog, { kind, id }: Wish['subject']): string | undefined =>
  log.fold(domain.slice(kind).fold, id).stages['']

async function openedBy(steps: readonly Step[]): Promise<MemoryLog> {
  let log: MemoryLog | undefined
  for (const step of steps)
    if (typeof step === 'function') log = await step()
    else log = await play(log ?? memoryLog(), ...('command' in step || 'of' in step ? [step] : step))
  return log ?? memoryLog()
}

export interface Outcome {
  /** Refused with this code, and these details if given. */
  thenRefused(code: string, details?: Readonly<Record<string, string | number>>): Promise<void>
  /** Refused with this code, and these others besides; none where none are named. */
  thenRefusedWith(code: string, ...also: string[]): Promise<void>
  /** Refused with this code at these places of the data. */
  thenRefusedAt(code: string, ...pointers: string[]): Promise<void>
  /** Recorded without any deviation; the subject stands at `stage` if given. */
  thenAccepted(stage?: string): Promise<readonly Fact[]>
  /** Recorded with exactly this deviation among others allowed; the subject stands at `stage` if given. */
  thenNoted(code: string, stage?: string): Promise<readonly Fact[]>
  /** The same again: nothing recorded. */
  thenSame(): Promise<void>
  /** Not even decided: the schema refuses the data at these places. */
  thenMalformed(...pointers: string[]): Promise<void>
  /** Any other outcome, by its word: `stale`, `unknown`. */
  thenIs(word: string): Promise<void>
}

/** given … when … then: one readable line per rule. */
export function given(...steps: readonly Step[]): { readonly state: State; when(wish: Wish | Later): Outcome } {
  const state: State = () => openedBy(steps)
  const decided = async (each: Wish | Later) => {
    const log = await state()
    const wish = wishOn(log, each)
    if (!commands.has(wish.command)) throw new Error(`no command ${wish.command}`)
    const answer = await ask(log, wish)
    if (answer.decision.kind === 'accepted') expectConserved(log)
    return { log, wish, answer }
  }
  const accepted = async (each: Wish | Later, stage: string | undefined, judge: (rules: string[]) => void): Promise<readonly Fact[]> => {
    const { log, wish, answer } = await decided(each)
    expect(outcomeOf(answer)).toBe('accepted')
    const facts = factsOf(answer)
    judge((facts[0]?.deviations ?? []).map((deviation) => deviation.rule))
    if (stage !== undefined) expect(stageOf(log, wish.subject)).toBe(stage)
    return facts
  }
  return {
    state,
    when: (wish) => {
      if ('command' in wish && !commands.has(wish.command)) throw new Error(`no command ${wish.command}`)
      return {
        async thenRefused(code, details) {
          const { answer } = await decided(wish)
          expect(outcomeOf(answer)).toBe(code)
          if (details && answer.decision.kind === 'refused') expect(answer.decision.refusal.details).toMatchObject(details)
        },
        async thenRefusedWith(code, ...also) {
          const { answer } = await decided(wish)
          expect(outcomeOf(answer)).toBe(code)
          if (answer.decision.kind === 'refused') expect((answer.decision.refusal.also ?? []).map((other) => other.code)).toEqual(also)
        },
        async thenRefusedAt(code, ...pointers) {
          const { answer } = await decided(wish)
          expect(outcomeOf(answer)).toBe(code)
          if (answer.decision.kind === 'refused') expect(answer.decision.refusal.errors?.map(({ pointer }) => pointer)).toEqual(pointers)
        },
        thenAccepted: (stage) => accepted(wish, stage, (rules) => expect(rules).toEqual([])),
        thenNoted: (code, stage) => accepted(wish, stage, (rules) => expect(rules).toContain(code)),
        async thenSame() {
          expect(outcomeOf((await decided(wish)).answer)).toBe('same')
        },
        async thenMalformed(...pointers) {
          const log = await state()
          const asked = wishOn(log, wish)
          const parsed = commands.get(asked.command)?.command.records.data.safeParse(asked.data ?? {})
          expect((parsed?.error?.issues ?? []).map((issue) => `/${issue.path.join('/')}`)).toEqual(pointers)
          await expect(log.ask(askedOf(log, asked))).rejects.toThrow()
        },
        async thenIs(word) {
          expect(outcomeOf((await decided(wish)).answer)).toBe(word)
        },
      }
    },
  }
}
