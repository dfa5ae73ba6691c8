import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process that is still the same one later: pids are used again, a pid with its start time is not. */
export interface ProcessIdentity {
  pid: number
  /** Opaque: clock ticks since boot on Linux with the boot's id, the start time that `ps` prints elsewhere. */
  started: string
}

/** The identity of a running process, or undefined when there is none with this pid. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : ps(pid, 'lstart=')
  return started ? { pid, started } : undefined
}

/** Whether that very process still runs (a zombie does not). */
export function isSame(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started
}

/** The program's path and arguments, empty when the process is gone or not ours to look at. */
export function argumentsOf(pid: number): string[] {
  if (process.platform !== 'linux') return ps(pid, 'command=')?.split(/\s+/) ?? []
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  } catch {
    return []
  }
}

function startedOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`
  } catch {
    return undefined
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    return (
      execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim() || undefined
    )
  } catch {
    return undefined
  }
}
