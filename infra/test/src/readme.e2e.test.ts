import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { System } from './system.ts'

const root = resolve(import.meta.dirname, '../../..')
const blocks = [...readFileSync(resolve(root, 'README.md'), 'utf8').matchAll(/```sh\n(.*?)```/gs)].map(
  match => match[1]!,
)

describe('the walk of ten minutes in README.md works when pasted', () => {
  const system = new System()
  let printed: string[] = []
  beforeAll(async () => {
    await system.ready()
    printed = await paste(blocks, system.directory)
  })
  afterAll(async () => {
    await system.stop()
    system.remove()
  })

  test('every block was pasted into one shell and none failed', () => {
    expect(printed).toHaveLength(blocks.length)
    expect(blocks.length).toBeGreaterThanOrEqual(7)
  })

  test('the partner checks and sends the sample, and its receipt becomes applied', () => {
    expect(printed[1]).toContain('"valid": true')
    expect(printed[1]).toMatch(/"state": "(accepted|published|applied)"/)
    expect(printed[2]).toContain('"state": "applied"')
  })

  test('the case worker reads the referral and accepts it into a case; the partner learns that it was accepted', () => {
    expect(printed[3]).toContain('"state": "acknowledged"')
    expect(printed[3]).toContain('"state": "accepted"')
    expect(printed[3]).toContain('"status": "Active"')
    expect(printed[4]).toContain('"state": "accepted"')
  })

  test('the stranger sees an empty list and a referral that does not exist', () => {
    expect(printed[5]).toContain('"items": []')
    expect(printed[5]).toContain('"code": "not-found"')
  })

  test('the auditor finds the refusal of the stranger, what the case worker did, and how complete the answer is', () => {
    expect(printed[6]).toContain('demo-stranger')
    expect(printed[6]).toContain('demo-caseworker')
    expect(printed[6]).toMatch(/complete|head/i)
  })

  test('the import posts 221 referrals and the summary counts them', () => {
    expect(printed[7]).toContain('221')
    expect(printed[7]).toMatch(/"The Salvation Army"[^}]*98/)
  })
})

/** What each block printed, in one bash that ends at the first failure. */
function paste(commands: string[], stateDirectory: string): Promise<string[]> {
  const marker = '=== next block ==='
  const script = `set -euo pipefail\n${commands.join(`\necho '${marker}'\n`)}`
  return new Promise((done, fail) => {
    execFile(
      'bash',
      ['-c', script],
      { cwd: root, env: { ...process.env, HAVEN_STATE_DIR: stateDirectory }, maxBuffer: 16 << 20 },
      (error, stdout, stderr) => {
        if (error) fail(new Error(`a command of README.md failed:\n${stdout}\n${stderr}`, { cause: error.code }))
        else done(stdout.split(marker))
      },
    )
  })
}
