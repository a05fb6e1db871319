import { readFile } from 'node:fs/promises'
import { checkEdition, domain, Edition, editionDoubts, misfitsOf, shippedAsWritten, shippedEditions, type Place } from '@jejak/domain'
import { pointerOf, type Language } from '@jejak/domain'
import { CommandFailed } from './failure.ts'
import { readJson, type Spot } from './json-text.ts'

/** What is wrong with an edition, or only doubtful, and where: by JSON pointer and, in a file, by line and column. */
export interface Remark extends Partial<Spot> {
  readonly level: 'error' | 'warning'
  readonly pointer: string
  readonly detail: string
}

/** An edition as it was given: whole if its form is right, and what there is to say of it, in the order of the text. */
export interface Given {
  readonly edition?: Edition
  /** As it was written, without the name of the schema. */
  readonly written?: unknown
  readonly remarks: readonly Remark[]
}

function remarksOf(edition: Edition, language: Language, spotOf?: (pointer: string) => Spot): Remark[] {
  const remark =
    (level: Remark['level']) =>
    ({ pointer, detail }: Place): Remark => ({ level, pointer, ...spotOf?.(pointer), detail: detail[language] })
  const remarks = [...checkEdition(edition, domain).map(remark('error')), ...editionDoubts(edition, domain).map(remark('warning'))]
  return inOrder(remarks)
}

const inOrder = (remarks: readonly Remark[]): Remark[] =>
  remarks.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))

/** An edition file may name its schema for the editor: that is no part of the edition and not published. */
function withoutSchema(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== '$schema'))
}

/** Reads an edition from a file, or a shipped one by its id. Throws CommandFailed when there is no such file. */
export async function givenEdition(file: string, language: Language): Promise<Given> {
  const shipped = shippedEditions.find((edition) => edition.id === file)
  if (shipped) return { edition: shipped, written: shippedAsWritten.get(file), remarks: remarksOf(shipped, language) }
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined)
    throw new CommandFailed(`cannot read ${file}: no such file, and no shipped edition of this id (edition list names them)`, 2)
  const json = readJson(text, language)
  if (!('value' in json)) return { remarks: json.map((mistake) => ({ level: 'error', ...mistake })) }
  const written = withoutSchema(json.value)
  const parsed = Edition.safeParse(written)
  if (parsed.success) return { edition: parsed.data, written, remarks: remarksOf(parsed.data, language, json.spotOf) }
  const misfits = misfitsOf(Edition, written, language).map(({ path, detail }): Remark => {
    const pointer = pointerOf(path)
    return { level: 'error', pointer, ...json.spotOf(pointer), detail }
  })
  return { written, remarks: inOrder(misfits) }
}
