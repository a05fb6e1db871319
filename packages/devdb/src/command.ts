import { spawn } from 'node:child_process'

/** The account a program runs under; absent means our own. */
export interface Identity {
  readonly uid: number
  readonly gid: number
}

/** How a program ended, and what it wrote. `code` is -1 when it could not be started at all; `stderr` then says why. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The environment without what changes the server's language or points PostgreSQL's programs at another cluster. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG[A-Z]+|LC_[A-Z]+|LANG|LANGUAGE|TZ)$/.test(name))
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}

/** Runs a program to its end and never rejects: a failure to start is an outcome like any other. */
export async function run(file: string, args: readonly string[], as?: Identity): Promise<Outcome> {
  return new Promise((resolve) => {
    // The folder we stand in may be closed to the other account; every account may stand in the root.
    const options = { cwd: '/', env: plainEnvironment(), ...(as && { uid: as.uid, gid: as.gid }) }
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.once('error', (error) => resolve({ code: -1, stdout, stderr: error.message }))
    child.once('close', (code, signal) => resolve({ code: code ?? -1, stdout, stderr: signal ? `${stderr}\nended by ${signal}` : stderr }))
  })
}

/** The last lines of a text that say something, for an error message. */
export function lastLines(text: string, count = 12): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.length > 0 ? lines.slice(-count).join('\n') : '(nothing was written)'
}
