import { randomBytes } from 'node:crypto'
import type { Context } from '@jejak/api'
import { canonicalBody, uuidV7 } from '@jejak/event-store'
import { median } from './measure.ts'
import { serve, type Served } from './serving.ts'

/** A step of a command's way, in milliseconds: median over commands sent one after the other. */
export interface Step {
  readonly step: string
  readonly ms: number
}

const names = [
  'token',
  'HTTP, body, schemas, fingerprint',
  'key, head and first reads: one statement',
  'further reads',
  'fold, rules, facts',
  'canonical text of the facts',
  'queue and append',
  'answer',
] as const
type Name = (typeof names)[number]

/** Moments of the command under way. */
interface Watch {
  readonly at: Map<string, number>
  readonly spent: Map<Name, number>
}

const now = (): number => performance.now()

/** Looks on from the parts that the service is given: none of it is changed. */
function watched(context: Context, watch: Watch): Context {
  const add = (name: Name, ms: number): void => void watch.spent.set(name, (watch.spent.get(name) ?? 0) + ms)
  return {
    ...context,
    identity: {
      ...context.identity,
      async authenticate(request) {
        const began = now()
        const caller = await context.identity.authenticate(request)
        add('token', now() - began)
        return caller
      },
    },
    reader: {
      edition: (pin) => context.reader.edition(pin),
      zoneOf: (area) => context.reader.zoneOf(area),
      async read(reads) {
        const began = now()
        const first = !watch.at.has('asked')
        if (first) watch.at.set('asked', began)
        const found = await context.reader.read(reads)
        add(first ? 'key, head and first reads: one statement' : 'further reads', now() - began)
        if (first) watch.at.set('answered', now())
        return found
      },
    },
    log: {
      ...context.log,
      async append(submission) {
        watch.at.set('decided', now())
        const began = now()
        for (const { facts } of submission.commands) for (const fact of facts) canonicalBody(fact)
        const canonical = now() - began
        const sent = now()
        const appended = await context.log.append(submission)
        // What was written out here is written out again inside: it is counted once.
        add('canonical text of the facts', canonical)
        add('queue and append', now() - sent - canonical)
        watch.at.set('appended', now())
        return appended
      },
    },
  }
}

async function oneCommand(served: Served, watch: Watch, count: number): Promise<ReadonlyMap<Name, number>> {
  const draft = served.drafts[count % served.drafts.length]
  if (!draft) throw new Error('nothing to send')
  const id = uuidV7(Date.now(), randomBytes(10))
  const body = JSON.stringify({ id, ...draft.body })
  watch.at.clear()
  watch.spent.clear()
  const began = now()
  const answer = await served.inject(id, body, draft.token)
  const ended = now()
  if (answer.statusCode !== 201) throw new Error(answer.payload)
  const spent = new Map(watch.spent)
  const at = (name: string): number => watch.at.get(name) ?? Number.NaN
  spent.set('HTTP, body, schemas, fingerprint', at('asked') - began - (spent.get('token') ?? 0))
  spent.set('fold, rules, facts', at('decided') - at('answered') - (spent.get('further reads') ?? 0))
  spent.set('answer', ended - at('appended'))
  return spent
}

/** Where the time of a command goes, step by step: drafts of proposals one after the other, without a network. */
export async function measureSteps(options: { readonly commands?: number } = {}): Promise<readonly Step[]> {
  const { commands = 500 } = options
  const watch: Watch = { at: new Map(), spent: new Map() }
  const served = await serve((context) => watched(context, watch))
  try {
    const seen: ReadonlyMap<Name, number>[] = []
    for (let count = 0; count < commands * 2; count += 1) {
      const spent = await oneCommand(served, watch, count)
      if (count >= commands) seen.push(spent)
    }
    return names.map((step) => ({ step, ms: median(seen.map((spent) => spent.get(step) ?? 0)) }))
  } finally {
    await served.close()
  }
}
