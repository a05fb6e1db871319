export { fileOf, namedPaper, papersIn, type NamedPaper, type Paper } from './paper.ts'
export { idOf, routeOf, type Party, type ScenarioRequest } from './request.ts'
export { labelId, lines, party, prelude, type Line } from './list.ts'
export { prabumulih, prabumulihPrelude } from './prabumulih.ts'
export { nextYear } from './next-year.ts'

import { nextYear } from './next-year.ts'
import { prabumulih, prabumulihPrelude } from './prabumulih.ts'
import type { ScenarioRequest } from './request.ts'

/** The whole demonstration, in the order of its recorded times: the offices, the scenario of 2018, and the year after it. */
export const demonstration = (): ScenarioRequest[] => [...prabumulihPrelude(), ...prabumulih(), ...nextYear()]
