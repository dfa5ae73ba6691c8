import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty directory that goes when the test that asked for it has ended. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'haven-local-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
