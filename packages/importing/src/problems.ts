/** Where in a file something is wrong. */
export interface FilePlace {
  readonly file: string
  readonly row?: number
  readonly column?: string
}

const placeText = ({ file, row, column }: FilePlace): string =>
  [file, ...(row === undefined ? [] : [`row ${row}`]), ...(column === undefined ? [] : [`column ${column}`])].join(', ')

/** A file that cannot be read on: it is damaged or is not what its name says. Nothing of it is imported. */
export class FileWrong extends Error {
  override readonly name = 'FileWrong'
  constructor(place: FilePlace, reason: string, options?: ErrorOptions) {
    super(`${placeText(place)}: ${reason}`, options)
  }
}

/** A mapping that cannot be used; names every wrong place in it. */
export class MappingWrong extends Error {
  override readonly name = 'MappingWrong'
}

/** An import that cannot be begun or gone on with; the message says what to do. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused'
}

/** The words of an error. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
