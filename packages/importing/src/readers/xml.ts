import { SaxesParser } from 'saxes'
import { FileWrong } from '../problems.ts'

/** An element as it opens: its name without prefix, and its attributes. */
export interface Opened {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

/** What is done with the parts of a document, in its order. */
export interface Handlers {
  readonly open: (element: Opened) => void
  readonly close: (name: string) => void
  readonly text?: (text: string) => void
}

const depthMax = 100
/** Characters from one tag to the next at most: the parser keeps them all, and a few bytes packed can make any number of them. */
const betweenTagsMax = 4 * 2 ** 20

const bare = (name: string): string => name.slice(name.indexOf(':') + 1)

/**
 * Reads XML chunk by chunk; after each chunk `taken` gives what the handlers have made of it. Declared entities are not expanded: a name
 * that XML does not know is an error. Throws FileWrong with line and column where the text is not XML.
 */
export async function* readXml<T>(
  file: string,
  bytes: AsyncIterable<Buffer>,
  handlers: Handlers,
  taken: () => readonly T[],
): AsyncGenerator<T> {
  const parser = new SaxesParser({ xmlns: false, position: true })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let depth = 0
  let sinceTag = 0
  parser.on('error', (error) => {
    throw new FileWrong({ file }, `is not XML: ${error.message}`)
  })
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1
    sinceTag = 0
    if (depth > depthMax) throw new FileWrong({ file }, `is nested deeper than ${depthMax} levels`)
    handlers.open({ name: bare(name), attributes })
  })
  parser.on('closetag', ({ name }) => {
    depth -= 1
    sinceTag = 0
    handlers.close(bare(name))
  })
  if (handlers.text) {
    parser.on('text', handlers.text)
    parser.on('cdata', handlers.text)
  }
  for await (const chunk of bytes) {
    const text = decode(file, () => decoder.decode(chunk, { stream: true }))
    sinceTag += text.length
    parser.write(text)
    if (sinceTag > betweenTagsMax) throw new FileWrong({ file }, `has a text of more than ${betweenTagsMax} characters`)
    yield* taken()
  }
  parser.write(decode(file, () => decoder.decode()))
  parser.close()
  yield* taken()
}

function decode(file: string, work: () => string): string {
  try {
    return work()
  } catch (error) {
    throw new FileWrong({ file }, 'is not UTF-8', { cause: error })
  }
}
