import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { commands, domain, type CommandSpec } from '@jejak/domain'
import { issueToken } from '@jejak/api'
import { uuidV7 } from '@jejak/event-store'
import { settingsHere } from './checkout.ts'
import { CommandFailed, NotConnected } from './failure.ts'
import { demoHolder, demoRoles, systemHolder } from './people.ts'
import type { Register } from './program.ts'
import { addressOf, ask, isKindAndId, routeTo } from './asking.ts'
import { readSecrets } from './secrets.ts'
import { checkForms } from './token.ts'

interface Options {
  readonly role: string
  readonly by?: string
  readonly person?: string
  readonly institution?: string
  readonly kind?: string
  readonly data: string
  readonly on?: string
  readonly paper: readonly string[]
  readonly cosigner: readonly string[]
  readonly reason?: string
  readonly key?: string
  readonly ifMatch?: string
  readonly url?: string
  readonly dryRun?: boolean
  readonly english?: boolean
  readonly json?: boolean
}

interface Answer {
  readonly subject: { readonly kind: string; readonly id: string }
  readonly repeated: boolean
  readonly position: number
  readonly stages: Readonly<Record<string, string>>
  readonly facts: readonly { readonly type: string; readonly deviations?: readonly { readonly rule: string }[] }[]
}

interface Problem {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail?: string
  readonly errors?: readonly { readonly pointer?: string; readonly parameter?: string; readonly detail: string }[]
}

/** Who decides, signs or records: somebody of the demonstration, a person given by id, or an external role that no person holds. */
interface Party {
  readonly role: string
  readonly person?: string
  readonly institution?: string
  readonly region?: string
}

function holderOf(role: string): Party {
  const holder = role === systemHolder.role ? systemHolder : demoHolder(role)
  if (!holder) {
    const held = demoRoles().map((each) => each.role)
    const own = 'for a role of your own edition say who records it, --by <role> --person <id>'
    throw new CommandFailed(`nobody holds ${role} in the demonstration: ${own}; those held: ${held.join(', ')}`, 2)
  }
  return holder
}

/** The actor, the cosigners and the recorder. With `--by` or `--person`, roles that nobody holds act without a person. */
function partiesOf({ role, by, person, institution, cosigner }: Options): { actor: Party; cosigners: readonly Party[]; recorder: Party } {
  if (person === undefined && (by === undefined || demoHolder(by))) {
    const actorOf = (name: string): Party => (by === undefined ? holderOf(name) : (demoHolder(name) ?? { role: name }))
    const actor = actorOf(role)
    return { actor, cosigners: cosigner.map(actorOf), recorder: by === undefined ? actor : holderOf(by) }
  }
  if (person === undefined) throw new CommandFailed(`nobody holds ${by ?? role} in the demonstration: give --person <id>`, 2)
  checkForms({ role: by ?? role, person, institution })
  const recorder = { role: by ?? role, person, ...(institution ? { institution } : {}) }
  const actorOf = (name: string): Party => (name === recorder.role ? recorder : (demoHolder(name) ?? { role: name }))
  return { actor: actorOf(role), cosigners: cosigner.map(actorOf), recorder }
}

const partyOf = ({ person, role, institution }: Party) => ({
  role,
  ...(person ? { person } : {}),
  ...(institution ? { institution } : {}),
})

async function paperOf(text: string): Promise<{ docType: string; sha256: string }> {
  const [docType = '', file] = text.split('=')
  if (!file) throw new CommandFailed(`--paper ${text}: write kind=file, e.g. gambar=denah.pdf`, 2)
  const bytes = await readFile(file).catch(() => {
    throw new CommandFailed(`cannot read the paper ${file}`, 2)
  })
  return { docType, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** A kind of one's own stands in the path: the words of `case.Open` and `case.RecordStep` are said of `--kind` or of the entity. */
function routeOfCase(command: CommandSpec, entity: string | undefined, kind: string | undefined): { route: string; id: string } {
  if (command.opens && kind === undefined && entity === undefined)
    throw new CommandFailed(`${command.name} needs the kind of the case: --kind, e.g. --kind house-repair`, 2)
  if (!command.opens && entity === undefined) throw new CommandFailed(`${command.name} needs the case it is about: kind:id`, 2)
  const [named, id] = entity === undefined ? [kind, uuidV7(Date.now(), randomBytes(10))] : isKindAndId(entity)
  if (command.opens) return { route: `/v1/cases/${named}`, id }
  return { route: `/v1/cases/${named}/${id}/${command.verb === 'record-step' ? 'steps' : command.verb}`, id }
}

/** The route of a command, and the id of the entity: a new one where the command opens it. */
function routeOf(command: CommandSpec, entity: string | undefined, ownKind: string | undefined): { route: string; id: string } {
  if (command.kind === 'case') return routeOfCase(command, entity, ownKind)
  const { plural } = domain.slice(command.kind)
  if (command.opens) {
    const id = entity === undefined ? uuidV7(Date.now(), randomBytes(10)) : isKindAndId(entity)[1]
    return { route: `/v1/${plural}`, id }
  }
  if (entity === undefined) throw new CommandFailed(`${command.name} needs the entity it is about: ${command.kind}:id`, 2)
  const [kind, id] = isKindAndId(entity)
  if (kind !== command.kind) throw new CommandFailed(`${command.name} is about a ${command.kind}, not a ${kind}`, 2)
  return { route: `/v1/${plural}/${id}/${command.verb}`, id }
}

/** What a command says: JSON, or `@file` that holds it. */
async function parseData(given: string): Promise<unknown> {
  const text = given.startsWith('@')
    ? await readFile(given.slice(1), 'utf8').catch(() => {
        throw new CommandFailed(`--data ${given}: the file cannot be read`, 2)
      })
    : given
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CommandFailed(`--data is not JSON: ${error instanceof Error ? error.message : String(error)}`, 2)
  }
}

/** What to do about a version that was not named, or has passed. */
const lookAgain: Readonly<Record<string, string>> = {
  'if-match-missing': 'look at it first',
  'stale-version': 'look at it again',
}

function sentence(problem: Problem, entity: string | undefined): string {
  const places = (problem.errors ?? []).map(({ pointer, parameter, detail }) => `\n  ${pointer ?? parameter ?? ''} ${detail}`).join('')
  const look = lookAgain[problem.code]
  const next = look === undefined ? '' : `\n${look}: jejak replay ${entity} ends with the position at which it is known; then --if-match N`
  return `${problem.status} ${problem.code}: ${problem.title}. ${problem.detail ?? ''}${places}${next}`
}

/**
 * Where to ask for what was seen: the entity as it was known when the log ended at that position, whose ETag If-Match then names; of an
 * ETag, the same again. So the position that `replay` ends with will do, and a fact recorded since is seen to be newer.
 */
function seenAt(given: string | undefined, entity: string | undefined): string | undefined {
  if (given === undefined) return undefined
  const position = /^"?(\d{1,15})"?$/.exec(given)?.[1]
  if (position === undefined) throw new CommandFailed(`--if-match ${given}: an ETag, or the position that replay ends with, e.g. 142`, 2)
  if (entity === undefined) throw new CommandFailed('--if-match needs the entity that you saw: kind:id', 2)
  return `${routeTo(...isKindAndId(entity))}?asOf=${position}`
}

function told({ subject, repeated, position, stages, facts }: Answer): string {
  const stage = Object.values(stages).join(' + ')
  const what = facts.map((fact) => fact.type).join(', ')
  const noted = facts.flatMap((fact) => fact.deviations ?? []).map((deviation) => deviation.rule)
  const lines = [
    `${repeated ? 'recorded before' : 'recorded'}: ${what} at position ${position}`,
    `${subject.kind}:${subject.id}${stage ? ` stands at ${stage}` : ''}`,
  ]
  return [...lines, ...(noted.length > 0 ? [`noted: ${noted.join(', ')}`] : [])].join('\n')
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

/** `jejak send`: one command to the API as somebody of the demonstration; for machines without another HTTP client. */
export const registerSend: Register = (program, terminal, done) => {
  program
    .command('send')
    .description('send one command to the API, as who holds a role in the demonstration')
    .argument('<command>', 'e.g. proposal.Submit; /docs lists them')
    .argument('[entity]', 'kind:id of the entity it is about; a new one is made for a command that opens one')
    .requiredOption('--role <role>', 'role that decides and records, e.g. KSM, or one person of it, e.g. KSM-B1')
    .option('--by <role>', 'role that records it, where another than --role does (recordedBy of an external role)')
    .option('--person <id>', 'who records, for a role that nobody holds in the demonstration')
    .option('--institution <id>', 'institution of that person')
    .option('--kind <kind>', 'kind of a new case, for case.Open')
    .option('--data <json>', 'what the command says: JSON, or @file', '{}')
    .option('--on <date>', 'date on the paper; today by default')
    .option('--paper <kind=file>', 'a paper, by its kind and its file; may be repeated', collect, [])
    .option('--cosigner <role>', 'who signs with it; may be repeated', collect, [])
    .option('--reason <text>', 'needed where the rules ask for one')
    .option('--key <text>', 'idempotency key; a new one by default')
    .option('--if-match <position>', 'what you saw: the position that replay ends with, or an ETag; needed to correct a fact')
    .option('--dry-run', 'decide and say, store nothing')
    .option('--english', 'answers in English')
    .option('--url <address>', 'address of the API')
    .option('--json', 'the answer as JSON')
    .action(async (name: string, entity: string | undefined, options: Options) => {
      const entry = commands.get(name)
      if (!entry) throw new CommandFailed(`no command ${name}; /docs lists them`, 2)
      const { actor, cosigners, recorder } = partiesOf(options)
      const { person = '', role, institution, region = '' } = recorder
      const bearer = { person, roles: [role], region, ...(institution ? { institution } : {}) }
      const { route, id } = routeOf(entry.command, entity, options.kind)
      const seen = seenAt(options.ifMatch, entity)
      const body = {
        ...(entry.command.opens ? { id } : {}),
        effectiveOn: options.on ?? Temporal.Now.plainDateISO('Asia/Jakarta').toString(),
        actor: partyOf(actor),
        ...(options.cosigner.length > 0 ? { cosigners: cosigners.map(partyOf) } : {}),
        evidence: await Promise.all(options.paper.map(paperOf)),
        ...(options.reason ? { reason: options.reason } : {}),
        data: await parseData(options.data),
      }
      const base = await addressOf(options)
      const { issuerKey } = await readSecrets(settingsHere().dataDir)
      const token = await issueToken(issuerKey, bearer)
      const etag = seen === undefined ? undefined : (await ask<{ readonly etag: string }>(base, seen, token)).etag
      const response = await fetch(`${base}${route}${options.dryRun ? '?dryRun=true' : ''}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `"${options.key ?? randomUUID()}"`,
          'accept-language': options.english ? 'en' : 'id',
          ...(etag === undefined ? {} : { 'if-match': etag }),
        },
        body: JSON.stringify(body),
      }).catch(() => {
        throw new NotConnected(`nothing answers at ${base}: is Jejak started? (--url names another address)`)
      })
      const answer: unknown = await response.json().catch(() => {
        throw new NotConnected(`what answers at ${base} is not Jejak (--url names another address)`)
      })
      if (!response.ok) {
        done(1)
        terminal.out(options.json ? JSON.stringify(answer) : sentence(answer as Problem, entity))
        return
      }
      terminal.out(options.json || options.dryRun ? JSON.stringify(answer) : told(answer as Answer))
    })
}
