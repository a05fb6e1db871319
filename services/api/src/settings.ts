import { z } from 'zod'

const Url = z.string().regex(/^postgres(ql)?:\/\//, { error: 'a postgres:// address' })

/** Settings from the environment; read once at start. */
export const Settings = z
  .object({
    DATABASE_URL: Url.optional(),
    DATABASE_ADMIN_URL: Url.optional(),
    JEJAK_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    JEJAK_DATA: z.string().min(1).default('.jejak'),
    JEJAK_DEMO: z.enum(['0', '1']).default('1'),
    /** Database on the embedded server, where it is not that of the demonstration or of the real log: what `simulate` wrote. */
    JEJAK_DATABASE: z
      .string()
      .regex(/^jejak_[a-z0-9_]{1,50}$/, { error: 'the name of a database of the embedded server, e.g. jejak_simulated' })
      .optional(),
    JEJAK_PERSONS_KEY: z.string().optional(),
    JEJAK_OIDC_ISSUER: z.url().optional(),
    JEJAK_OIDC_JWKS: z.url().optional(),
    NODE_ENV: z.string().optional(),
  })
  .refine((settings) => (settings.JEJAK_OIDC_ISSUER === undefined) === (settings.JEJAK_OIDC_JWKS === undefined), {
    path: ['JEJAK_OIDC_JWKS'],
    error: 'JEJAK_OIDC_ISSUER and JEJAK_OIDC_JWKS go together',
  })
  .refine((settings) => settings.DATABASE_URL !== undefined || settings.DATABASE_ADMIN_URL === undefined, {
    path: ['DATABASE_URL'],
    error: 'DATABASE_ADMIN_URL needs DATABASE_URL beside it',
  })
export type Settings = z.infer<typeof Settings>

/** A setting that cannot be used; the message names each of them. */
export class SettingsInvalid extends Error {
  override readonly name = 'SettingsInvalid'
}

/** Reads and checks the settings. Throws {@link SettingsInvalid} naming every wrong one. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Settings.safeParse(given)
  if (parsed.success) return parsed.data
  throw new SettingsInvalid(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
}
