import { setTimeout as sleep } from 'node:timers/promises'
import { isSame, type ProcessIdentity } from './process-identity.ts'

/**
 * Ends one process that was identified before: the polite signal first, SIGKILL to it (or, with `group`, to its whole
 * process group) when it has not gone after `graceMs` or
 * when `signal` says that nobody waits any longer. A pid that now belongs to somebody else is left alone.
 */
export async function stopProcess(
  identity: ProcessIdentity,
  options: { with?: NodeJS.Signals; graceMs: number; group?: boolean; signal?: AbortSignal },
): Promise<void> {
  send(identity, options.with ?? 'SIGTERM')
  if (await waitGone(identity, options.graceMs, options.signal)) return
  send(options.group ? { ...identity, pid: -identity.pid } : identity, 'SIGKILL', identity)
  await waitGone(identity, 5_000)
}

/** Whether the process had gone within `timeoutMs`. */
export async function waitGone(identity: ProcessIdentity, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (isSame(identity)) {
    if (signal?.aborted || performance.now() > deadline) return false
    await sleep(20)
  }
  return true
}

function send(target: ProcessIdentity, signal: NodeJS.Signals, verified = target): void {
  if (!isSame(verified)) return
  try {
    process.kill(target.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
