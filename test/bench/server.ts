import { open, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { placeFor, type Server, startServer } from '@jejak/devdb'
import pg from 'pg'

const checkoutDir = path.resolve(import.meta.dirname, '../..')

/** The server of a run: its defaults but for the number of connections, in a data folder of its own. */
export interface BenchServer {
  readonly server: Server
  /** Creates an empty database; its connection string. */
  database(name: string): Promise<string>
  /** Runs a statement in the maintenance database. */
  admin: pg.Pool
  /** Stops the server; removes the data unless they are kept. */
  end(keep: boolean): Promise<void>
}

/** Starts the server. Data that an interrupted run left are removed first. */
export async function startBenchServer(say: (line: string) => void): Promise<BenchServer> {
  const preferred = path.join(checkoutDir, '.jejak', 'bench')
  const { dataDir, nativeDir } = await placeFor(checkoutDir, preferred, say)
  const begin = () => startServer({ dataDir, nativeDir, durability: 'full', auth: 'trust', maxConnections: 400, announce: say })
  let server = await begin()
  if (!server.fresh) {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
    server = await begin()
  }
  const admin = new pg.Pool({ connectionString: server.adminUrl(), max: 2 })
  admin.on('error', () => undefined)
  return {
    server,
    admin,
    async database(name) {
      await admin.query(`create database ${name}`)
      return server.adminUrl(name)
    },
    async end(keep) {
      await admin.end()
      await server.stop()
      if (keep) say(`the data are kept in ${dataDir}`)
      else await rm(dataDir, { recursive: true, force: true })
    },
  }
}

const settingNames = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'wal_level',
  'commit_delay',
  'shared_buffers',
  'max_wal_size',
  'io_method',
  'autovacuum',
  'jit',
  'max_connections',
] as const

/** How often a second the disk takes eight kilobytes for good: what a commit waits for. */
async function syncSpeed(folder: string): Promise<string> {
  const name = path.join(folder, 'bench-sync')
  const file = await open(name, 'w')
  const block = Buffer.alloc(8192)
  const start = performance.now()
  let count = 0
  for (; performance.now() - start < 500; count += 1) {
    await file.write(block, 0, block.length, 0)
    await file.datasync()
  }
  await file.close()
  await rm(name)
  return `${Math.round(count / ((performance.now() - start) / 1000))} a second`
}

async function packagesCompared(): Promise<string> {
  const manifest = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8')) as { dependencies: Record<string, string> }
  return Object.entries(manifest.dependencies)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}

/** Machine, versions and settings, as the report shows them. */
export async function environmentOf({ admin, server }: BenchServer): Promise<Record<string, string>> {
  const { rows } = await admin.query<{ name: string; value: string }>(
    'select name, current_setting(name, true) as value from unnest($1::text[]) name',
    [[...settingNames]],
  )
  return {
    PostgreSQL: server.version,
    settings: rows.map(({ name, value }) => `${name}=${value}`).join(' '),
    Node: process.versions.node,
    processor: `${os.cpus().length} x ${os.cpus()[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    'fdatasync of 8 kB': await syncSpeed(path.dirname(server.dataDir)),
    'packages compared': await packagesCompared(),
    'load average before': os
      .loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
  }
}
