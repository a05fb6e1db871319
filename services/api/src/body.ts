import { parse, type AnyNode } from '@humanwhocodes/momoa'
import type { FastifyInstance } from 'fastify'
import { escape } from '@jejak/domain'
import { problem, type Problem, type RequestError, type Words } from './problem.ts'

const depthMax = 16

const tooDeep: Words = { id: `sarang lebih dari ${depthMax} tingkat`, en: `nested deeper than ${depthMax} levels` }
const noNul: Words = { id: 'U+0000 tidak diterima', en: 'U+0000 is not allowed' }
const noText: Words = { id: 'surogat tanpa pasangan bukan teks', en: 'a lone surrogate is not text' }
const twice: Words = { id: 'nama ini muncul dua kali', en: 'this name appears twice' }
const badName: Words = { id: 'nama harus teks tanpa U+0000', en: 'a name must be text without U+0000' }
const noProto: Words = { id: 'nama ini tidak diterima', en: 'this name is not allowed' }
const noUtf8: Words = { id: 'isi permintaan bukan UTF-8', en: 'the body is not UTF-8' }

/** What I-JSON (RFC 7493) forbids and `JSON.parse` lets pass: duplicate names, U+0000, lone surrogates. */
function findMistakes(node: AnyNode, pointer: string, found: RequestError[]): void {
  if (node.type === 'String') {
    if (node.value.includes('\0')) found.push({ pointer, detail: noNul })
    if (!node.value.isWellFormed()) found.push({ pointer, detail: noText })
  }
  if (node.type === 'Array') node.elements.forEach((element, index) => findMistakes(element.value, `${pointer}/${index}`, found))
  if (node.type !== 'Object') return
  const seen = new Set<string>()
  for (const member of node.members) {
    const name = member.name.type === 'String' ? member.name.value : member.name.name
    const at = `${pointer}/${escape(name.toWellFormed().replaceAll('\0', ''))}`
    if (seen.has(name)) found.push({ pointer: at, detail: twice })
    if (name.includes('\0') || !name.isWellFormed()) found.push({ pointer: at, detail: badName })
    if (name === '__proto__') found.push({ pointer: at, detail: noProto })
    seen.add(name)
    findMistakes(member.value, at, found)
  }
}

/** How deep the brackets of a text nest, as far as is allowed, and how many names it has: before anything recursive sees it. */
function outlineOf(text: string): { readonly tooDeep: boolean; readonly names: number } {
  let depth = 0
  let names = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (quoted) {
      if (character === '\\') at += 1
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === ':') names += 1
    else if (character === '{' || character === '[') {
      depth += 1
      if (depth > depthMax) return { tooDeep: true, names }
    } else if (character === '}' || character === ']') depth -= 1
  }
  return { tooDeep: false, names }
}

/** How many names a value has. A name that stood twice in the text is there once. */
function namesIn(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0
  const inner = Object.values(value)
  let names = Array.isArray(value) ? 0 : inner.length
  for (const each of inner) names += namesIn(each)
  return names
}

/**
 * Whether a text can hold none of the mistakes, so that no tree need be made of it: what UTF-8 and JSON forbid anyway can only be written
 * as `\u`, and no name stands twice when text and value have as many.
 */
const isPlain = (text: string, value: unknown, names: number): boolean =>
  !text.includes('\\u') && !text.includes('__proto__') && namesIn(value) === names

const malformed = (detail: Words): Problem => problem('malformed-json', { errors: [{ pointer: '', detail }] })

/** Where a text stops being JSON. Never the parser's own message: it quotes what the client sent. */
function placeOf(text: string): Words {
  try {
    parse(text, { mode: 'json', ranges: false })
  } catch (error) {
    const { line, column } = error as { line?: number; column?: number }
    if (line !== undefined && column !== undefined)
      return { id: `bukan JSON pada baris ${line}, kolom ${column}`, en: `not JSON at line ${line}, column ${column}` }
  }
  return { id: 'bukan JSON', en: 'not JSON' }
}

/** Parses a body strictly; a mistake is named with its place, and nothing reaches a route. */
export function parseBody(text: string): unknown {
  const outline = outlineOf(text)
  if (outline.tooDeep) throw malformed(tooDeep)
  let value: unknown
  try {
    // The platform's parser is the judge of what is JSON, and fast; the tree is only for what it lets pass.
    value = JSON.parse(text)
  } catch {
    throw malformed(placeOf(text))
  }
  if (isPlain(text, value, outline.names)) return value
  const mistakes: RequestError[] = []
  findMistakes(parse(text, { mode: 'json', ranges: false }).body, '', mistakes)
  if (mistakes.length > 0) throw problem('malformed-json', { errors: mistakes })
  return value
}

// A byte order mark stays in the text, where it is no JSON (RFC 8259, section 8.1).
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch {
    throw malformed(noUtf8)
  }
}

/** Takes the place of Fastify's own parsers: JSON is all that is taken, strictly; any other media type is refused. */
export function registerBodyParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseBody(textOf(body as Buffer)))
    } catch (error) {
      done(error as Error)
    }
  })
}
