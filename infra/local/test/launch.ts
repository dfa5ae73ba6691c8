import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { removePostgres } from '../src/postgres-home.ts'
import type { RunFile } from '../src/run-file.ts'
import { root, type State, statePaths } from '../src/state.ts'

/** `npm start` (without npm) on a state directory of its own. */
export interface Launched {
  child: ChildProcess
  /** All that it has printed. */
  output(): string
  /** Resolves with the exit code. */
  exited: Promise<number | null>
}

/** Below a directory of a name that a person might give it. */
export function newState(): State {
  return statePaths(mkdtempSync(join(tmpdir(), 'haven start ğ-')))
}

export function removeState(state: State): void {
  removePostgres(state.postgres)
  rmSync(state.directory, { recursive: true, force: true })
}

/** Runs one of the programs in `src/` on that state directory. */
export function launch(state: State, program: string, ...args: string[]): Launched {
  return run(state, process.execPath, [join(root, 'infra/local/src', program), ...args])
}

/** Runs `npm start` itself. */
export function launchByNpm(state: State): Launched {
  return run(state, 'npm', ['start'])
}

function run(state: State, command: string, args: string[]): Launched {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, HAVEN_STATE_DIR: state.directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  const exited = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
  return { child, output: () => text, exited }
}

/** What run.json says, once it is there. @throws with what was printed when the start failed */
export async function untilRunning(state: State, launched: Launched): Promise<RunFile> {
  await eventually(() => {
    if (launched.child.exitCode !== null) throw new Error(launched.output())
    return existsSync(state.run)
  }, 120_000)
  return readRun(state)
}

export function readRun(state: State): RunFile {
  return JSON.parse(readFileSync(state.run, 'utf8')) as RunFile
}

export async function eventually(check: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${check}`)
    await sleep(50)
  }
}

/** Every pid that run.json names, the supervisor's first. */
export function pidsOf(run: RunFile): number[] {
  return [run.pid, ...Object.values(run.services).map(({ pid }) => pid), run.issuerPid, run.kafka.pid, run.postgres.pid]
}

/** Command lines of processes that belong to a state directory: by an argument below it, or by what they were told of it. */
export function processesOf(state: State): string[] {
  const elsewhere = join(state.postgres, 'elsewhere')
  const places = [state.directory, ...(existsSync(elsewhere) ? [readlinkSync(elsewhere)] : [])]
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && name !== String(process.pid))
    .filter(pid => places.some(place => read(pid, 'cmdline').includes(place) || read(pid, 'environ').includes(place)))
    .map(pid => `${pid} ${read(pid, 'cmdline').replaceAll('\0', ' ')}`)
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
