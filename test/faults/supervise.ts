import { type ChildProcess, spawn } from 'node:child_process'

/** A command line with its settings. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** What it prints when it can do its work; absent: it says nothing. */
  readonly ready?: RegExp
}

/** Keeps a program running: whenever it ends it is started again, as systemd or a cluster would. */
export interface Supervised {
  /** Ends it as kill -9 does. The next one starts by itself. */
  readonly kill: () => void
  /** Resolves when the program that runs now has said that it is ready. */
  readonly ready: () => Promise<void>
  readonly starts: () => number
  /** Resident memory in bytes; 0 where the system does not tell. */
  readonly pid: () => number
  readonly stop: () => Promise<void>
}

/** Starts a program and keeps it running. What it writes to its error output is kept for `onTrouble` when it ends by itself. */
export function supervise(program: Program, onTrouble: (what: string) => void): Supervised {
  let child: ChildProcess
  let starts = 0
  let stopping = false
  let killed = false
  let readiness = Promise.withResolvers<void>()
  let gone = Promise.resolve()

  function start(): void {
    starts += 1
    killed = false
    let errors = ''
    let said = ''
    const mine = readiness
    const ended = Promise.withResolvers<void>()
    gone = ended.promise
    child = spawn(program.command, program.args, { env: { ...process.env, ...program.env }, stdio: ['ignore', 'pipe', 'pipe'] })
    if (program.ready === undefined) mine.resolve()
    child.stdout?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-1_000)
      if (program.ready?.test(said)) mine.resolve()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-2_000)
    })
    child.once('error', (error) => onTrouble(`${program.args[0] ?? program.command} cannot be started: ${error.message}`))
    child.once('close', (code, signal) => {
      ended.resolve()
      if (stopping) return
      if (!killed) onTrouble(`${program.args[0] ?? program.command} ended by itself (${code ?? signal}): ${errors.trim()}`)
      readiness = Promise.withResolvers<void>()
      // One that cannot start is not tried a thousand times a second.
      if (killed) start()
      else setTimeout(() => (stopping ? undefined : start()), 200)
    })
  }
  start()
  return {
    kill() {
      killed = true
      child.kill('SIGKILL')
    },
    ready: () => readiness.promise,
    starts: () => starts,
    pid: () => child.pid ?? 0,
    async stop() {
      stopping = true
      child.kill('SIGTERM')
      const force = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(force)
    },
  }
}
