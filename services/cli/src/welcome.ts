import { labelId } from '@jejak/demo'
import type { Service } from '@jejak/api'

interface Started {
  readonly service: Service
  readonly port: number
  readonly demo: boolean
  readonly tokens: readonly { readonly role: string; readonly token: string }[]
  readonly seconds: number
}

/** What start prints when everything is up: addresses, a token a role, and what to try next. */
export async function signsOfLife({ service, port, demo, tokens, seconds }: Started): Promise<string> {
  const base = `http://127.0.0.1:${port}`
  const head = await service.context.log.head()
  const lines = [
    '',
    `Jejak is up after ${seconds.toFixed(1)} s; the log holds ${head.position} facts.`,
    `  API            ${base}`,
    `  documentation  ${base}/docs`,
    `  health         ${base}/readyz`,
  ]
  if (tokens.length > 0) {
    lines.push('', 'A token per role, valid for 12 hours:')
    const width = Math.max(...tokens.map(({ role }) => role.length))
    for (const { role, token } of tokens) lines.push(`  ${role.padEnd(width)}  ${token}`)
  }
  if (demo) {
    const tranche = labelId('ALK-2018-T2')
    const allocation = labelId('ALK-2018')
    const jejak = 'npx -y pnpm@12.21.0 jejak'
    lines.push(
      '',
      'Try next, in another terminal:',
      `  ${jejak} replay tranche:${tranche} --as-of 2018-10-10`,
      `  curl -s -H "Authorization: Bearer $(${jejak} token --role AUDITOR)" ${base}/v1/allocations/${allocation}/fund-trail`,
      `  ${jejak} explain progress-below-threshold`,
    )
  }
  lines.push('', 'Ctrl-C stops the service and the database.')
  return lines.join('\n')
}
