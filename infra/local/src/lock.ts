import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { Failure } from './failure.ts'
import { identify, isSame, type ProcessIdentity } from './process-identity.ts'
import { readJson } from './state.ts'

export type LockState = 'free' | 'stale' | 'held'

/** What a lock file means: who was killed left one behind, and its pid may be another program's by now. */
export function lockState(holder: ProcessIdentity | undefined, fileExists: boolean, same = isSame): LockState {
  if (!fileExists) return 'free'
  return holder && Number.isInteger(holder.pid) && same(holder) ? 'held' : 'stale'
}

/**
 * Takes the state directory for this process until it ends.
 * @returns a function that gives it back
 * @throws Failure that names the running system
 */
export function takeLock(file: string, describeHolder: (pid: number) => string): () => void {
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(identify(process.pid)), { mode: 0o600, flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = readJson<ProcessIdentity>(file)
    if (lockState(holder, true) === 'held') {
      const { pid } = holder as ProcessIdentity
      throw new Failure(
        `Haven is already running here, pid ${pid}${describeHolder(pid)}.`,
        `End it with Ctrl-C in its terminal or: kill ${pid}`,
      )
    }
    putAside(file)
  }
}

// Of two starts that find the same stale lock, one wins the rename; the other sees the winner's lock on its next turn.
function putAside(file: string): void {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
    rmSync(aside, { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
