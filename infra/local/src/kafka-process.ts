import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Failure } from './failure.ts'
import type { Java } from './java.ts'
import { serverProperties } from './kafka-config.ts'
import { kafkaServes } from './kafka-probe.ts'
import { freePort } from './ports.ts'

export interface KafkaPrograms {
  java: Java
  /** java -cp: every jar by name, since a class archive does not fit a class path with a wildcard. */
  classPath: string
}

export interface KafkaFiles {
  data: string
  properties: string
  log: string
  temporary: string
}

export function kafkaFiles(dir: string, log = join(dir, 'kafka.log')): KafkaFiles {
  return {
    data: join(dir, 'data'),
    properties: join(dir, 'server.properties'),
    log,
    temporary: join(dir, 'tmp'),
  }
}

/** Writes the settings, formats the directory at first, and starts the process; `flags` go to the virtual machine. */
export async function launchKafka(
  programs: KafkaPrograms,
  files: KafkaFiles,
  port: number,
  flags: string[],
): Promise<ChildProcess> {
  mkdirSync(files.data, { recursive: true, mode: 0o700 })
  mkdirSync(files.temporary, { recursive: true, mode: 0o700 })
  const controllerPort = await freePort()
  writeFileSync(files.properties, serverProperties({ dataDir: files.data, port, controllerPort }), { mode: 0o600 })
  const common = [...virtualMachine(files), ...flags, '-cp', programs.classPath]
  if (!existsSync(join(files.data, 'meta.properties'))) await format(programs, files, common)
  // After a clean stop Kafka trusts its files; without the mark it checks them and cuts a damaged tail.
  rmSync(join(files.data, '.kafka_cleanshutdown'), { force: true })
  const log = openSync(files.log, 'a', 0o600)
  const child = spawn(programs.java.program, [...common, 'kafka.Kafka', files.properties], {
    detached: true,
    stdio: ['ignore', log, log],
    env: javaEnvironment(),
  })
  closeSync(log)
  child.once('error', () => {})
  return child
}

/** Resolves once the node serves; a failure quotes its log. */
export async function untilServing(
  child: ChildProcess,
  port: number,
  logFile: string,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!signal?.aborted && child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    if (await kafkaServes(port)) return
    await sleep(50)
  }
  child.kill('SIGKILL')
  signal?.throwIfAborted()
  const cause = readFileSync(logFile, 'utf8')
    .split('\n')
    .filter(line => /ERROR|FATAL|Exception/.test(line))
    .at(-1)
  throw new Failure(`Kafka did not start: ${cause ?? 'it printed no error'}`, `See ${logFile}.`)
}

async function format(programs: KafkaPrograms, files: KafkaFiles, common: string[]): Promise<void> {
  const args = ['kafka.tools.StorageTool', 'format', '--cluster-id', clusterId(), '--config', files.properties]
  // What a start that was killed in the middle of formatting left is no data yet.
  rmSync(files.data, { recursive: true, force: true })
  mkdirSync(files.data, { recursive: true, mode: 0o700 })
  try {
    const notTraining = common.filter(flag => !flag.startsWith('-XX:ArchiveClassesAtExit'))
    await promisify(execFile)(programs.java.program, [...notTraining, ...args], { env: javaEnvironment() })
  } catch (cause) {
    const reason = String((cause as { stderr?: string }).stderr || cause)
      .trim()
      .split('\n')[0]
    throw new Failure(`Kafka's data directory could not be formatted: ${reason}`, 'Check free disk and rights there.', {
      cause,
    })
  }
}

function virtualMachine(files: KafkaFiles): string[] {
  return [
    '-Xms64m',
    '-Xmx192m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-UsePerfData',
    '-Xshare:auto',
    `-Djava.io.tmpdir=${files.temporary}`,
    `-Dlog4j2.configurationFile=${join(import.meta.dirname, '..', 'kafka', 'log4j2.properties')}`,
    '-Dlog4j2.disable.jmx=true',
  ]
}

function javaEnvironment(): NodeJS.ProcessEnv {
  // Java reads a path of other letters than ASCII by the locale. Fewer arenas of the C library: tens of megabytes less that nobody uses.
  return { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C.UTF-8', MALLOC_ARENA_MAX: '2' }
}

// 16 random bytes, base64url; one that begins with a dash would be read as an option.
function clusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? clusterId() : id
}
