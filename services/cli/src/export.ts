import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { Option } from 'commander'
import { addressOf, refusedBy, tokenHere } from './asking.ts'
import { CommandFailed, NotConnected } from './failure.ts'
import { filters, queryOf } from './ledger.ts'
import type { Register } from './program.ts'

interface Options extends Readonly<Record<string, string | boolean | undefined>> {
  readonly format: string
  readonly plan?: boolean
  readonly out?: string
  readonly url?: string
}

async function journal(base: string, query: URLSearchParams, token: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en' }
  const response = await fetch(`${base}/v1/ledger/journal?${query.toString()}`, { headers }).catch(() => {
    throw new NotConnected(`nothing answers at ${base}: is Jejak started? (--url names another address)`)
  })
  if (response.ok) return response
  throw refusedBy(response.status, (await response.json().catch(() => ({}))) as object)
}

/** Writes beside the file and puts it in place when it is whole: a journal that breaks off balances nothing. */
async function written(response: Response, file: string): Promise<void> {
  const part = `${file}.part`
  try {
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(part))
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw new CommandFailed(`${file} could not be written: ${error instanceof Error ? error.message : String(error)}`, 1)
  }
}

/** `jejak export journal`: money as text that hledger, ledger and beancount read. */
export const registerExport: Register = (program, terminal) => {
  const command = program
    .command('export')
    .description('hands facts out in the formats of other programs')
    .command('journal')
    .description('money as a journal, one transaction a fact with its position as code')
    .addOption(new Option('--format <program>', 'who reads it').choices(['hledger', 'ledger', 'beancount']).makeOptionMandatory())
  for (const [flags, description] of filters) command.option(flags, description)
  command
    .option('--at <date>', 'what counted by the end of that day')
    .option('--as-of <moment>', 'as it was known: a position, a date or an instant')
    .option('--plan', 'with the amounts of funds as they were decreed and revised')
    .option('--out <file>', 'to a file; else to the standard output')
    .option('--url <address>', 'address of the API')
    .action(async ({ url, out, plan, ...asked }: Options) => {
      const base = await addressOf(url === undefined ? {} : { url })
      const query = queryOf({ ...asked, plan: plan === true ? 'true' : undefined })
      const response = await journal(base, query, await tokenHere(url !== undefined))
      if (out === undefined) {
        terminal.out((await response.text()).trimEnd())
        return
      }
      await written(response, out)
      terminal.err(`${out}: known at position ${response.headers.get('jejak-position') ?? '?'}`)
    })
}
