/** Columns side by side, wide enough for their contents; those named in `right` are set to the right. Empty columns are left out. */
export function tableOf(heads: readonly string[], rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string {
  const used = heads.map((_, column) => column).filter((column) => rows.some((row) => row[column]))
  const width = (column: number): number => Math.max(...[heads, ...rows].map((row) => (row[column] ?? '').length))
  const line = (row: readonly string[]): string =>
    used
      .map((column) => (right.has(column) ? (row[column] ?? '').padStart(width(column)) : (row[column] ?? '').padEnd(width(column))))
      .join('  ')
      .trimEnd()
  return [line(heads), used.map((column) => '-'.repeat(width(column))).join('  '), ...rows.map(line)].join('\n')
}
