/** A cell that holds nothing that can be relied on; only a row that needs it is refused. */
export interface Unreadable {
  readonly why: string
}

/** A number that the format itself knows as one: plain digits, whatever the mapping says of how people write numbers. */
export interface Plain {
  readonly plain: string
}

export type Cell = string | Plain | Unreadable

/** One record of a file. Columns that are empty or absent are not among the values. */
export interface SourceRecord {
  /** As a person counts: the row of the sheet, the header being row 1; of an XES file the ordinal of the event. */
  readonly row: number
  readonly values: ReadonlyMap<string, Cell>
}

/** How a file is to be read where its name does not say it. */
export interface ReadOptions {
  readonly format?: 'csv' | 'xes' | 'xlsx' | undefined
  /** Of CSV: the character between columns; a comma by default. */
  readonly delimiter?: string | undefined
  /** Of CSV, by its WHATWG name; UTF-8 by default. */
  readonly encoding?: string | undefined
  /** Of XLSX: the sheet by name; the first by default. */
  readonly sheet?: string | undefined
  /** Told how many bytes of the file were read since it was told last. */
  readonly onBytes?: (bytes: number) => void
}
