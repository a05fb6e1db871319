import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import type { Calls, Question, Reply } from './protocol.ts'

/** A store in a process of its own. */
export interface Remote {
  readonly name: string
  ask<K extends keyof Calls>(call: K, ask: Calls[K]['ask']): Promise<Calls[K]['answer']>
  end(): Promise<void>
}

/** Starts the process of a store. It says nothing unless it dies: then what it wrote last is in the error. */
export function startRemote(name: string): Remote {
  const child: ChildProcess = fork(path.join(import.meta.dirname, 'host.ts'), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let said = ''
  let asked = 0
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)))
  child.on('message', ({ id, answer, error }: Reply) => {
    const one = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) one?.resolve(answer)
    else one?.reject(new Error(`${name}: ${error}`))
  })
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      for (const { reject } of waiting.values()) reject(new Error(`${name} ended with ${code ?? signal}\n${said}`))
      waiting.clear()
      resolve()
    })
  })
  const remote: Remote = {
    name,
    async ask<K extends keyof Calls>(call: K, ask: Calls[K]['ask']) {
      asked += 1
      const question: Question = { id: asked, call, ask }
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      waiting.set(question.id, { resolve, reject })
      child.send(question)
      return (await promise) as Calls[K]['answer']
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      await remote.ask('close', {}).catch(() => undefined)
      if (child.connected) child.disconnect()
      await gone
    },
  }
  return remote
}
