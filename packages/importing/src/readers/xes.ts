import path from 'node:path'
import { FileWrong } from '../problems.ts'
import { bytesOf } from './bytes.ts'
import type { Cell, ReadOptions, SourceRecord } from './record.ts'
import { readXml, type Opened } from './xml.ts'

/** Elements that hold an attribute of a log, a trace or an event (IEEE 1849). */
const attributeNames: ReadonlySet<string> = new Set(['string', 'date', 'int', 'float', 'boolean', 'id', 'list', 'container'])

/** Attributes of one event or trace at most: they are all in memory with it. */
const attributesMax = 10_000

interface Classifier {
  readonly name: string
  readonly scope: string
  readonly keys: readonly string[]
}

/** Keys of a classifier: separated by spaces, those that hold one in quotes. */
const keysOf = (text: string): string[] => [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/** Attributes under their names: nested ones as `OUTER/INNER`, the second of a list under the same key as `LIST/KEY/2`. */
class Attributes {
  readonly values = new Map<string, Cell>()
  readonly #seen = new Map<string, number>()
  readonly #path: string[] = []

  open({ name: element, attributes: { key, value } }: Opened, fail: (reason: string) => never): void {
    if (key === undefined) return fail(`an attribute <${element}> has no key`)
    const outer = this.#path.at(-1)
    const wanted = outer === undefined ? key : `${outer}/${key}`
    if (this.#seen.size >= attributesMax) fail(`has more than ${attributesMax} attributes`)
    const nth = (this.#seen.get(wanted) ?? 0) + 1
    this.#seen.set(wanted, nth)
    if (nth > 1 && outer === undefined) fail(`the attribute ${key} stands twice`)
    const name = nth === 1 ? wanted : `${wanted}/${nth}`
    if (value !== undefined && value !== '') this.values.set(name, element === 'int' || element === 'float' ? { plain: value } : value)
    this.#path.push(name)
  }
  close(): void {
    this.#path.pop()
  }
}

/** What is known of the log while it is read. */
interface Reading {
  readonly defaults: { readonly event: Map<string, Cell>; readonly trace: Map<string, Cell> }
  readonly classifiers: Classifier[]
}

const textOf = (cell: Cell | undefined): string | undefined =>
  typeof cell === 'object' && 'plain' in cell ? cell.plain : typeof cell === 'string' ? cell : undefined

/** The value of each classifier whose keys all have one. */
function classify(classifiers: readonly Classifier[], values: Map<string, Cell>): void {
  for (const { name, scope, keys } of classifiers) {
    const parts = keys.map((key) => textOf(values.get(scope === 'trace' ? `case:${key}` : key)))
    if (parts.every((part) => part !== undefined)) values.set(`classifier:${name}`, parts.join('+'))
  }
}

/** Makes records of the elements of a log, in its order. */
class XesReader {
  readonly #file: string
  readonly #reading: Reading = { defaults: { event: new Map(), trace: new Map() }, classifiers: [] }
  #scope: 'log' | 'global' | 'trace' | 'event' = 'log'
  #globalOf = 'event'
  #attributes = new Attributes()
  #trace = new Map<string, Cell>()
  #traceAttributes = new Attributes()
  #eventsInTrace = 0
  #row = 0
  #made: SourceRecord[] = []
  #isLog = false

  constructor(file: string) {
    this.#file = file
  }
  taken(): readonly SourceRecord[] {
    return this.#made.splice(0)
  }
  end(): void {
    if (!this.#isLog) this.#fail('is no event log: it has no <log>')
  }
  #fail(reason: string): never {
    throw new FileWrong({ file: this.#file, ...(this.#scope === 'event' ? { row: this.#row } : {}) }, reason)
  }
  open(element: Opened): void {
    const { name, attributes } = element
    if (name === 'log') this.#isLog = true
    else if (name === 'global') {
      this.#scope = 'global'
      this.#globalOf = attributes['scope'] ?? 'event'
      this.#attributes = new Attributes()
    } else if (name === 'classifier') this.#classifier(attributes)
    else if (name === 'trace') {
      this.#scope = 'trace'
      this.#traceAttributes = new Attributes()
      this.#eventsInTrace = 0
    } else if (name === 'event') this.#openEvent()
    else if (attributeNames.has(name)) this.#attribute(element)
  }
  close(name: string): void {
    if (name === 'event') this.#closeEvent()
    else if (name === 'trace') this.#scope = 'log'
    else if (name === 'global') this.#closeGlobal()
    else if (attributeNames.has(name)) this.#current()?.close()
  }
  #current(): Attributes | undefined {
    if (this.#scope === 'trace') return this.#traceAttributes
    return this.#scope === 'log' ? undefined : this.#attributes
  }
  #attribute(element: Opened): void {
    if (this.#scope === 'trace' && this.#eventsInTrace > 0)
      this.#fail(`a trace has the attribute ${element.attributes['key'] ?? ''} after its events: it cannot be read in one pass`)
    this.#current()?.open(element, (reason) => this.#fail(reason))
  }
  #classifier(attributes: Opened['attributes']): void {
    const { name = '', scope = 'event', keys = '' } = attributes
    this.#reading.classifiers.push({ name, scope, keys: keysOf(keys) })
  }
  #openEvent(): void {
    this.#row += 1
    this.#scope = 'event'
    this.#attributes = new Attributes()
    if (this.#eventsInTrace === 0) {
      const given = this.#traceAttributes.values
      this.#trace = new Map([...this.#reading.defaults.trace, ...given].map(([key, value]) => [`case:${key}`, value]))
    }
    this.#eventsInTrace += 1
  }
  #closeEvent(): void {
    const values = new Map([...this.#trace, ...this.#reading.defaults.event, ...this.#attributes.values])
    classify(this.#reading.classifiers, values)
    this.#made.push({ row: this.#row, values })
    this.#scope = 'trace'
  }
  #closeGlobal(): void {
    const { defaults } = this.#reading
    const into = this.#globalOf === 'trace' ? defaults.trace : defaults.event
    for (const [key, value] of this.#attributes.values) into.set(key, value)
    this.#scope = 'log'
  }
}

/**
 * Reads an XES log, packed or not, event by event. The attributes of its trace are columns `case:KEY`, nested ones `KEY/INNER`, those of
 * classifiers `classifier:NAME`; where an event lacks a global attribute it has its default. Throws FileWrong.
 */
export async function* readXes(file: string, options: ReadOptions = {}): AsyncGenerator<SourceRecord> {
  const name = path.basename(file)
  const reader = new XesReader(name)
  const handlers = { open: (element: Opened) => reader.open(element), close: (closed: string) => reader.close(closed) }
  yield* readXml(name, bytesOf(file, options.onBytes), handlers, () => reader.taken())
  reader.end()
}
