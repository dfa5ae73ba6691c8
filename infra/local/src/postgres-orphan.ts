import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Log } from './failure.ts'
import { argumentsOf, identify } from './process-identity.ts'
import { stopProcess } from './stop-process.ts'

/**
 * Clears what an earlier start left in a data directory. PostgreSQL outlives a supervisor that was killed, and refuses to
 * start beside it. `postmaster.pid` names it: a process that truly is a postgres on this directory is stopped; a pid
 * that somebody else has by now is left alone and the file, which would make PostgreSQL refuse, is removed.
 */
export async function stopPostgresOrphan(data: string, log?: Log): Promise<void> {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  const orphan = Number.isInteger(pid) && pid > 1 ? identify(pid) : undefined
  if (orphan && isPostgresOn(data, argumentsOf(pid))) {
    log?.warn(`stopping the PostgreSQL that an earlier start left behind (pid ${pid})`)
    await stopProcess(orphan, { with: 'SIGINT', graceMs: 10_000 })
  }
  rmSync(file, { force: true })
}

/** Whether this is the command line of a postgres whose data directory is this one. */
export function isPostgresOn(data: string, command: string[]): boolean {
  return basename(command[0] ?? '') === 'postgres' && command[command.indexOf('-D') + 1] === data
}
