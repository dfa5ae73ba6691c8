import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { Failure } from './failure.ts'
import { removePostgres } from './postgres-home.ts'

/** The checkout. */
export const root = resolve(import.meta.dirname, '../../..')

/** Places below the state directory: everything that a system on this machine keeps. */
export interface State {
  directory: string
  postgres: string
  kafka: string
  keys: string
  issuer: string
  logs: string
  lock: string
  /** The pids of what was started, for whoever clears up after a kill -9. */
  processes: string
  secrets: string
  /** For programs: URLs, pids, demo credentials; there while the system runs. */
  run: string
  /** Where `npm run dev` asks for a restart. */
  controlSocket: string
}

/** `.haven` in the checkout, or HAVEN_STATE_DIR. */
export function statePaths(directory = process.env.HAVEN_STATE_DIR || join(root, '.haven')): State {
  const at = (name: string) => join(resolve(directory), name)
  return {
    directory: resolve(directory),
    postgres: at('postgres'),
    kafka: at('kafka'),
    keys: at('keys'),
    issuer: at('issuer'),
    logs: at('logs'),
    lock: at('lock'),
    processes: at('processes.json'),
    secrets: at('secrets.json'),
    run: at('run.json'),
    controlSocket: at('control.sock'),
  }
}

/** Makes the state directory, for its owner alone. */
export function makeState(state: State): void {
  if (state.directory.includes(',')) {
    throw new Failure(
      `Kafka takes the comma in ${state.directory} for the end of a path.`,
      'Name a state directory without one by HAVEN_STATE_DIR.',
    )
  }
  try {
    for (const directory of [state.directory, state.logs, state.issuer]) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new Failure(
      `The state directory ${state.directory} cannot be made (${code}).`,
      'Make its parent writable, or name another one by HAVEN_STATE_DIR.',
      { cause },
    )
  }
  const { bavail, bsize } = statfsSync(state.directory)
  const [free, wanted] = [(bavail * bsize) / 1e9, existsSync(state.postgres) ? 0.5 : 2]
  if (free < wanted) {
    throw new Failure(
      `Haven needs ${wanted} GB of free disk, ${state.directory} has ${free.toFixed(1)} GB.`,
      'Free some space, then start again.',
    )
  }
}

/** Deletes what a system has kept, and nothing that it has not made. */
export function forget(state: State): void {
  removePostgres(state.postgres)
  for (const path of [state.kafka, state.keys, state.issuer, state.logs, state.processes, state.secrets, state.run]) {
    rmSync(path, { recursive: true, force: true })
  }
}

/** Writes a file for its owner alone, at once or not at all. */
export function writePrivately(file: string, content: unknown): void {
  const half = `${file}.${process.pid}`
  writeFileSync(half, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  renameSync(half, file)
}

/** The file's JSON, undefined when it is missing or was cut short. */
export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    return undefined
  }
}

/** A path as a person in the current directory would write it. */
export function display(path: string): string {
  const shorter = relative(process.cwd(), path)
  return shorter.startsWith('..') ? path : shorter
}
