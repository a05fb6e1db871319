import { parse, type AnyNode, type DocumentNode } from '@humanwhocodes/momoa'
import { parseBody, Problem, type Language } from '@jejak/api'

/** Where something stands in a text; lines and columns begin at 1. */
export interface Spot {
  readonly line: number
  readonly column: number
}

/** A mistake in a JSON text that keeps it from being read. */
export interface TextMistake extends Spot {
  readonly pointer: string
  readonly detail: string
}

/** A JSON text that was read: its value, and where in the text a JSON pointer leads. */
export interface JsonText {
  readonly value: unknown
  /** The name of a field, or the element of a list; of what is not there, the nearest around it. */
  readonly spotOf: (pointer: string) => Spot
}

const start = ({ loc }: AnyNode): Spot => ({ line: loc.start.line, column: loc.start.column })
const nameOf = (name: AnyNode): string => (name.type === 'String' ? name.value : name.type === 'Identifier' ? name.name : '')

/** The part of a value under a name or an index, and the node that names it. */
function partOf(node: AnyNode, name: string): { readonly named: AnyNode; readonly value: AnyNode } | undefined {
  if (node.type === 'Object') {
    const member = node.members.findLast((each) => nameOf(each.name) === name)
    return member && { named: member.name, value: member.value }
  }
  const element = node.type === 'Array' ? node.elements[Number(name)] : undefined
  return element && { named: element.value, value: element.value }
}

function spotIn(document: DocumentNode, pointer: string): Spot {
  let node: AnyNode = document.body
  let named: AnyNode = node
  for (const step of pointer.split('/').slice(1)) {
    const part = partOf(node, step.replaceAll('~1', '/').replaceAll('~0', '~'))
    if (part === undefined) break
    ;({ named, value: node } = part)
  }
  return start(named)
}

const spotAt = (text: string, offset: number): Spot => {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** Where the text stops being JSON: the platform's parser says it most of the time, the other one where it does not. */
function brokenAt(text: string, error: unknown): number {
  const found = / at position (\d+)/.exec(String(error))?.[1]
  if (found !== undefined) return Number(found)
  if (String(error).includes('end of JSON')) return text.length
  try {
    parse(text, { mode: 'json' })
  } catch (other) {
    const { offset } = other as { offset?: number }
    if (offset !== undefined) return offset
  }
  return text.length
}

/** What is most likely wrong there, by the character that is met and the one before it. */
function whatIsBroken(text: string, offset: number, language: Language): string {
  const met = text.at(offset) ?? ''
  const before = text.slice(0, offset).trimEnd().at(-1) ?? ''
  const say = (id: string, en: string): string => (language === 'id' ? `bukan JSON: ${id}` : `not JSON: ${en}`)
  if (text.trim() === '') return say('berkas kosong', 'the file is empty')
  if (text.slice(offset).trim() === '') return say('teks berakhir terlalu awal', 'the text ends too early')
  if ((met === '}' || met === ']') && before === ',') return say(`koma sebelum ${met}`, `a comma before ${met}`)
  if (met === "'") return say('teks ditulis dalam tanda kutip ganda', 'text stands in double quotes')
  if (met === '/' || met === '#') return say('JSON tidak mengenal komentar', 'JSON has no comments')
  if (/[\n\r\t]/.test(met)) return say('baris baru di dalam teks', 'a line break within a text')
  if (before === '{' || before === ',')
    return say(`nama dalam tanda kutip ganda diharapkan, bukan ${met}`, `expected a name in double quotes, not ${met}`)
  if (/["\]}0-9a-z]/.test(before) && /["[{0-9a-z-]/.test(met))
    return say(`koma atau titik dua kurang sebelum ${met}`, `a comma or a colon is missing before ${met}`)
  return say(`${met} tidak terduga`, `unexpected ${met}`)
}

/** Reads a JSON text as strictly as the API reads a body: a name that stands twice is a mistake. A byte order mark is passed over. */
export function readJson(text: string, language: Language): JsonText | readonly TextMistake[] {
  const bare = text.replace(/^\uFEFF/, '')
  try {
    JSON.parse(bare)
  } catch (error) {
    const offset = brokenAt(bare, error)
    return [{ ...spotAt(bare, offset), pointer: '', detail: whatIsBroken(bare, offset, language) }]
  }
  const document = parse(bare, { mode: 'json' })
  try {
    return { value: parseBody(bare), spotOf: (pointer) => spotIn(document, pointer) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return (error.spec.errors ?? []).map(({ pointer = '', detail }) => ({
      ...spotIn(document, pointer),
      pointer,
      detail: typeof detail === 'string' ? detail : detail[language],
    }))
  }
}
