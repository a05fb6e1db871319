import { refuse, type Reason, type Refusal } from '@jejak/domain'

const reason = (code: string, id: string, en: string): Reason => ({ code, sort: 'input', source: 'docs/import.md', sentence: { id, en } })

/** Why a row of a file is no command yet: given before any rule is asked. */
export const importReasons = {
  empty: reason('value-missing', 'Kolom {column} kosong.', 'The column {column} is empty.'),
  unreadable: reason('value-unreadable', 'Kolom {column}: {detail}.', 'The column {column}: {detailEn}.'),
  notMapped: reason(
    'value-not-mapped',
    'Kolom {column} berisi {value}, yang tidak ada dalam pemetaan.',
    'The column {column} holds {value}, which the mapping does not list.',
  ),
  activity: reason(
    'activity-not-mapped',
    'Kegiatan {value} (kolom {column}) tidak ada dalam pemetaan.',
    'The activity {value} (column {column}) is not in the mapping.',
  ),
  data: reason(
    'data-invalid',
    'Isi {field} untuk {command} tidak sah: {detail}.',
    'The field {field} for {command} is not valid: {detail}.',
  ),
  area: reason('unknown-area', 'Wilayah {value} tidak dikenal.', 'The area {value} is unknown.'),
  unknown: reason('not-found', '{kind} {id} tidak dikenal.', 'The {kind} {id} is unknown.'),
  tooMany: reason(
    'too-many-facts',
    'Perkara ini mempunyai {count} baris; satu perkara dicatat sekaligus, paling banyak {max}.',
    'This case has {count} rows; a case is recorded at once, {max} at most.',
  ),
} satisfies Record<string, Reason>

/** A row that cannot be made into a command. */
export class RowWrong extends Error {
  override readonly name = 'RowWrong'
  readonly refusal: Refusal
  readonly column: string | undefined
  constructor(why: Reason, details: Readonly<Record<string, string | number>>) {
    super(why.code)
    this.refusal = refuse(why, details)
    this.column = typeof details['column'] === 'string' ? details['column'] : undefined
  }
}
