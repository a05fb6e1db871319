import path from 'node:path'
import { readSettings, SettingsInvalid, type Settings } from '@jejak/api'
import { personsKey, PersonsKeyWrong } from '@jejak/event-store'
import { CommandFailed } from './failure.ts'

/** The folder of the checkout: this file stands in services/cli/src. */
export const checkoutDir = path.resolve(import.meta.dirname, '../../..')

/** The settings, and the data folder they name as an absolute path. */
export type StartSettings = Settings & { readonly dataDir: string }

const unusable = (lines: readonly string[]): CommandFailed => new CommandFailed(`these settings cannot be used:\n${lines.join('\n')}`, 2)

function read(): { settings?: StartSettings; wrong: string[] } {
  try {
    const settings = readSettings(process.env)
    return { settings: { ...settings, dataDir: path.resolve(checkoutDir, settings.JEJAK_DATA) }, wrong: [] }
  } catch (error) {
    if (error instanceof SettingsInvalid) return { wrong: error.message.split('\n') }
    throw error
  }
}

/** The settings of the environment. Names every one that cannot be used. */
export function settingsHere(): StartSettings {
  const { settings, wrong } = read()
  if (settings) return settings
  throw unusable(wrong)
}

function wrongKey(text: string): string[] {
  try {
    personsKey(text)
    return []
  } catch (error) {
    if (error instanceof PersonsKeyWrong) return [`JEJAK_PERSONS_KEY: ${error.message.replace(/^JEJAK_PERSONS_KEY /, '')}`]
    throw error
  }
}

/** What production does not allow (DESIGN §8, CONTRACTS D2). */
function wrongInProduction(environment: NodeJS.ProcessEnv): string[] {
  if (environment['NODE_ENV'] !== 'production') return []
  return [
    ...(environment['JEJAK_DEMO'] === '0' ? [] : ['JEJAK_DEMO: the demonstration is a simulated log, refused in production: set it to 0']),
    ...(environment['JEJAK_OIDC_ISSUER'] ? [] : ['JEJAK_OIDC_ISSUER: needed in production, where the built-in issuer is refused']),
    ...(environment['JEJAK_OIDC_JWKS'] ? [] : ['JEJAK_OIDC_JWKS: needed in production, where the built-in issuer is refused']),
  ]
}

/** The settings, and what only a start depends on. Names every one that cannot be used, before anything is begun. */
export function settingsForStart(): StartSettings {
  const { settings, wrong } = read()
  const key = process.env['JEJAK_PERSONS_KEY']
  const all = [...wrong, ...(key ? wrongKey(key) : []), ...wrongInProduction(process.env)]
  if (settings && all.length === 0) return settings
  throw unusable(all)
}
