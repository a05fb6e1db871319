import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { sen } from '@jejak/domain'

const execute = promisify(execFile)

/** Balances in sen by the account's name in the journal; accounts on which nothing stands are left out. */
export type Balances = ReadonlyMap<string, bigint>

/** A program that reads journals. */
export interface Program {
  readonly name: 'hledger' | 'ledger' | 'beancount'
  readonly needs: readonly string[]
  /** Throws with the program's own words where the journal is not in order by its strictest rules. */
  check(file: string): Promise<void>
  /** Balances by the end of a date. */
  balances(file: string, date: string): Promise<Balances>
}

async function run(command: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(command, [...args], {
      maxBuffer: 1 << 28,
      env: { ...process.env, LEDGER_FILE: '', LC_ALL: 'C.UTF-8' },
    })
    return stdout
  } catch (error) {
    const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string }
    throw new Error(`${command} ${args.join(' ')}: ${`${stderr}${stdout}`.slice(0, 2_000)}`, { cause: error })
  }
}

const dayAfter = (date: string): string => Temporal.PlainDate.from(date).add({ days: 1 }).toString()

/** Sen of `-123.45`; no figure of a journal has another form. */
function senOf(text: string): bigint {
  const found = /^(-?)([0-9]+)(\.[0-9]{1,2})?$/.exec(text.trim())
  if (found === null) throw new Error(`${text} is no amount`)
  const amount = sen(`${found[2]}${(found[3] ?? '').padEnd(found[3] === undefined ? 0 : 3, '0')}`)
  return found[1] === '-' ? -amount : amount
}

const told = (lines: readonly (readonly [name: string, amount: string])[]): Balances =>
  new Map(lines.map(([name, amount]) => [name.trim(), senOf(amount)] as const).filter(([, amount]) => amount !== 0n))

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '')

const hledger: Program = {
  name: 'hledger',
  needs: ['hledger'],
  check: async (file) => void (await run('hledger', ['-f', file, 'check', '--strict'])),
  async balances(file, date) {
    const text = await run('hledger', ['-f', file, 'balance', '--flat', '-N', '-O', 'csv', '--end', dayAfter(date)])
    const rows = linesOf(text).slice(1)
    return told(rows.map((row) => /^"([^"]+)","(.+?)(?: IDR)?"$/.exec(row) ?? []).map(([, name = '', amount = '']) => [name, amount]))
  },
}

const ledger: Program = {
  name: 'ledger',
  needs: ['ledger'],
  check: async (file) => void (await run('ledger', ['-f', file, '--strict', '--pedantic', 'stats'])),
  async balances(file, date) {
    const format = ['--format', '%(account)\t%(quantity(display_total))\n']
    const text = await run('ledger', ['-f', file, 'balance', '--flat', '--no-total', '--end', dayAfter(date), ...format])
    return told(
      linesOf(text)
        .map((line) => line.split('\t'))
        .map(([name = '', amount = '']) => [name, amount]),
    )
  },
}

const beancount: Program = {
  name: 'beancount',
  needs: ['bean-check', 'bean-query'],
  check: async (file) => void (await run('bean-check', [file])),
  async balances(file, date) {
    const query = `select account, sum(number) as amount where date <= ${date} group by account`
    const rows = linesOf(await run('bean-query', ['-f', 'csv', file, query])).slice(1)
    return told(rows.map((row) => row.split(',')).map(([name = '', amount = '']) => [name, amount]))
  },
}

const programs: readonly Program[] = [hledger, ledger, beancount]

function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** The programs that are here. Says loudly which are not; throws instead where JEJAK_REQUIRE_PROGRAMS asks for all of them. */
export function programsHere(): readonly Program[] {
  const absent = programs.filter(({ needs }) => !needs.every(isInstalled))
  if (absent.length === 0) return programs
  const names = absent.map(({ name }) => name).join(', ')
  if (process.env['JEJAK_REQUIRE_PROGRAMS'] === '1')
    throw new Error(`not installed: ${names}; JEJAK_REQUIRE_PROGRAMS=1 asks for all of them`)
  process.stderr.write(
    `\n*** NOT COMPARED: ${names} not installed here (Debian has packages of these names); journals are not read by it ***\n\n`,
  )
  return programs.filter((program) => !absent.includes(program))
}
