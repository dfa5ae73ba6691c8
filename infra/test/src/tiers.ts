import { join, resolve } from 'node:path'
import { missingDocker } from './docker-engine.ts'
import type { Outcome } from './outcome.ts'
import { runProgram } from './program.ts'
import type { Progress } from './progress.ts'
import { add, emptyTally, unaccounted } from './vitest-report.ts'

export const root = resolve(import.meta.dirname, '../../..')

type Result = Pick<Outcome, 'passed' | 'failed' | 'failures'>

export interface Tier {
  name: string
  title: string
  /** Why it cannot run here, if it cannot. */
  missing?(): Promise<string | undefined>
  run(progress: Progress): Promise<Result>
}

/** All tiers, the quickest answer first. */
export const tiers: readonly Tier[] = [
  { name: 'types', title: 'type check of everything', run: check('tsc', '-p', join(root, 'tsconfig.json')) },
  {
    name: 'lint',
    title: 'formatting, lint and import rules',
    run: check('biome', 'ci', '--colors=off', '--error-on-warnings', root),
  },
  { name: 'generated', title: 'committed documents say what the code does', run: vitest('generated') },
  { name: 'unit', title: 'pure rules, in one process', run: vitest('unit') },
  { name: 'integration', title: 'against a real PostgreSQL and Kafka', run: vitest('integration') },
  { name: 'e2e', title: 'the whole system, from outside', run: vitest('e2e') },
  {
    name: 'containers',
    title: 'images, docker-compose.yml, conformance of bus and db',
    missing: () => missingDocker(process.env),
    // The run removes its containers itself; the reaper's image would be one more to fetch.
    run: vitest('containers', { TESTCONTAINERS_RYUK_DISABLED: process.env.TESTCONTAINERS_RYUK_DISABLED ?? 'true' }),
  },
  {
    name: 'containers-e2e',
    title: 'the whole system again, as docker-compose.yml runs it',
    missing: () => missingDocker(process.env),
    run: vitest('containers-e2e'),
  },
]

/** A check that passes or fails as a whole. */
function check(program: string, ...args: string[]): Tier['run'] {
  return async () => {
    const { code, output } = await runProgram(bin(program), args)
    if (code === 0) return { passed: 1, failed: 0, failures: [] }
    return { passed: 0, failed: 1, failures: [`${program} ${args[0]}\n${output.trimEnd()}`] }
  }
}

function vitest(project: string, env: NodeJS.ProcessEnv = {}): Tier['run'] {
  return async progress => {
    let tally = emptyTally()
    const reporter = join(import.meta.dirname, 'vitest-reporter.ts')
    const { code, output } = await runProgram(
      bin('vitest'),
      ['run', '--root', root, '--project', project, '--reporter', reporter, '--passWithNoTests'],
      {
        env: { ...env, NO_COLOR: '1', FORCE_COLOR: undefined },
        onLine: line => {
          tally = add(tally, JSON.parse(line))
          const { filesDone, files, passed, failures } = tally
          progress.say(`${filesDone}/${files} files, ${passed} passed, ${failures.length} failed`)
        },
      },
    )
    const failures = [...tally.failures, ...unaccounted(tally, code, output)]
    return { passed: tally.passed, failed: failures.length, failures }
  }
}

function bin(name: string): string {
  return join(root, 'node_modules/.bin', name)
}
