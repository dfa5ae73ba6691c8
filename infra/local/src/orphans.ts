import type { Log } from './failure.ts'
import { isSame, type ProcessIdentity } from './process-identity.ts'
import { readJson, writePrivately } from './state.ts'
import { stopProcess } from './stop-process.ts'

/** Notes what runs, so that the next start finds it when this process is killed. */
export interface ProcessJournal {
  note(name: string, identity: ProcessIdentity): void
  /** That process has gone; the name may belong to its successor by now. */
  drop(name: string, identity: ProcessIdentity): void
}

export function processJournal(file: string): ProcessJournal {
  const running: Record<string, ProcessIdentity> = {}
  return {
    note(name, identity) {
      running[name] = identity
      writePrivately(file, running)
    },
    drop(name, identity) {
      if (running[name]?.pid !== identity.pid) return
      delete running[name]
      writePrivately(file, running)
    },
  }
}

/** Stops what a killed start left running, each only when it is that very process. */
export async function stopOrphans(file: string, log: Log): Promise<void> {
  const left = Object.entries(readJson<Record<string, ProcessIdentity>>(file) ?? {})
  await Promise.all(
    left
      .filter(([, identity]) => isSame(identity))
      .map(async ([name, identity]) => {
        log.warn(`stopping the ${name} that an earlier start left behind (pid ${identity.pid})`)
        await stopProcess(identity, { graceMs: 4_000, group: true })
      }),
  )
}
