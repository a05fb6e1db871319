import { labelId } from '@jejak/demo'
import type { Service } from '@jejak/api'
import type { StartSettings } from './checkout.ts'

interface Started {
  readonly service: Service
  readonly port: number
  readonly settings: StartSettings
  readonly tokens: readonly { readonly role: string; readonly token: string }[]
  readonly seconds: number
}

const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll(`'`, String.raw`'\''`)}'`)

/** Three commands that run as they stand; one that asks this start's data folder names it where it is not the usual one. */
function tryNext(base: string, settings: StartSettings): readonly string[] {
  const jejak = 'npx -y pnpm@12.21.0 jejak'
  const here = `${settings.JEJAK_DATA === '.jejak' ? '' : `JEJAK_DATA=${quoted(settings.JEJAK_DATA)} `}${jejak}`
  const explain = `${jejak} explain progress-below-threshold`
  if (settings.JEJAK_DEMO === '0') {
    const token = settings.JEJAK_OIDC_ISSUER ? '$JEJAK_TOKEN' : `$(${here} token --role system)`
    return [`curl -s -H "Authorization: Bearer ${token}" ${base}/v1/me`, `${jejak} edition check KOTAKU-2018`, explain]
  }
  const token = settings.JEJAK_OIDC_ISSUER ? '$JEJAK_TOKEN' : `$(${here} token --role AUDITOR)`
  return [
    `${here} replay tranche:${labelId('ALK-2018-T2')} --as-of 2018-10-10`,
    `curl -s -H "Authorization: Bearer ${token}" ${base}/v1/allocations/${labelId('ALK-2018')}/fund-trail`,
    explain,
  ]
}

/** What start prints when everything is up: addresses, a token a role, and what to try next. */
export async function signsOfLife({ service, port, settings, tokens, seconds }: Started): Promise<string> {
  const base = `http://127.0.0.1:${port}`
  const [head, protections] = await Promise.all([service.context.log.head(), service.context.protections()])
  const missing = protections.filter((protection) => !protection.present).map((protection) => protection.name)
  const width = Math.max(...tokens.map(({ role }) => role.length))
  const owned = settings.DATABASE_URL === undefined ? 'Ctrl-C stops the service and the database.' : 'Ctrl-C stops the service.'
  return [
    '',
    `Jejak is up after ${seconds.toFixed(1)} s; the log holds ${head.position} facts.`,
    `  API            ${base}`,
    `  documentation  ${base}/docs`,
    `  health         ${base}/readyz`,
    ...(missing.length > 0 ? [`  not protected  ${missing.join(', ')}; /readyz says why`] : []),
    '',
    ...(settings.JEJAK_OIDC_ISSUER
      ? [`Tokens are those of ${settings.JEJAK_OIDC_ISSUER}; the commands take one from JEJAK_TOKEN.`]
      : ['A token per role, valid for 12 hours:']),
    ...tokens.map(({ role, token }) => `  ${role.padEnd(width)}  ${token}`),
    '',
    'Try next, in another terminal:',
    ...tryNext(base, settings).map((command) => `  ${command}`),
    '',
    owned,
  ].join('\n')
}
