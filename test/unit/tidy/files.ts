import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** A file of the checkout, by its path from the root with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** A place where a house rule is broken. */
export interface Finding {
  readonly place: string
  readonly rule: string
  readonly detail: string
}

/** The folder of the checkout: this file stands in test/unit/tidy. */
export const checkoutDir = path.resolve(import.meta.dirname, '../../..')

// What git does not keep. The test must not need git: a checkout may be an unpacked archive.
const notKept: ReadonlySet<string> = new Set(['node_modules', '.git', '.jejak', 'coverage', 'dist'])
const binary = /\.(gz|br|png|jpg|ico|woff2)$/

/** Every committed text file below a folder. Throws when there is none: an empty list would satisfy every rule. */
export function filesBelow(root: string): readonly SourceFile[] {
  const found: SourceFile[] = []
  const visit = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const at = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory() && !notKept.has(entry.name)) visit(at)
      else if (entry.isFile() && !notKept.has(entry.name) && !binary.test(at) && !at.endsWith('.log'))
        found.push({ path: at, text: readFileSync(path.join(root, at), 'utf8') })
    }
  }
  visit('')
  if (found.length === 0) throw new Error(`no files below ${root}`)
  return found
}

/** `file:line` of an offset. */
export const placeOf = (file: SourceFile, offset: number): string => `${file.path}:${file.text.slice(0, offset).split('\n').length}`

/** Every place where a pattern (with flag `g`) is met in a text that stands for the file, character for character. */
export function matches(file: SourceFile, text: string, pattern: RegExp, rule: string): Finding[] {
  return [...text.matchAll(pattern)].map((match) => ({ place: placeOf(file, match.index), rule, detail: match[0].trim() }))
}
