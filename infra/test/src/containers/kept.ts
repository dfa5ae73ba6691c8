import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kept } from '../system.ts'
import { docker, run } from './docker.ts'

interface Mount {
  Type: string
  Destination: string
}

/** Every file in the volumes of stopped containers, and what each of them has logged. */
export async function* keptBy(containers: readonly string[]): AsyncGenerator<Kept> {
  for (const container of containers) {
    const { stdout, stderr } = await run('docker', ['logs', container])
    yield { file: `${container}: what it has logged`, bytes: Buffer.from(stdout + stderr) }
    const mounts: Mount[] = JSON.parse(await docker(['inspect', '--format={{json .Mounts}}', container]))
    for (const { Destination } of mounts.filter(({ Type }) => Type === 'volume')) yield* copied(container, Destination)
  }
}

async function* copied(container: string, path: string): AsyncGenerator<Kept> {
  const directory = mkdtempSync(join(tmpdir(), 'haven-kept-'))
  try {
    await docker(['cp', '--quiet', `${container}:${path}/.`, directory])
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        yield { file: join(entry.parentPath, entry.name), bytes: readFileSync(join(entry.parentPath, entry.name)) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
