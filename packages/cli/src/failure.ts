import { BusError } from '@haven/bus'
import { ConfigError } from '@haven/config'
import { MigrationError, UntrustedDatabase } from '@haven/db'
import { VaultError } from '@haven/vault'
import { MalformedFile } from './nrm/malformed-file.ts'

/** 1: it could not be done. 2: what was given is wrong (arguments, settings, a file). */
export type ExitCode = 1 | 2

/** An end that the person at the keyboard can do something about: one sentence with the remedy. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure'
  readonly exitCode: ExitCode

  constructor(message: string, { exitCode = 1, cause }: { exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, { cause })
    this.exitCode = exitCode
  }
}

interface Coded {
  code?: unknown
  message?: unknown
  path?: unknown
  address?: unknown
  port?: unknown
  errors?: unknown[]
}

/** What to say of an error, and the exit code that goes with it. */
export function explain(error: unknown): { message: string; exitCode: ExitCode } {
  if (error instanceof CliFailure) return { message: error.message, exitCode: error.exitCode }
  if (error instanceof ConfigError)
    return { message: `${error.message}\nSet them, or start the system by npm start.`, exitCode: 2 }
  if (error instanceof MalformedFile) return { message: `${error.message}. Nothing was posted.`, exitCode: 2 }
  if (error instanceof BusError && error.code === 'unavailable') {
    return { message: `${error.message}; start Kafka, or correct HAVEN_KAFKA_BROKERS.`, exitCode: 1 }
  }
  const spoken = [BusError, MigrationError, UntrustedDatabase, VaultError].some(kind => error instanceof kind)
  return { message: spoken ? (error as Error).message : unexpected(error as Coded), exitCode: 1 }
}

function unexpected(error: Coded): string {
  const { code, message, path, address, port } = error.errors === undefined ? error : (error.errors[0] as Coded)
  if (code === 'ECONNREFUSED') return `Nothing answers at ${address}:${port}; start the system, or correct the address.`
  if (code === 'ENOENT') return `${path} does not exist; correct the path.`
  if (code === 'EISDIR') return `${path ?? 'What was named'} is a directory; name a file.`
  if (code === 'EACCES') return `${path} may not be read or written by this user; correct its permissions.`
  if (code === '28P01' || code === '28000')
    return 'The database refuses the role or its password, or takes none without TLS; correct the URL.'
  if (code === '3D000') return 'The database does not exist; correct the URL, or create it.'
  if (code === '42P01') return 'The database lacks a table; run haven migrate first.'
  return `It failed for a reason that haven does not know: ${message ?? String(error)}`
}
