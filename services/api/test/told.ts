/** A sentence in both languages, with what stands in the request itself taken out of it: choices, names of fields. */
export interface Told {
  readonly where: string
  readonly id: string
  readonly en: string
}

/** Words of both languages: names of things. */
const both = new Set(['uuid', 'sha', 'nik', 'slug', 'null', 'true', 'false', 'rfc', 'vf', 'v1', 'v7', 'id', 'sen', 'rupiah', 'kind:id'])
/** What stands in the request or in its schema, and examples: no words of ours. */
const listed = /(salah satu dari|one of|; yang dikenal|; known are|; maksud Anda|; did you mean|misalnya|e\.g\.|diperlukan|needs) .*$/
const only = /(wajib ada:|required:|harus|must be) (true|grant|cash)$/

const bare = (sentence: string): string => sentence.replace(listed, '').replace(only, '')
const wordsOf = (sentence: string): string[] =>
  (
    bare(sentence)
      .toLowerCase()
      .match(/[a-z][a-z0-9.:]*[a-z0-9]/g) ?? []
  ).map((word) => word)

/** What no person should be told: a pattern, a word of the validator, English among Indonesian words. Empty for a good sentence. */
export function faultsOf({ id, en }: Told): string[] {
  const english = new Set(wordsOf(en))
  return [
    ...[id, en].flatMap((text) => (/[\\^$]|\[\S+-\S+\]|[<>]=?|\{\d/.test(text) ? [`a pattern: ${text}`] : [])),
    ...[id, en].flatMap((text) =>
      /\b(string|array|record|boolean|instanceof|undefined|nan|expected|received|diharapkan|diterima|input|pola|pattern|invalid)\b/i.test(
        bare(text),
      )
        ? [`a word of the validator: ${text}`]
        : [],
    ),
    ...(id === '' || en === '' ? ['nothing'] : []),
    ...wordsOf(id)
      .filter((word) => english.has(word) && !both.has(word))
      .map((word) => `English in Indonesian: ${word}, in ${id}`),
    ...(id === en && bare(id) !== '' && wordsOf(id).some((word) => !both.has(word)) ? [`not translated: ${id}`] : []),
  ]
}
