import path from 'node:path'
import { readSettings, SettingsInvalid, type Settings } from '@jejak/api'
import { CommandFailed } from './failure.ts'

/** The folder of the checkout: this file stands in services/cli/src. */
export const checkoutDir = path.resolve(import.meta.dirname, '../../..')

/** The settings of the environment, and the data folder they name. */
export function settingsHere(): Settings & { readonly dataDir: string } {
  try {
    const settings = readSettings(process.env)
    return { ...settings, dataDir: path.resolve(checkoutDir, settings.JEJAK_DATA) }
  } catch (error) {
    if (error instanceof SettingsInvalid) throw new CommandFailed(`these settings cannot be used:\n${error.message}`, 2)
    throw error
  }
}
