import { writeSync } from 'node:fs'
import { relative } from 'node:path'
import type { SerializedError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'
import type { Report } from './vitest-report.ts'

/** Tells the tier runner, as lines of JSON on file descriptor 3, what vitest does. */
export default class TierReporter implements Reporter {
  onTestRunStart(specifications: readonly unknown[]): void {
    tell({ kind: 'start', files: specifications.length })
  }

  onTestModuleEnd(module: TestModule): void {
    const file = relative(process.cwd(), module.moduleId)
    const report = { kind: 'file' as const, file, passed: 0, skipped: 0, failures: [] as string[] }
    const failed = (name: string, errors: readonly SerializedError[]) => {
      report.failures.push([`${file} > ${name}`, ...errors.map(describe)].join('\n'))
    }
    for (const test of module.children.allTests()) {
      const result = test.result()
      if (result.state === 'passed') report.passed++
      else if (result.state === 'failed') failed(test.fullName, result.errors)
      else report.skipped++
    }
    // A hook or the file itself failed: the tests in it are merely 'skipped' for vitest.
    for (const suite of module.children.allSuites())
      if (suite.errors().length > 0) failed(suite.fullName, suite.errors())
    if (module.errors().length > 0) failed('the file itself', module.errors())
    tell(report)
  }

  onTestRunEnd(_modules: unknown, errors: readonly SerializedError[]): void {
    tell({ kind: 'end', failures: errors.map(error => `outside of any test\n${describe(error)}`) })
  }
}

function tell(report: Report): void {
  try {
    writeSync(3, `${JSON.stringify(report)}\n`)
  } catch {
    // The runner was killed: nobody waits for the rest, and what this run started is cleaned up by the reaper.
    process.exit(1)
  }
}

function describe(error: SerializedError): string {
  const own = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line) && !line.includes('node_modules'))
  const cause = error.cause ? [`caused by ${describe(error.cause)}`] : []
  return [`${error.name}: ${error.message}`, ...(error.diff ? [error.diff] : []), ...own, ...cause].join('\n')
}
