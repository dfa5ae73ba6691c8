import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'haven-bench-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function bench(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise(done => {
    const env = { ...process.env, HAVEN_STATE_DIR: directory }
    execFile(process.execPath, [join(import.meta.dirname, 'run.ts'), ...args], { env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    )
  })
}

test('a quick benchmark runs to its end, prints its table and writes figures with their conditions', async () => {
  const results = join(directory, 'results')
  const { code, output } = await bench('commits', '--quick', '--results', results)
  expect([code, output]).toEqual([0, expect.stringContaining('| 64 callers')])
  const { conditions, rows } = JSON.parse(readFileSync(join(results, 'commits.json'), 'utf8'))
  expect(conditions).toMatchObject({ rounds: 2, cores: expect.any(Number), 'postgresql fsync': 'on' })
  expect(rows[0]).toMatchObject({ medians: { measured: expect.any(Number) }, ratio: expect.any(Number) })
  expect(readFileSync(join(results, 'commits.md'), 'utf8')).toContain('## Conditions')
})

test('a benchmark that does not exist is named with those that do', async () => {
  const { code, output } = await bench('reed')
  expect([code, output]).toEqual([2, expect.stringContaining('there are read, commits, ingest')])
})
