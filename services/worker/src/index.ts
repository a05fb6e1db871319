export { createLogger } from './logger.ts'
export { openWorker, tellOf, type Worker, type WorkerOptions } from './worker.ts'
