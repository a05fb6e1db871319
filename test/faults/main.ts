import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { lineOf, pageOf } from './report.ts'
import { seeded, type SectionResult } from './result.ts'
import { sections } from './sections.ts'

const usage = `faults: kills, cuts and holds up what runs, and counts what is lost
  --section <name>   ${Object.keys(sections).join(' | ')}; may be given several times; all by default
  --kills <n>        rounds of each section, instead of the campaign's number
  --clients <n>      clients, instead of the campaign's number
  --short            the short form, as in the suite
  --worker <line>    command line of the worker; gets DATABASE_URL
  --seed <n>         repeats the moments of an earlier campaign
  --judge-times      end with 1 also when something took longer than it should
  --out <file>       figures as Markdown, e.g. docs/reliability.md
  --json <file>      figures as JSON`

function wrongUse(what: string): never {
  process.stderr.write(`${what}\n${usage}\n`)
  return process.exit(2)
}

function read() {
  try {
    return parseArgs({
      options: {
        section: { type: 'string', multiple: true },
        kills: { type: 'string' },
        clients: { type: 'string' },
        short: { type: 'boolean' },
        worker: { type: 'string' },
        seed: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'string' },
        'judge-times': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    return wrongUse(error instanceof Error ? error.message : String(error))
  }
}

const given = read()
const count = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  return wrongUse(`not a number of rounds or clients: ${text}`)
}
if (given.help === true) {
  process.stdout.write(`${usage}\n`)
  process.exit(0)
}
const names = given.section ?? Object.keys(sections)
const strange = names.find((name) => sections[name] === undefined)
if (strange !== undefined) wrongUse(`there is no section ${strange}`)

const seed = count(given.seed) ?? 1 + Math.floor(Math.random() * 99_999)
const [rounds, clients] = [count(given.kills), count(given.clients)]
const results: SectionResult[] = []
const command = ['pnpm faults', ...process.argv.slice(2)].join(' ')
const madeOn = new Date().toISOString().slice(0, 10)
for (const name of names) {
  const section = sections[name]
  if (section === undefined) continue
  const size = given.short === true ? section.short : section.campaign
  const began = performance.now()
  let told = 0
  const result = await section.run(
    {
      ...size,
      ...(rounds === undefined ? {} : { rounds }),
      ...(clients === undefined ? {} : { clients }),
      random: seeded(seed),
      progress(done, of, detail) {
        const now = performance.now()
        if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${name}  ${done} of ${of}  ${detail}`)
        else if (now - told > 10_000) process.stderr.write(`${name}  ${done} of ${of}  ${detail}\n`)
        if (now - told > 10_000) told = now
      },
    },
    given.worker,
  )
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K')
  results.push(result)
  process.stdout.write(`${lineOf(result)} (${Math.round((performance.now() - began) / 1000)} s)\n`)
  // After each section: what is known by then is kept, whatever becomes of the rest.
  if (given.out !== undefined) await writeFile(given.out, pageOf(results, { madeOn, command, seed }))
  for (const line of [...result.faults.slice(0, 20), ...result.late.map((each) => `late: ${each}`)]) process.stdout.write(`      ${line}\n`)
}
if (given.json !== undefined) await writeFile(given.json, `${JSON.stringify({ madeOn, command, seed, results }, null, 2)}\n`)
const failed = results.some(({ faults, late }) => faults.length > 0 || (given['judge-times'] === true && late.length > 0))
process.exitCode = failed ? 1 : 0
