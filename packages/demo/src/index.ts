export { idOf, type Party, type ScenarioRequest } from './request.ts'
export { labelId, lines, prabumulih, prabumulihPrelude, type Line } from './prabumulih.ts'
