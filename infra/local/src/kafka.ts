import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log, StartContext } from './failure.ts'
import { findJava } from './java.ts'
import { archiveFile, makeArchive } from './kafka-archive.ts'
import { defaultCacheDir, kafkaJars, pinnedJars } from './kafka-jars.ts'
import { type KafkaPrograms, kafkaFiles, launchKafka, untilServing } from './kafka-process.ts'
import { freePort } from './ports.ts'
import { argumentsOf, identify, isSame, type ProcessIdentity } from './process-identity.ts'
import { stopProcess } from './stop-process.ts'

export interface KafkaOptions extends StartContext {
  /** Its data and log; made when missing, kept between starts. */
  dir: string
  /** Where jars are kept; ~/.cache/haven when left out. */
  cacheDir?: string
  /** A free one is taken when left out. */
  port?: number
  /** `<dir>/kafka.log` when left out. */
  logFile?: string
}

export interface RunningKafka {
  /** ['127.0.0.1:<port>'] */
  brokers: string[]
  port: number
  pid: number
  /** Resolves when the process is gone, by whatever cause. */
  exited: Promise<void>
  stop(): Promise<void>
}

/** Starts a real single-node Kafka (KRaft) on loopback; an orphan of an earlier start in the same directory is stopped first. */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const { dir, log, onProgress, signal, cacheDir = defaultCacheDir() } = options
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const pidFile = join(dir, 'kafka.pid')
  const files = kafkaFiles(dir, options.logFile)
  const [programs] = await Promise.all([kafkaPrograms(cacheDir, options), stopKafkaLeftIn(dir, log)])
  const archive = archiveFile(cacheDir, programs)
  if (!existsSync(archive)) onProgress?.("making Kafka's class archive (once, a few seconds)")
  await makeArchive(archive, programs, options)
  onProgress?.('starting Kafka')
  signal?.throwIfAborted()
  const port = options.port ?? (await freePort())
  const child = await launchKafka(
    programs,
    files,
    port,
    existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : [],
  )
  const identity = identify(child.pid as number)
  writeFileSync(pidFile, JSON.stringify(identity), { mode: 0o600 })
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  await untilServing(child, port, files.log, options.signal)
  return {
    brokers: [`127.0.0.1:${port}`],
    port,
    pid: child.pid as number,
    exited,
    async stop() {
      if (identity) await stopProcess(identity, { graceMs: 6_000 })
      rmSync(pidFile, { force: true })
    },
  }
}

/** Makes the cache complete (jars, class archive) without starting anything, so that a later start is quick. */
export async function kafkaPrograms(cacheDir: string, context: StartContext): Promise<KafkaPrograms> {
  const [java, jars] = await Promise.all([findJava(), kafkaJars(cacheDir, context)])
  return { java, classPath: [...pinnedJars().keys()].map(name => join(jars, name)).join(':') }
}

/** Stops a Kafka that a killed start left running on this directory, if there is one. */
export async function stopKafkaLeftIn(dir: string, log?: Log): Promise<void> {
  const [pidFile, { properties }] = [join(dir, 'kafka.pid'), kafkaFiles(dir)]
  if (!existsSync(pidFile)) return
  const orphan = readIdentity(pidFile)
  if (orphan && isSame(orphan) && argumentsOf(orphan.pid).includes(properties)) {
    log?.warn(`stopping the Kafka that an earlier start left behind (pid ${orphan.pid})`)
    await stopProcess(orphan, { graceMs: 6_000 })
  }
  rmSync(pidFile, { force: true })
}

function readIdentity(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity
  } catch {
    return undefined
  }
}
