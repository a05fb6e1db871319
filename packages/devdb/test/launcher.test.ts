import { existsSync } from 'node:fs'
import { appendFile, cp, mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { birthOf } from '../src/claim.ts'
import { launchElsewhere, query, start, started, temporaryDataDir } from './support/launcher.ts'

test('a fresh cluster is durable, guarded by a generated password, and hears only 127.0.0.1', async () => {
  const dataDir = await temporaryDataDir()
  const passwordFile = `${dataDir}.password`
  const said: string[] = []
  const server = await started({ dataDir, durability: 'full', auth: { passwordFile }, announce: (line) => said.push(line) })
  expect(server).toMatchObject({ fresh: true, adopted: false, recovered: false, dataDir, version: expect.stringMatching(/^18\./) })
  expect(said.join()).toContain('making a PostgreSQL cluster')
  const settings = `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
    current_setting('data_checksums') as sums,
    current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
    current_setting('server_encoding') as encoding`
  expect(await query(server.adminUrl(), settings)).toEqual([
    { fsync: 'on', commit: 'on', sums: 'on', listen: '127.0.0.1', sockets: '', encoding: 'UTF8' },
  ])
  expect((await stat(passwordFile)).mode & 0o777).toBe(0o600)
  await expect(query(`postgresql://postgres:wrong@127.0.0.1:${server.port}/postgres`, 'select 1')).rejects.toThrow(/password/)

  await server.stop()
  await server.stop()
  expect(await birthOf(server.pid)).toBeUndefined()
  const again = await started({ dataDir, durability: 'full', auth: { passwordFile } })
  expect(again).toMatchObject({ fresh: false, adopted: false, recovered: false })
  expect(await query(again.adminUrl(), 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a server whose launcher was killed is adopted with its data, and stopped by the adopter', async () => {
  const dataDir = await temporaryDataDir()
  const launcher = launchElsewhere({ dataDir, durability: 'tests', auth: 'trust' })
  const first = await launcher.report
  await query(first.url, 'create table kept as select 7 as seven')
  await launcher.kill()

  const server = await started({ dataDir, durability: 'tests', auth: 'trust' })
  expect(server).toMatchObject({ adopted: true, fresh: false, pid: first.pid, port: first.port })
  expect(server.recovered).toBeUndefined()
  expect(await query(server.adminUrl(), 'select seven from kept')).toEqual([{ seven: 7 }])
  await server.stop()
  expect(await birthOf(first.pid)).toBeUndefined()
})

test('a server that was killed is recovered with what it had committed', async () => {
  const dataDir = await temporaryDataDir()
  const launcher = launchElsewhere({ dataDir, durability: 'full', auth: 'trust' })
  const first = await launcher.report
  await query(first.url, 'create table kept as select generate_series(1, 1000) as n')
  process.kill(first.pid, 'SIGKILL')
  await launcher.kill()

  const server = await started({ dataDir, durability: 'full', auth: 'trust' })
  expect(server).toMatchObject({ adopted: false, fresh: false, recovered: true })
  expect(await query(server.adminUrl(), 'select count(*)::int as rows from kept')).toEqual([{ rows: 1000 }])
})

test('a preferred port that is taken gives way to a free one', async () => {
  const occupant = createServer()
  await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void occupant.close())
  const address = occupant.address()
  const taken = address !== null && typeof address === 'object' ? address.port : 0

  const server = await started({ dataDir: await temporaryDataDir(), durability: 'tests', auth: 'trust', preferredPort: taken })
  expect(server.port).not.toBe(taken)
  expect(await query(server.adminUrl(), 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a preferred port that is free is used', async () => {
  const dataDir = await temporaryDataDir()
  const first = await started({ dataDir, durability: 'tests', auth: 'trust' })
  await first.stop()
  expect((await started({ dataDir, durability: 'tests', auth: 'trust', preferredPort: first.port })).port).toBe(first.port)
})

test('a failing initdb is quoted', async () => {
  const dataDir = await temporaryDataDir()
  const nativeDir = inject('nativeDir')
  // Programs without their share folder: a real failure of initdb itself.
  const crippled = `${dataDir}.programs`
  await mkdir(crippled)
  await cp(path.join(nativeDir, 'bin'), path.join(crippled, 'bin'), { recursive: true })
  await symlink(path.join(nativeDir, 'lib'), path.join(crippled, 'lib'))
  const attempt = start({ dataDir, durability: 'tests', auth: 'trust', nativeDir: crippled })
  await expect(attempt).rejects.toThrow(/initdb could not make a cluster in [^]*initdb: error: [^]*share/)
  expect((await started({ dataDir, durability: 'tests', auth: 'trust' })).fresh).toBe(true)
})

test('a failing start quotes the last lines of the server log', async () => {
  const dataDir = await temporaryDataDir()
  const options = { dataDir, durability: 'tests', auth: 'trust' } as const
  await (await start(options)).stop()
  await appendFile(path.join(dataDir, 'postgresql.conf'), '\nno such setting = here\n')
  const failure = start(options)
  await expect(failure).rejects.toThrow(/PostgreSQL could not start on [^]*syntax error in file/)
  await expect(failure).rejects.not.toThrow(/undefined/)
})

test('a cluster whose initdb was interrupted is made anew, strange files are left alone', async () => {
  const dataDir = await temporaryDataDir()
  await mkdir(dataDir)
  await writeFile(path.join(dataDir, 'PG_VERSION'), '18\n')
  await writeFile(`${dataDir}.initdb`, '1\n')
  expect((await started({ dataDir, durability: 'tests', auth: 'trust' })).fresh).toBe(true)
  expect(existsSync(`${dataDir}.initdb`)).toBe(false)

  const strange = await temporaryDataDir()
  await mkdir(strange)
  await writeFile(path.join(strange, 'letter.txt'), 'dear')
  await expect(start({ dataDir: strange, durability: 'tests', auth: 'trust' })).rejects.toThrow(/no database \(letter\.txt\)/)
  expect(await readFile(path.join(strange, 'letter.txt'), 'utf8')).toBe('dear')
})

test('a lost password file is named instead of replaced', async () => {
  const dataDir = await temporaryDataDir()
  const passwordFile = `${dataDir}.password`
  await (await start({ dataDir, durability: 'tests', auth: { passwordFile } })).stop()
  await rename(passwordFile, `${passwordFile}.away`)
  const attempt = start({ dataDir, durability: 'tests', auth: { passwordFile } })
  await expect(attempt).rejects.toThrow(`password file ${passwordFile} is missing`)
  expect(existsSync(passwordFile)).toBe(false)
})
