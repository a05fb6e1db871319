import { issueToken } from '@jejak/api'
import { settingsHere } from './checkout.ts'
import { CommandFailed } from './failure.ts'
import { demoHolder, demoRoles, systemHolder, type DemoHolder } from './people.ts'
import type { Register } from './program.ts'
import { readSecrets } from './secrets.ts'

interface Options {
  readonly role: string
  readonly person?: string
  readonly institution?: string
  readonly region?: string
  readonly hours: string
  readonly simulator?: boolean
  readonly json?: boolean
}

const forms: Readonly<Record<'role' | 'person' | 'institution' | 'region', readonly [RegExp, string]>> = {
  role: [/^[A-Za-z][A-Za-z0-9_]{1,30}$/, 'a role, letters, digits and underscores'],
  person: [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'the UUID of a person'],
  institution: [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'the UUID of an institution'],
  region: [/^([0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?)?$/, 'the beginning of a region code, e.g. 16.74'],
}

/** The API refuses a token that is out of form without saying why: it is said here. */
export function checkForms(given: Readonly<Record<string, string | undefined>>): void {
  for (const [name, [form, meaning]] of Object.entries(forms)) {
    const value = given[name]
    if (value !== undefined && !form.test(value)) throw new CommandFailed(`--${name} ${value}: give ${meaning}`, 2)
  }
}

/** Who is meant by a role or label of any case; `system` is known in every log. */
const holderOf = (role: string): DemoHolder | undefined => (role.toLowerCase() === systemHolder.role ? systemHolder : demoHolder(role))

const nobody = (role: string): CommandFailed => {
  const held = [systemHolder, ...demoRoles()].map((holder) => holder.role).join(', ')
  return new CommandFailed(`nobody holds ${role} in the demonstration: give --person <id>, or one of the roles held there: ${held}`, 2)
}

/** `jejak token`: a token of the built-in issuer, for local use. */
export const registerToken: Register = (program, terminal) => {
  program
    .command('token')
    .description('a token of the built-in issuer: for a role of the demonstration, or for a person of your own')
    .requiredOption('--role <role>', 'role in which the holder records, e.g. KSM, KORKOT, AUDITOR')
    .option('--person <id>', 'id of the person; by default who holds the role in the demonstration')
    .option('--institution <id>', 'institution for which the holder acts')
    .option('--region <code>', 'prefix of region codes that the holder sees, e.g. 16.74; empty for the nation')
    .option('--hours <n>', 'how long it is valid', '12')
    .option('--simulator', 'may set the clock of a simulated log')
    .option('--json', 'as JSON')
    .action(async (options: Options) => {
      const { dataDir, NODE_ENV } = settingsHere()
      if (NODE_ENV === 'production') throw new CommandFailed('the built-in issuer is refused in production', 2)
      const holder = holderOf(options.role)
      const role = holder?.role ?? options.role.toUpperCase()
      const person = options.person ?? holder?.person
      if (!person) throw nobody(role)
      const hours = Number(options.hours)
      if (!(hours > 0 && hours <= 720)) throw new CommandFailed('--hours is a number from 1 to 720', 2)
      const institution = options.institution ?? (options.person ? undefined : holder?.institution)
      const region = options.region ?? (options.person ? '' : (holder?.region ?? ''))
      checkForms({ role, person, institution, region })
      const { issuerKey } = await readSecrets(dataDir)
      const roles = options.simulator ? [role, 'simulator'] : [role]
      const token = await issueToken(issuerKey, { person, roles, hours, region, ...(institution ? { institution } : {}) })
      terminal.out(options.json ? JSON.stringify({ token, role, person, institution: institution ?? null, region }) : token)
    })
}
