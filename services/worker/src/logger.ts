import { pino, type DestinationStream, type Logger } from 'pino'

/** Where an error came from, without its message: a message may quote what stands in a fact. */
const frames = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trim().startsWith('at '))
    .slice(0, 8)
    .map((line) => line.trim())

/** A logger that names projection, position and outcome; JSON lines on the standard output. `JEJAK_LOG` sets the level. */
export function createLogger(destination?: DestinationStream): Logger {
  return pino(
    {
      level: process.env['JEJAK_LOG'] ?? 'info',
      base: null,
      serializers: { err: (error: Error & { code?: string }) => ({ type: error.name, code: error.code, stack: frames(error) }) },
    },
    ...(destination ? [destination] : []),
  )
}
