import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Failure, type StartContext } from './failure.ts'
import { requireMaven } from './java.ts'

export const kafkaVersion = '4.1.0'
const sources = join(import.meta.dirname, '..', 'kafka')

/** Where jars live between starts and between checkouts, unless told otherwise: ~/.cache/haven or XDG_CACHE_HOME. */
export function defaultCacheDir(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'haven')
}

/** The jars that the repository names, with their SHA-256: what Kafka's class path is, in order. */
export function pinnedJars(): Map<string, string> {
  return parseChecksums(readFileSync(join(sources, 'jars.sha256'), 'utf8'))
}

/** `sha256sum`'s format: a digest, two spaces, a file name on each line. */
export function parseChecksums(text: string): Map<string, string> {
  const lines = text.split('\n').filter(line => line !== '')
  return new Map(lines.map(line => [line.slice(66), line.slice(0, 64)]))
}

/** Names of pinned jars in `directory` that are missing or whose bytes are not the pinned ones. */
export async function brokenJars(directory: string, pinned: Map<string, string>): Promise<string[]> {
  const broken: string[] = []
  for (const [name, digest] of pinned) {
    const bytes = await readFile(join(directory, name)).catch(() => undefined)
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== digest) broken.push(name)
  }
  return broken
}

/**
 * The directory with Kafka's jars: from the cache when every jar there has its pinned digest, else fetched by Maven from
 * its repository. All 54 MB are read at each start (0.2 s): a time stamp would not show a jar that the disk has bent.
 */
export async function kafkaJars(cacheDir: string, context: StartContext): Promise<string> {
  const { log, onProgress } = context
  const pinned = pinnedJars()
  const key = createHash('sha256')
    .update([...pinned.values()].join())
    .digest('hex')
    .slice(0, 12)
  const directory = join(cacheDir, `kafka-${kafkaVersion}-${key}`)
  const broken = await brokenJars(directory, pinned)
  if (broken.length === 0) return directory
  if (broken.length < pinned.size) log?.warn(`cached jar ${broken[0]} is broken or missing: fetching the set anew`)
  await requireMaven()
  onProgress?.(`fetching Kafka ${kafkaVersion} by Maven (${pinned.size} jars, 54 MB, once)`)
  await fetchJars(directory, pinned, context)
  return directory
}

async function fetchJars(directory: string, pinned: Map<string, string>, context: StartContext): Promise<void> {
  const { log, signal } = context
  const work = workDirectory(directory)
  try {
    copyFileSync(join(sources, 'pom.xml'), join(work, 'pom.xml'))
    const jars = join(work, 'jars')
    await copyByMaven(work, jars, signal)
    if ((await brokenJars(jars, pinned)).length > 0) {
      // Maven trusts what its own repository on this machine holds; one that is bent is passed on as it is.
      log?.warn("Maven's local repository holds a broken jar: fetching past it")
      rmSync(jars, { recursive: true, force: true })
      await copyByMaven(work, jars, signal, `-Dmaven.repo.local=${join(work, 'repository')}`)
    }
    const [wrong] = await brokenJars(jars, pinned)
    if (wrong) {
      throw new Failure(
        `Maven delivered ${wrong} with other bytes than the pinned ones.`,
        'Check the Maven mirror that this machine uses.',
      )
    }
    rmSync(directory, { recursive: true, force: true })
    renameSync(jars, directory)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function workDirectory(directory: string): string {
  try {
    mkdirSync(dirname(directory), { recursive: true })
    return mkdtempSync(`${directory}.`)
  } catch (cause) {
    throw new Failure(
      `Kafka's jars cannot be kept in ${dirname(directory)}: ${(cause as Error).message}`,
      'Make it writable, or name another place by XDG_CACHE_HOME.',
      { cause },
    )
  }
}

async function copyByMaven(work: string, jars: string, signal?: AbortSignal, ...more: string[]): Promise<void> {
  const goal = [
    '-q',
    '-B',
    '-Dstyle.color=never',
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${jars}`,
  ]
  try {
    await promisify(execFile)('mvn', [...goal, ...more], {
      cwd: work,
      timeout: 600_000,
      maxBuffer: 16 << 20,
      ...(signal && { signal }),
    })
  } catch (cause) {
    signal?.throwIfAborted()
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    const reason = `${stdout}${stderr}`.split('\n').find(line => line.includes('ERROR')) ?? String(cause)
    throw new Failure(
      `Maven could not fetch Kafka's jars: ${reason.trim()}`,
      'Check the network and free disk, then start again.',
      { cause },
    )
  }
}
