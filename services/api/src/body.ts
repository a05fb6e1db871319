import { parse, type AnyNode, type DocumentNode } from '@humanwhocodes/momoa'
import type { FastifyInstance } from 'fastify'
import { problem, type RequestError } from './problem.ts'

const depthMax = 16

const escape = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** What I-JSON (RFC 7493) forbids and `JSON.parse` lets pass: duplicate names, U+0000, lone surrogates; and nesting beyond the limit. */
function findMistakes(node: AnyNode, pointer: string, depth: number, found: RequestError[]): void {
  if (depth > depthMax) {
    found.push({ pointer, detail: `nested deeper than ${depthMax} levels` })
    return
  }
  if (node.type === 'String') {
    if (node.value.includes('\0')) found.push({ pointer, detail: 'U+0000 is not allowed' })
    if (!node.value.isWellFormed()) found.push({ pointer, detail: 'a lone surrogate is not text' })
  }
  if (node.type === 'Array') node.elements.forEach((element, index) => findMistakes(element.value, `${pointer}/${index}`, depth + 1, found))
  if (node.type !== 'Object') return
  const seen = new Set<string>()
  for (const member of node.members) {
    const name = member.name.type === 'String' ? member.name.value : member.name.name
    const at = `${pointer}/${escape(name)}`
    if (seen.has(name)) found.push({ pointer: at, detail: 'this name appears twice' })
    if (name.includes('\0') || !name.isWellFormed()) found.push({ pointer: at, detail: 'a name must be text without U+0000' })
    if (name === '__proto__') found.push({ pointer: at, detail: 'this name is not allowed' })
    seen.add(name)
    findMistakes(member.value, at, depth + 1, found)
  }
}

/** Parses a body strictly; a mistake is named with its place, line and column, and nothing reaches a route. */
export function parseBody(text: string): unknown {
  let document: DocumentNode
  try {
    // The platform's parser first: it is the judge of what is JSON, and fast; the tree is only for what it lets pass.
    JSON.parse(text)
    document = parse(text, { mode: 'json', ranges: false })
  } catch (error) {
    const { line, column, message } = error as { line?: number; column?: number; message: string }
    const where = line === undefined ? '' : ` (line ${line}, column ${column ?? 0})`
    throw problem('malformed-json', { errors: [{ pointer: '', detail: `${message}${where}` }] })
  }
  const mistakes: RequestError[] = []
  findMistakes(document.body, '', 0, mistakes)
  if (mistakes.length > 0) throw problem('malformed-json', { errors: mistakes })
  return JSON.parse(text)
}

/** Takes the place of Fastify's own JSON parser; a body on a request that needs none is parsed all the same. */
export function registerBodyParser(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body as Buffer)
      done(null, parseBody(text))
    } catch (error) {
      done(
        error instanceof TypeError
          ? problem('malformed-json', { errors: [{ pointer: '', detail: 'the body is not UTF-8' }] })
          : (error as Error),
      )
    }
  })
}
