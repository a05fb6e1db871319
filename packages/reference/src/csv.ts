/** A row of a file, by the names of its first line. */
export type CsvRow = Readonly<Record<string, string>>

const field = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/y

/**
 * Reads comma-separated text with a header (RFC 4180, lines ended by LF). Errors: a quote that is not closed, or a line with another number
 * of fields than the header.
 */
export function parseCsv(text: string): CsvRow[] {
  const lines: string[][] = []
  let line: string[] = []
  field.lastIndex = 0
  while (field.lastIndex < text.length) {
    const at = field.lastIndex
    const found = field.exec(text)
    if (!found) throw new Error(`line ${lines.length + 1}: a field is badly quoted near "${text.slice(at, at + 40)}"`)
    line.push(found[1] === undefined ? (found[2] ?? '') : found[1].replaceAll('""', '"'))
    if (found[3] === ',' && field.lastIndex < text.length) continue
    if (found[3] === ',') line.push('')
    lines.push(line)
    line = []
  }
  const [header = [], ...rows] = lines
  return rows.map((row, index) => {
    if (row.length !== header.length) throw new Error(`line ${index + 2} has ${row.length} fields, the header has ${header.length}`)
    return Object.fromEntries(header.map((name, column) => [name, row[column] ?? '']))
  })
}

const quoted = (value: string) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)

/** Writes the rows with the given columns, in that order, as `parseCsv` reads them. */
export function formatCsv(columns: readonly string[], rows: readonly CsvRow[]): string {
  const lines = rows.map((row) => columns.map((name) => quoted(row[name] ?? '')).join(','))
  return `${[columns.join(','), ...lines].join('\n')}\n`
}
