import { type ChildProcess, fork } from 'node:child_process'

/** A process that answers a message with a message; one question at a time. */
export interface Child {
  readonly process: ChildProcess
  ask<Answer>(question: object): Promise<Answer>
  /** Lets go of it: it ends by itself when nobody listens any more. */
  end(): Promise<void>
}

/** Starts a file of ours in a process of its own. An answer `{ error }`, or its death, rejects the question. */
export function startChild(file: URL, args: readonly string[] = []): Child {
  const child = fork(file, args, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)))
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    process: child,
    ask<Answer>(question: object) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>()
      const died = (): void => reject(new Error(`${file.pathname} ended\n${said}`))
      child.once('exit', died)
      child.once('message', (answer: Answer & { error?: string }) => {
        child.off('exit', died)
        if (typeof answer === 'object' && answer.error !== undefined) reject(new Error(answer.error))
        else resolve(answer)
      })
      child.send(question)
      return promise
    },
    async end() {
      if (child.connected) child.disconnect()
      await gone
    },
  }
}
