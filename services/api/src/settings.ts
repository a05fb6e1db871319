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
    /** Where the files are that facts name; a folder of its own for each log in the data folder unless set. */
    JEJAK_EVIDENCE: z
      .string()
      .regex(/^folder:.|^s3:\/\/[a-z0-9][a-z0-9.-]{1,62}(\/[A-Za-z0-9._/-]*)?$/s, { error: 'folder:<path> or s3://bucket/prefix' })
      .optional(),
    JEJAK_EVIDENCE_MAX_MIB: z.coerce.number().int().min(1).max(1024).default(32),
    JEJAK_S3_ENDPOINT: z.url().optional(),
    JEJAK_S3_REGION: z.string().min(1).default('us-east-1'),
    JEJAK_S3_KEY_ID: z.string().optional(),
    JEJAK_S3_SECRET: z.string().optional(),
    JEJAK_OIDC_ISSUER: z.url().optional(),
    JEJAK_OIDC_JWKS: z.url().optional(),
    NODE_ENV: z.string().optional(),
  })
  .refine((settings) => (settings.JEJAK_OIDC_ISSUER === undefined) === (settings.JEJAK_OIDC_JWKS === undefined), {
    path: ['JEJAK_OIDC_JWKS'],
    error: 'JEJAK_OIDC_ISSUER and JEJAK_OIDC_JWKS go together',
  })
  .refine(
    ({ JEJAK_EVIDENCE: place, JEJAK_S3_KEY_ID: keyId, JEJAK_S3_SECRET: secret }) =>
      place?.startsWith('s3:') !== true || (keyId !== undefined && secret !== undefined),
    { path: ['JEJAK_EVIDENCE'], error: 'a bucket needs JEJAK_S3_KEY_ID and JEJAK_S3_SECRET' },
  )
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
