/** What a TypeScript text is made of: comments and the insides of strings as blanks, so that every offset stays where it was. */
export interface Code {
  /** Without comments. */
  readonly spoken: string
  /** Without comments and without the insides of strings, templates and regular expressions. */
  readonly bare: string
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ')

// A slash begins a regular expression where no value can have ended before it.
const beforeRegex = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|=>|\b(?:return|typeof|case|in|of|void|delete|throw|await))\s*$/

interface Part {
  readonly end: number
  readonly kind: 'comment' | 'literal' | 'code'
}

function endOfString(text: string, from: number): number {
  const quote = text[from]
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === quote || text[at] === '\n') return at + 1
  }
  return text.length
}

function endOfRegex(text: string, from: number): number {
  let inClass = false
  for (let at = from + 1; at < text.length; at += 1) {
    const here = text[at]
    if (here === '\\') at += 1
    else if (here === '[') inClass = true
    else if (here === ']') inClass = false
    else if (here === '\n') return from + 1
    else if (here === '/' && !inClass) return at + 1
  }
  return text.length
}

/** The part that begins at an offset: outside templates, which the caller follows because code stands inside them. */
function partAt(text: string, at: number): Part {
  const two = text.slice(at, at + 2)
  if (two === '//') return { end: (text.indexOf('\n', at) + 1 || text.length + 1) - 1, kind: 'comment' }
  if (two === '/*') return { end: (text.indexOf('*/', at) + 1 || text.length) + 1, kind: 'comment' }
  if (text[at] === `'` || text[at] === '"') return { end: endOfString(text, at), kind: 'literal' }
  if (text[at] === '/' && beforeRegex.test(text.slice(Math.max(0, at - 40), at))) {
    const end = endOfRegex(text, at)
    if (end > at + 1) return { end, kind: 'literal' }
  }
  return { end: at + 1, kind: 'code' }
}

/** The end of a template's text: its closing backtick, or `${`, after which code stands. */
function endOfTemplateText(text: string, from: number): { end: number; opens: boolean } {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '`') return { end: at + 1, opens: false }
    else if (text.startsWith('${', at)) return { end: at + 2, opens: true }
  }
  return { end: text.length, opens: false }
}

/** Reads a TypeScript text. The house has no parser: TypeScript 7 offers none to programs (SETUP, P7). */
export function codeOf(text: string): Code {
  let [spoken, bare] = ['', '']
  const add = (from: number, end: number, kind: Part['kind']): void => {
    const part = text.slice(from, end)
    spoken += kind === 'comment' ? blank(part) : part
    bare +=
      kind === 'code' ? part : kind === 'comment' ? blank(part) : part.slice(0, 1) + blank(part.slice(1, -1)) + part.slice(1).slice(-1)
  }
  // How many braces are open in each `${…}` that we are inside of.
  const templates: number[] = []
  let at = 0
  const template = (from: number): void => {
    const { end, opens } = endOfTemplateText(text, from + 1)
    add(from, end, 'literal')
    if (opens) templates.push(0)
    at = end
  }
  while (at < text.length) {
    const open = templates.at(-1)
    if (text[at] === '`') template(at)
    else if (text[at] === '}' && open === 0) {
      templates.pop()
      template(at)
    } else {
      if (open !== undefined && text[at] === '{') templates[templates.length - 1] = open + 1
      if (open !== undefined && text[at] === '}') templates[templates.length - 1] = open - 1
      const { end, kind } = partAt(text, at)
      add(at, end, kind)
      at = end
    }
  }
  return { spoken, bare }
}

/** What a text imports, statically, by type, dynamically or by re-export, with the offset of each. */
export function importsOf(text: string): readonly { readonly specifier: string; readonly at: number }[] {
  const { spoken, bare } = codeOf(text)
  const opening = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bvi\s*\.\s*(?:mock|importActual)\s*\(\s*)(?=['"])/g
  return [...bare.matchAll(opening)].map((match) => {
    const at = match.index + match[0].length
    return { specifier: spoken.slice(at + 1, endOfString(spoken, at) - 1), at }
  })
}
