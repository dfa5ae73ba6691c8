import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Failure } from './failure.ts'
import type { ProcessJournal } from './orphans.ts'
import type { Running } from './part.ts'
import { identify } from './process-identity.ts'
import { display, root } from './state.ts'
import { stopProcess } from './stop-process.ts'

export interface NodeProgram {
  name: string
  /** Relative to the checkout. */
  program: string
  env: Record<string, string>
  logFile: string
  /** Answers 200 when the program is ready. */
  readyUrl: string
  /** How long it may take to stop before it is killed. */
  graceMs: number
  /** Told the process as soon as it exists and once it is gone. */
  journal: ProcessJournal
}

// kafkajs counts on a clock that may run backwards; Node sets such a timer to 1 ms and says so each time.
const nodeFlags = [
  '--disable-warning=TimeoutNegativeWarning',
  '--import',
  pathToFileURL(join(import.meta.dirname, 'end-with-supervisor.ts')).href,
]
const readyWithinMs = 45_000
const logBytes = 16 << 20

/** Starts a TypeScript program in a process group of its own and waits until it is ready. */
export async function startNodeProgram(options: NodeProgram, signal: AbortSignal): Promise<Running> {
  signal.throwIfAborted()
  const from = rotate(options.logFile)
  const log = openSync(options.logFile, 'a', 0o600)
  const child = spawn(process.execPath, [...nodeFlags, join(root, options.program)], {
    cwd: root,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'), ...process.env, ...options.env },
  })
  closeSync(log)
  const exited = new Promise<void>(resolve => {
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
  const identity = child.pid === undefined ? undefined : identify(child.pid)
  if (identity) {
    options.journal.note(options.name, identity)
    void exited.then(() => options.journal.drop(options.name, identity))
  }
  const stop = async () => {
    if (identity) await stopProcess(identity, { graceMs: options.graceMs, group: true })
  }
  try {
    await untilReady(child, options, signal)
  } catch (error) {
    if (identity) await stopProcess(identity, { graceMs: 0, group: true })
    if (signal.aborted) throw error
    throw new Failure(
      `${options.name} did not start: ${lastWords(options.logFile, from)}`,
      `See ${display(options.logFile)}.`,
    )
  }
  return { pid: child.pid as number, exited, stop }
}

async function untilReady(child: ChildProcess, { readyUrl }: NodeProgram, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + readyWithinMs
  while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    signal.throwIfAborted()
    const answer = await fetch(readyUrl, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return
    await sleep(25)
  }
  throw new Error('not ready')
}

// One generation is kept: enough to see what went before, and bounded.
function rotate(logFile: string): number {
  if (!existsSync(logFile)) return 0
  const { size } = statSync(logFile)
  if (size < logBytes) return size
  renameSync(logFile, `${logFile}.1`)
  return 0
}

/** The error that a program ended with, from what it wrote since `from`: a log line's message, or a thrown error's first line. */
export function lastWords(logFile: string, from: number): string {
  const lines = readFileSync(logFile).subarray(from).toString('utf8').split('\n').filter(Boolean)
  for (const line of lines.toReversed()) {
    try {
      const { level, msg, err } = JSON.parse(line) as { level: string; msg: string; err?: { message?: string } }
      if (level === 'error' || level === 'fatal') return [msg, err?.message].filter(Boolean).join(': ')
    } catch {
      if (/^(\w*Error|Failure)\b/.test(line)) return line
    }
  }
  return lines.at(-1) ?? `${basename(logFile)} is empty`
}
