import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A child process of a test: what it said, a line each, and how it ended. */
export interface Child {
  readonly process: ChildProcess
  readonly lines: string[]
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly errors: string }>
}

/** Runs a script of this folder with the same Node. */
export function start(script: string, ...args: readonly string[]): Child {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  let errors = ''
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const { promise, resolve } = Promise.withResolvers<Awaited<Child['ended']>>()
  child.on('close', (code, signal) => resolve({ code, signal, errors }))
  return { process: child, lines, ended: promise }
}
