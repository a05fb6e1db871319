import { issueToken } from '@jejak/api'
import { settingsHere } from './checkout.ts'
import { CommandFailed } from './failure.ts'
import { demoHolder } from './people.ts'
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

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

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
      const holder = demoHolder(options.role)
      const role = holder?.role ?? options.role.toUpperCase()
      const person = options.person ?? holder?.person
      if (!person || !uuid.test(person)) throw new CommandFailed(`nobody holds ${role} in the demonstration: give --person <id>`, 2)
      const hours = Number(options.hours)
      if (!(hours > 0 && hours <= 720)) throw new CommandFailed('--hours is a number from 1 to 720', 2)
      const institution = options.institution ?? (options.person ? undefined : holder?.institution)
      const region = options.region ?? (options.person ? '' : (holder?.region ?? ''))
      const { issuerKey } = await readSecrets(dataDir)
      const roles = options.simulator ? [role, 'simulator'] : [role]
      const token = await issueToken(issuerKey, { person, roles, hours, region, ...(institution ? { institution } : {}) })
      terminal.out(options.json ? JSON.stringify({ token, role, person, institution: institution ?? null, region }) : token)
    })
}
