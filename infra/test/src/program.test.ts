import { describe, expect, test } from 'vitest'
import { endPrograms, runProgram } from './program.ts'

const node = (code: string) => runProgram(process.execPath, ['-e', code])

describe('a program of a tier', () => {
  test('is waited for, with everything that it printed and its exit code', async () => {
    expect(await node("console.log('out'); console.error('err'); process.exitCode = 3")).toEqual({
      code: 3,
      output: expect.stringMatching(/out[\s\S]*err|err[\s\S]*out/),
    })
  })

  test('tells its lines as they come, apart from what it prints', async () => {
    const lines: string[] = []
    const code = "require('fs').writeSync(3, 'one\\ntwo\\n'); console.log('printed')"
    const { output } = await runProgram(process.execPath, ['-e', code], { onLine: line => void lines.push(line) })
    expect(lines).toEqual(['one', 'two'])
    expect(output).toBe('printed\n')
  })

  test('that does not exist says so instead of hanging', async () => {
    expect(await runProgram('/nowhere/program', [])).toMatchObject({
      code: 127,
      output: expect.stringContaining('/nowhere/program'),
    })
  })

  test('is ended with all that it started', async () => {
    const started = Promise.withResolvers<void>()
    // The grandchild holds the output open: as long as it lives the program does not count as ended.
    const grandchild =
      "require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' })"
    const code = `${grandchild}.once('spawn', () => require('fs').writeSync(3, 'started\\n')); setTimeout(() => {}, 60000)`
    const running = runProgram(process.execPath, ['-e', code], { onLine: () => started.resolve() })
    await started.promise
    await endPrograms()
    expect(await running).toMatchObject({ code: 1 })
  })
})
