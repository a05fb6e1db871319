import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** The README and the guides that show commands are true: each one's are run in order, in one shell, and print what it says. */
const root = path.resolve(import.meta.dirname, '../..')
const cli = `${process.execPath} services/cli/src/main.ts`
let folder: string
let environment: NodeJS.ProcessEnv
let service: ChildProcess
let printed = ''

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'jejak-readme-'))
  // The database's user must be able to enter it when the suite runs as root.
  await chmod(folder, 0o755)
  environment = { ...process.env, JEJAK_DATA: folder, JEJAK_PORT: String(await freePort()) }
  service = spawn(process.execPath, ['services/cli/src/main.ts', 'start'], { cwd: root, env: environment })
  await new Promise<void>((resolve, reject) => {
    const heard = (chunk: Buffer): void => {
      printed += chunk.toString()
      if (printed.includes('Ctrl-C stops')) resolve()
    }
    service.stdout?.on('data', heard)
    service.stderr?.on('data', heard)
    service.once('exit', (code) => reject(new Error(`start ended with ${code}: ${printed}`)))
  })
}, 100_000)

afterAll(async () => {
  const gone = new Promise<unknown>((resolve) => service.once('exit', resolve))
  service.kill('SIGINT')
  await gone
  await rm(folder, { recursive: true, force: true })
}, 30_000)

interface Step {
  readonly command: string
  readonly output: string
}

/** Commands and outputs of the `console` blocks: a line that begins with `$ ` is typed, the lines after it are printed. */
function stepsOf(markdown: string): Step[] {
  const blocks = [...markdown.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command = '', ...output] = part.trimEnd().split('\n')
        return { command, output: output.join('\n') }
      }),
  )
}

/** What differs from run to run: new identifiers, instants and today's date. */
const normalised = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, '<instant>')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()

/** Files that the commands write and read: not into the checkout. */
const written = /\b(draft\.txt|data\.json|statement\.txt)\b/g

/** Runs commands in one shell, with `jejak` standing for the command of this checkout. */
function runAll(commands: readonly string[]): Promise<string[]> {
  const marker = '=== end of command ==='
  const script = [
    'jejak() { ' + cli + ' "$@"; }',
    `cd ${JSON.stringify(root)}`,
    ...commands.flatMap((command) => [command.replace(written, `${folder}/$&`), `echo "${marker}"`]),
  ]
  return new Promise((resolve, reject) => {
    const shell = spawn('bash', ['-c', script.join('\n')], { cwd: root, env: environment })
    let output = ''
    shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    shell.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    shell.on('error', reject)
    shell.on('exit', () => resolve(output.split(`${marker}\n`).slice(0, -1)))
  })
}

/** How many facts are in the log. */
async function facts(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${environment['JEJAK_PORT']}/readyz`)
  return ((await response.json()) as { log: { position: number } }).log.position
}

/** Positions of facts that a guide's commands recorded, as they are in a log to which only this guide has added. */
const asAlone = (text: string, begun: number, before: number, after: number): string =>
  text.replaceAll(/(?<![\d.,-])\d+(?![\d.-])/g, (digits) =>
    Number(digits) > before && Number(digits) <= after ? String(Number(digits) - (before - begun)) : digits,
  )

/** What a guide says that its commands print, beside what they print. */
async function tour(name: string): Promise<{ told: object[]; real: object[] }> {
  const file = path.join(root, name)
  const guide = await readFile(file, 'utf8')
  const steps = stepsOf(guide)
  const before = await facts()
  const here = await runAll(steps.map((step) => step.command))
  const after = await facts()
  const begun = Number(/the log holds (\d+) facts/.exec(printed)?.[1])
  const outputs = here.map((output) => asAlone(output, begun, before, after))
  const told = steps.map((step) => ({ command: step.command, output: normalised(step.output) }))
  const real = steps.map((step, index) => ({ command: step.command, output: normalised(outputs[index] ?? '(nothing)') }))
  // JEJAK_README=write puts what is printed in the place of what is told, after a wanted change: read it before it is committed.
  if (process.env['JEJAK_README'] === 'write') {
    const mended = steps.reduce((text, { command, output }, index) => {
      if (told[index]?.output === real[index]?.output) return text
      return text.replace(`$ ${command}\n${output}`, () => `$ ${command}\n${(outputs[index] ?? '').trimEnd()}`)
    }, guide)
    await writeFile(file, mended)
  }
  return { told, real }
}

it.each([
  ['README.md', 16],
  ['docs/reconciliation.md', 6],
] as const)(
  '%s: its commands print what it says',
  async (name, steps) => {
    const { told, real } = await tour(name)
    expect(told.length).toBeGreaterThanOrEqual(steps)
    expect(real).toEqual(told)
  },
  120_000,
)

it('names the commands that CI runs, and every setting', async () => {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8')
  const settings = await readFile(path.join(root, 'services/api/src/settings.ts'), 'utf8')
  const names = [...settings.matchAll(/^ {4}([A-Z_]+):/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'NODE_ENV')
  for (const name of names) expect(readme).toContain(`\`${name}\``)
  const ci = await readFile(path.join(root, '.ci/run'), 'utf8')
  expect(ci).toContain('pnpm@12.21.0')
  expect(readme).toContain('npx -y pnpm@12.21.0 test')
})
