import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client, type Pool } from 'pg'
import { placeFor, startServer, type Server } from '@jejak/devdb'
import { createPool, migrateLog } from '@jejak/event-store'

const checkoutDir = path.resolve(import.meta.dirname, '../..')
const login = 'jejak_faults'

/** A PostgreSQL of the campaign's own, whose commits reach the disk, with one log in it. */
export interface Stage {
  readonly folder: string
  readonly adminUrl: string
  readonly servingUrl: string
  readonly admin: Pool
  readonly server: () => Server
  /** Starts the server again on the same port after it was killed. */
  readonly revive: () => Promise<void>
  /** A new, empty database on the same server; its administrator's address. */
  readonly emptyDatabase: () => Promise<string>
  readonly close: () => Promise<void>
}

const within = (url: string, database: string, user?: string): string => {
  const address = new URL(url)
  address.pathname = `/${database}`
  if (user !== undefined) address.username = user
  return address.href
}

/** Makes the folder, the server and the log. */
export async function setStage(announce: (line: string) => void): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'jejak-faults-'))
  // The server runs as another user when we are root.
  await chmod(folder, 0o755)
  const place = await placeFor(checkoutDir, path.join(folder, 'postgres'), announce)
  const start = (preferredPort?: number): Promise<Server> =>
    startServer({ ...place, durability: 'full', auth: 'trust', ...(preferredPort === undefined ? {} : { preferredPort }) })
  let server = await start()
  const adminUrl = within(server.adminUrl(), 'faults')
  let made = 0
  const create = async (name: string): Promise<string> => {
    const client = new Client(server.adminUrl())
    await client.connect()
    await client.query(`create database ${name}`)
    await client.end()
    return within(server.adminUrl(), name)
  }
  await create('faults')
  const admin = createPool(adminUrl, { max: 4, statementTimeoutMs: 0, idleInTransactionMs: 0 })
  await migrateLog(admin, { clock: 'real', servingLogin: { name: login } })
  return {
    folder,
    adminUrl,
    servingUrl: within(adminUrl, 'faults', login),
    admin,
    server: () => server,
    async revive() {
      const { port } = server
      // Gives back our claim to the folder; there is nothing left to stop.
      await server.stop()
      server = await start(port)
      if (server.port !== port) throw new Error(`the server came back on port ${server.port} instead of ${port}`)
    },
    emptyDatabase: () => create(`faults_${(made += 1)}`),
    async close() {
      await admin.end()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The processes whose parent is this one. Linux tells; elsewhere none. */
export function childrenOf(parent: number): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const text = readFileSync(`/proc/${name}/stat`, 'utf8')
        return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]) === parent
      } catch {
        return false
      }
    })
    .map(Number)
}
