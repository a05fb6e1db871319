import { connect } from 'node:net'
import { median } from './measure.ts'

/** A request as bytes: the next one of an endless supply. */
export type NextRequest = () => Buffer

/** What a window of load came to: answers a second, milliseconds to an answer, and how many had another status than the one wanted. */
export interface Load {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly wrong: number
}

const headEnd = Buffer.from('\r\n\r\n')

/** The request as HTTP/1.1 on a connection that stays open. */
export function post(path: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const all = { host: 'localhost', 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

interface Tally {
  readonly times: number[]
  wrong: number
}

/** One connection: sends, waits for the whole answer, sends the next, until the signal aborts. */
function converse(port: number, next: NextRequest, wanted: number, tally: Tally, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let pending: Buffer = Buffer.alloc(0)
    let began = 0
    const send = (): void => {
      if (signal.aborted) {
        socket.end()
        resolve()
        return
      }
      began = performance.now()
      socket.write(next())
    }
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      const end = pending.indexOf(headEnd)
      if (end < 0) return
      const head = pending.toString('latin1', 0, end)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (pending.length < end + 4 + length) return
      if (head.slice(9, 12) !== String(wanted)) {
        if (tally.wrong === 0) console.error(pending.toString())
        tally.wrong += 1
      }
      pending = Buffer.alloc(0)
      tally.times.push(performance.now() - began)
      send()
    })
  })
}

/** Loads a port from many connections for a while. */
export async function load(port: number, connections: number, next: NextRequest, wanted: number, windowMs: number): Promise<Load> {
  const stop = new AbortController()
  const tally: Tally = { times: [], wrong: 0 }
  const began = performance.now()
  const timer = setTimeout(() => stop.abort(), windowMs)
  await Promise.all(Array.from({ length: connections }, () => converse(port, next, wanted, tally, stop.signal)))
  clearTimeout(timer)
  const seconds = (performance.now() - began) / 1000
  const sorted = tally.times.toSorted((a, b) => a - b)
  return {
    perSecond: sorted.length / seconds,
    p50: median(sorted),
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    wrong: tally.wrong,
  }
}
