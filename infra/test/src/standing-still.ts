import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { StandingStill } from './system.ts'

/** Stops a process (SIGSTOP) and then its children, so that it makes no more of them meanwhile. */
export async function standStill(pid: number): Promise<StandingStill> {
  process.kill(pid, 'SIGSTOP')
  const stopped = [pid]
  const goOn = async () => {
    for (const one of stopped.splice(0).reverse()) signal(one, 'SIGCONT')
  }
  try {
    for (const child of await childrenOf(pid)) {
      signal(child, 'SIGSTOP')
      stopped.push(child)
    }
  } catch (error) {
    await goOn()
    throw error
  }
  return { goOn }
}

// A child may have ended by itself just now.
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid='])
  const pairs = stdout.split('\n').map(line => line.trim().split(/\s+/).map(Number))
  return pairs.flatMap(([pid, ppid]) => (ppid === parent && pid !== undefined ? [pid] : []))
}
