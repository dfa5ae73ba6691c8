import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StartContext } from './failure.ts'
import { type KafkaPrograms, kafkaFiles, launchKafka, untilServing } from './kafka-process.ts'
import { freePort } from './ports.ts'
import { identify } from './process-identity.ts'
import { stopProcess } from './stop-process.ts'

/** The archive of loaded classes that makes Kafka start in 1.3 s instead of 4, for this very Java and these very jars. */
export function archiveFile(cacheDir: string, programs: KafkaPrograms): string {
  const jars = programs.classPath.split(':').map(jar => `${jar} ${statSync(jar).size} ${statSync(jar).mtimeMs}`)
  const key = createHash('sha256')
    .update([programs.java.build, ...jars].join('\n'))
    .digest('hex')
    .slice(0, 12)
  return join(cacheDir, `kafka-classes-${key}.jsa`)
}

/**
 * Makes the archive by starting and stopping a Kafka on a directory that is thrown away. Kafka runs without an archive
 * too, so a failure here is only worth a warning.
 */
export async function makeArchive(file: string, programs: KafkaPrograms, context: StartContext): Promise<void> {
  if (existsSync(file)) return
  const dir = mkdtempSync(join(tmpdir(), 'haven-kafka-classes-'))
  const half = `${file}.${process.pid}`
  try {
    const port = await freePort()
    const files = kafkaFiles(dir)
    const child = await launchKafka(programs, files, port, [`-XX:ArchiveClassesAtExit=${half}`])
    const identity = identify(child.pid as number)
    await untilServing(child, port, files.log, context.signal)
    if (identity) await stopProcess(identity, { graceMs: 30_000, ...context })
    renameSync(half, file)
  } catch (error) {
    context.signal?.throwIfAborted()
    context.log?.warn(`Kafka's class archive could not be made, it will start more slowly: ${(error as Error).message}`)
  } finally {
    rmSync(half, { force: true })
    rmSync(dir, { recursive: true, force: true })
  }
}
