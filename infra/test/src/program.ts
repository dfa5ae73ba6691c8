import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const graceMs = 20_000

export interface Ended {
  code: number
  /** Everything it printed. */
  output: string
}

export interface ProgramOptions {
  env?: NodeJS.ProcessEnv
  /** Gets each line that the program writes to its file descriptor 3. */
  onLine?: (line: string) => void
}

const running = new Set<ChildProcess>()

/** Runs a program in a process group of its own, so that all of it can be ended, and waits for it. */
export function runProgram(file: string, args: string[], { env, onLine }: ProgramOptions = {}): Promise<Ended> {
  const child = spawn(file, args, {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const lines = createInterface({ input: child.stdio[3] as Readable })
  lines.on('line', line => onLine?.(line))
  const read = new Promise<void>(resolve => lines.once('close', () => resolve()))
  return new Promise(resolve => {
    child.once('error', error => resolve({ code: 127, output: `${file} could not be started: ${error.message}` }))
    child.once('close', async code => {
      running.delete(child)
      await read
      resolve({ code: code ?? 1, output })
    })
  })
}

/** Ends what runs: politely first, since programs under test stop their own parts in order, then for good. */
export async function endPrograms(): Promise<void> {
  const children = [...running]
  await Promise.all(
    children.map(async child => {
      const gone = new Promise<boolean>(resolve => child.once('close', () => resolve(true)))
      signal(child, 'SIGTERM')
      const late = new Promise<boolean>(resolve => setTimeout(() => resolve(false), graceMs).unref())
      if (!(await Promise.race([gone, late]))) signal(child, 'SIGKILL')
    }),
  )
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, name)
  } catch {
    // It has gone meanwhile.
  }
}
