import { readFile } from 'node:fs/promises'
import { issueToken } from '@jejak/api'
import { domain } from '@jejak/domain'
import { settingsHere } from './checkout.ts'
import { CommandFailed, NotConnected } from './failure.ts'
import { demoHolders } from './people.ts'
import { haveSecrets, readSecrets } from './secrets.ts'
import { addressFile } from './start.ts'

/** The address to ask: as said, else of the last start, else the default. */
export async function addressOf(options: { readonly url?: string }): Promise<string> {
  const { dataDir, JEJAK_PORT } = settingsHere()
  if (options.url) return options.url.replace(/\/$/, '')
  const file = addressFile(dataDir)
  return file ? (await readFile(file, 'utf8')).trim() : `http://127.0.0.1:${JEJAK_PORT}`
}

/** A token: as said, else one of the auditor of the demonstration. */
export async function tokenHere(elsewhere: boolean): Promise<string> {
  const given = process.env['JEJAK_TOKEN']
  if (given) return given
  const { dataDir } = settingsHere()
  if (!elsewhere && !haveSecrets(dataDir)) throw new NotConnected(`nothing was ever started in ${dataDir}: run start first`)
  const { issuerKey } = await readSecrets(dataDir)
  const auditor = demoHolders().find((holder) => holder.role === 'AUDITOR')
  if (!auditor) throw new CommandFailed('set JEJAK_TOKEN', 2)
  return issueToken(issuerKey, auditor)
}

interface Refused {
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: readonly { readonly pointer?: string; readonly parameter?: string; readonly detail: string }[]
}

function sentenceOf(status: number, { code, title, detail, errors = [] }: Partial<Refused>): string {
  const said = [title, detail].filter((part) => part !== undefined && part !== '').map((part) => part?.replace(/\.$/, ''))
  return [
    `${code ?? status}: ${said.join('. ')}`,
    ...errors.map((each) => `  ${each.parameter ?? each.pointer ?? ''} ${each.detail}`),
  ].join('\n')
}

/** A problem of the API as the failure of a command, in its own words: wrong use where the request was malformed. */
export const refusedBy = (status: number, problem: object): CommandFailed =>
  new CommandFailed(sentenceOf(status, problem), status === 400 ? 2 : 1)

/** Asks the API, with a body where the question is a long one; a problem becomes the command's failure, in its own words. */
export async function ask<T>(base: string, route: string, token: string, body?: unknown): Promise<T> {
  const response = await fetch(`${base}${route}`, {
    headers: {
      authorization: `Bearer ${token}`,
      'accept-language': 'en',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  }).catch(() => {
    throw new NotConnected(`nothing answers at ${base}: is Jejak started? (--url names another address)`)
  })
  const answer = (await response.json().catch(() => {
    throw new NotConnected(`what answers at ${base} is not Jejak (--url names another address)`)
  })) as T & Partial<Refused>
  if (!response.ok) throw refusedBy(response.status, answer)
  return answer
}

/** The two parts of `kind:id`. */
export const isKindAndId = (text: string): readonly [string, string] => {
  const found = /^([a-z][a-zA-Z-]*)[:/](\S+)$/.exec(text)
  if (!found?.[1] || !found[2]) throw new CommandFailed(`${text} is no entity: write kind:id, e.g. tranche:0b7f…`, 2)
  return [found[1], found[2]]
}

/** Where the API tells of an entity; a kind that no slice knows is that of a case. */
export const routeTo = (kind: string, id: string): string => `/v1/${domain.slices.get(kind)?.plural ?? `cases/${kind}`}/${id}`
