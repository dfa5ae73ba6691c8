import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
    if (place(file)) return () => rmSync(file, { force: true })
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

// A link appears with its content: nobody sees a lock that is still being written and takes it for a stale one.
function place(file: string): boolean {
  const whole = `${file}.${process.pid}`
  writeFileSync(whole, JSON.stringify(identify(process.pid)), { mode: 0o600 })
  try {
    linkSync(whole, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(whole, { force: true })
  }
}

/**
 * Takes a stale lock out of the way. Of two starts that find it, one wins the rename; the other may come so late that it
 * moves the winner's new lock, and puts that back.
 */
export function putAside(file: string, same = isSame): void {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
    if (lockState(readJson<ProcessIdentity>(aside), true, same) === 'held') linkSync(aside, file)
    rmSync(aside, { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
