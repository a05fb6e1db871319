export { fileOf, namedPaper, papersIn, type NamedPaper, type Paper } from './paper.ts'
export { idOf, routeOf, type Party, type ScenarioRequest } from './request.ts'
export { labelId, lines, party, prelude, type Line } from './list.ts'
export { labels as kedungkandangLabels, lines as kedungkandangLines } from './kedungkandang-list.ts'
export { kedungkandang, kedungkandangPrelude, kedungkandangRefused } from './kedungkandang.ts'
export { prabumulih, prabumulihPrelude } from './prabumulih.ts'
export { labels as purbayanLabels, lines as purbayanLines } from './purbayan-list.ts'
export { purbayan, purbayanPrelude } from './purbayan.ts'
export { nextYear } from './next-year.ts'

import { nextYear } from './next-year.ts'
import { prabumulih, prabumulihPrelude } from './prabumulih.ts'
import type { ScenarioRequest } from './request.ts'

/** The whole demonstration, in the order of its recorded times: the offices, the scenario of 2018, and the year after it. */
export const demonstration = (): ScenarioRequest[] => [...prabumulihPrelude(), ...prabumulih(), ...nextYear()]

/** Requests of several scenarios for one log, in the order of their recorded times; each keeps its own order (CONTRACTS D2). */
export const merged = (...scenarios: readonly (readonly ScenarioRequest[])[]): ScenarioRequest[] =>
  scenarios.flat().sort((a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt))
