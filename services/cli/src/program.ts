import { Command, CommanderError } from 'commander'
import { registerBackup } from './backup.ts'
import { registerBank } from './bank.ts'
import { registerCompliance } from './compliance.ts'
import { registerDeviations } from './deviations.ts'
import { CommandFailed, NotConnected } from './failure.ts'
import { registerEdition } from './edition.ts'
import { registerEvidence } from './evidence.ts'
import { registerExplain } from './explain.ts'
import { registerExport } from './export.ts'
import { registerImport } from './import.ts'
import type { Screen } from './progress.ts'
import { registerFlow } from './flow.ts'
import { registerLoans } from './loans.ts'
import { registerLedger } from './ledger.ts'
import { registerProjections } from './projections.ts'
import { registerReasons } from './reasons.ts'
import { registerReplay } from './replay.ts'
import { registerSend } from './send.ts'
import { registerSimulate } from './simulate.ts'
import { registerSwadaya, registerTaxes } from './sources.ts'
import { registerStart } from './start.ts'
import { registerStuck } from './stuck.ts'
import { registerToken } from './token.ts'
import { registerWorker } from './worker.ts'

/** What the commands write to; tests put their own in its place. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Where long work shows how far it is; nowhere if absent. */
  readonly screen?: Screen
}

const theConsole: Terminal = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  screen: process.stderr,
}

const commands: readonly Register[] = [
  registerStart,
  registerToken,
  registerReplay,
  registerStuck,
  registerFlow,
  registerDeviations,
  registerCompliance,
  registerBank,
  registerLoans,
  registerSwadaya,
  registerTaxes,
  registerReasons,
  registerLedger,
  registerExport,
  registerSend,
  registerExplain,
  registerEdition,
  registerImport,
  registerBackup,
  registerEvidence,
  registerProjections,
  registerWorker,
  registerSimulate,
]

/** Runs a command line. Gives the exit code: 0 ok, 1 found a difference or was refused, 2 wrong use, 3 could not connect. */
export async function run(args: readonly string[], terminal: Terminal = theConsole): Promise<number> {
  let code = 0
  const program = new Command('jejak')
    .description('Jejak: the funds and the workflow of community-driven programmes, as facts')
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text.trimEnd()), writeErr: (text) => terminal.err(text.trimEnd()) })
  const done = (result: number): void => {
    code = result
  }
  for (const register of commands) register(program, terminal, done)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof NotConnected) return said(terminal, error, 3)
    if (error instanceof CommandFailed) return said(terminal, error, error.code)
    throw error
  }
}

function said(terminal: Terminal, error: Error, code: number): number {
  terminal.err(`jejak: ${error.message}`)
  return code
}

/** How a command is added to the program. */
export type Register = (program: Command, terminal: Terminal, done: (code: number) => void) => void
