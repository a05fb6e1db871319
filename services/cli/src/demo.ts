import { commands } from '@jejak/domain'
import { demonstration, fileOf, routeOf, type Paper, type ScenarioRequest } from '@jejak/demo'
import type { Service, TokenFor } from '@jejak/api'
import { CommandFailed } from './failure.ts'

const typeOf = ({ command }: ScenarioRequest): string | undefined => commands.get(command)?.command.records.type

/** Refusals that tell of a log begun by an earlier release, and used since: nothing is put into its past. */
const goneOn: ReadonlySet<string> = new Set(['clock-runs-backwards', 'key-reused'])

const atOnce = 8

/** Hands in the files of papers, some at once, since each is on the disk before it is answered. */
async function handIn(service: Service, papers: readonly Paper[], token: string, end: AbortSignal): Promise<void> {
  const waiting = papers.values()
  const hand = async (): Promise<void> => {
    for (const paper of waiting) {
      if (end.aborted) return
      const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en' }
      const answer = await service.app.inject({ method: 'POST', url: '/v1/evidence', headers, payload: fileOf(paper) })
      if (answer.statusCode >= 300) throw new CommandFailed(`the file of ${paper.docType} was refused: ${answer.payload}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, hand))
}

/**
 * Loads the demonstration through the same routes and rules as any client, in the order of its recorded times. What is there already is
 * answered as before, so that an interrupted load goes on where it stopped; a finished one is seen by its last fact and skipped.
 */
export async function loadDemo(
  service: Service,
  tokenFor: (holder: TokenFor) => Promise<string>,
  say: (line: string) => void,
  end: AbortSignal,
): Promise<void> {
  const requests = demonstration()
  const last = requests.at(-1)
  if (!last) return
  const { facts } = await service.context.log.read([{ tag: `${last.subject.kind}:${last.subject.id}` }])
  if (facts.some(({ fact }) => fact.type === typeOf(last) && fact.effectiveOn === last.body.effectiveOn)) return
  say(`demonstration: Prabumulih Pasar II, ${requests.length} requests through the API`)
  const papers = requests.flatMap((request) => request.papers ?? [])
  await handIn(service, papers, await tokenFor({ ...last.recorder, roles: [last.recorder.role] }), end)
  say(`demonstration: the files of ${papers.length} papers`)
  const tokens = new Map<string, string>()
  for (const [index, request] of requests.entries()) {
    if (end.aborted) return
    const { recorder } = request
    const name = `${recorder.person} ${recorder.role} ${recorder.institution ?? ''}`
    const token = tokens.get(name) ?? (await tokenFor({ ...recorder, roles: [recorder.role, 'simulator'], region: '' }))
    tokens.set(name, token)
    const { url, opens } = routeOf(request)
    const answer = await service.app.inject({
      method: 'POST',
      url,
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': `"demo-${request.command}-${index}"`,
        'jejak-recorded-at': request.recordedAt,
        'accept-language': 'en',
      },
      payload: { ...(opens ? { id: request.subject.id } : {}), ...request.body },
    })
    if (answer.statusCode >= 300) {
      const { code } = answer.json<{ code?: string }>()
      if (code !== undefined && goneOn.has(code)) {
        say(`demonstration: this log has gone on since an earlier one (${code}); it stays as it is. A new JEJAK_DATA shows the whole`)
        return
      }
      throw new CommandFailed(`the demonstration was refused at line ${request.seq}, ${request.command}: ${answer.payload}`)
    }
    if ((index + 1) % 100 === 0 || index + 1 === requests.length) say(`demonstration: ${index + 1} of ${requests.length}`)
  }
}
