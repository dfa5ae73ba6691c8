import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import { redactor } from './redact.ts'
import { safeError, safeRequestError } from './safe-error.ts'

export interface LoggerOptions {
  /** Stands in every line as `service`. */
  readonly service: string
  readonly level: string
  /** Where lines go; standard output when left out. */
  readonly destination?: DestinationStream
}

/** JSON lines without personal data: personal names and credentials are masked, errors reduced to what is safe: `err` where no input is at hand, `thrown` in requests. */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: redactor() },
    serializers: { err: safeError, error: errorOrText, cause: errorOrText, thrown: safeRequestError },
  }
  return destination ? pino(options, destination) : pino(options)
}

// Codes and sentences of our own stand under these names too; only what is an error needs reducing.
function errorOrText(value: unknown): unknown {
  return value instanceof Error ? safeError(value) : value
}
