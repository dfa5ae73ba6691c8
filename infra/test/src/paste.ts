import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSystem } from './start-system.ts'
import { root, type System } from './system.ts'

/** The shell blocks of a document of this repository, in their order. */
export const shellBlocks = (document: string): string[] =>
  [...readFileSync(resolve(root, document), 'utf8').matchAll(/```sh\n(.*?)```/gs)].map(match => match[1]!)

/**
 * What each block prints when all are pasted into one bash beside the system of a state directory.
 * @throws Error with all that was printed, when a command fails: none may
 */
export function paste(document: string, stateDirectory: string): Promise<string[]> {
  const marker = '=== next block ==='
  const script = `set -euo pipefail\n${shellBlocks(document).join(`\necho '${marker}'\n`)}`
  return new Promise((done, fail) => {
    execFile(
      'bash',
      ['-c', script],
      { cwd: root, env: { ...process.env, HAVEN_STATE_DIR: stateDirectory }, maxBuffer: 16 << 20 },
      (error, stdout, stderr) => {
        if (error) fail(new Error(`a command of ${document} failed:\n${stdout}\n${stderr}`, { cause: error.code }))
        else done(stdout.split(marker))
      },
    )
  })
}

/**
 * Has a document pasted beside a system before the tests of the block that calls this, whose first says that no command failed.
 * @returns the system, and what each block printed: empty until tests run
 */
export function pasted(document: string): { system: System; printed: readonly string[] } {
  const system = startSystem()
  const printed: string[] = []
  beforeAll(async () => {
    await system.ready()
    printed.push(...(await paste(document, system.directory)))
  })
  afterAll(() => system.close())
  test('every block was pasted into one shell and none failed', () => {
    expect(printed).toHaveLength(shellBlocks(document).length)
    expect(printed.length).toBeGreaterThan(0)
  })
  return { system, printed }
}
