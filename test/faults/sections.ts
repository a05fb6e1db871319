import { cutConnections } from './cutting.ts'
import { exhaustPool, holdGate } from './holding.ts'
import { killApi, killDatabases, killWorker } from './killing.ts'
import { raceForMoney } from './racing.ts'
import type { SectionOptions, SectionResult } from './result.ts'
import { spendAtRandom } from './spending.ts'
import { slowSubscribers } from './subscribing.ts'

/** A section of the campaign, and how much of it the campaign does and the suite. */
export interface Section {
  readonly run: (options: SectionOptions, worker?: string) => Promise<SectionResult>
  readonly campaign: Pick<SectionOptions, 'rounds' | 'clients' | 'heldSeconds'>
  readonly short: Pick<SectionOptions, 'rounds' | 'clients' | 'heldSeconds'>
}

/** Every section by the name that selects it. */
export const sections: Readonly<Record<string, Section>> = {
  api: {
    run: killApi,
    campaign: { rounds: 200, clients: 8, heldSeconds: 0 },
    short: { rounds: 2, clients: 8, heldSeconds: 0 },
  },
  database: {
    run: killDatabases,
    campaign: { rounds: 200, clients: 8, heldSeconds: 0 },
    short: { rounds: 3, clients: 8, heldSeconds: 0 },
  },
  worker: {
    run: killWorker,
    campaign: { rounds: 200, clients: 8, heldSeconds: 0 },
    short: { rounds: 2, clients: 8, heldSeconds: 0 },
  },
  cut: {
    run: cutConnections,
    campaign: { rounds: 10_000, clients: 1, heldSeconds: 0 },
    short: { rounds: 40, clients: 1, heldSeconds: 0 },
  },
  gate: {
    run: holdGate,
    campaign: { rounds: 1, clients: 500, heldSeconds: 10 },
    short: { rounds: 1, clients: 60, heldSeconds: 2 },
  },
  pool: {
    run: exhaustPool,
    campaign: { rounds: 1, clients: 500, heldSeconds: 10 },
    short: { rounds: 1, clients: 60, heldSeconds: 2 },
  },
  races: {
    run: raceForMoney,
    campaign: { rounds: 1_000, clients: 8, heldSeconds: 0 },
    short: { rounds: 9, clients: 8, heldSeconds: 0 },
  },
  spending: {
    run: spendAtRandom,
    campaign: { rounds: 100_000, clients: 1, heldSeconds: 0 },
    short: { rounds: 120, clients: 1, heldSeconds: 0 },
  },
  subscribers: {
    run: slowSubscribers,
    campaign: { rounds: 5_000, clients: 1, heldSeconds: 0 },
    short: { rounds: 60, clients: 1, heldSeconds: 0 },
  },
}
