import type { Language } from '@jejak/api'
import { CommandFailed } from './failure.ts'

/** The language of a command's sentences: as said, else that of the terminal, else Indonesian, as the API answers. */
export function languageHere(said: string | undefined): Language {
  if (said === 'id' || said === 'en') return said
  if (said !== undefined) throw new CommandFailed(`--language ${said}: id or en`, 2)
  const { LC_ALL, LC_MESSAGES, LANG } = process.env
  return (LC_ALL || LC_MESSAGES || LANG || '').startsWith('en') ? 'en' : 'id'
}
