import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scratchDirectory } from '../test/scratch.ts'
import { lastWords } from './node-program.ts'

const fileOf = (...lines: string[]) => {
  const file = join(scratchDirectory(), 'x.log')
  writeFileSync(file, lines.map(line => `${line}\n`).join(''))
  return file
}

it('the cause is the last error of the log with its message', () => {
  const error = '{"level":"fatal","msg":"cannot start","err":{"message":"database is behind"}}'
  expect(lastWords(fileOf('{"level":"info","msg":"hello"}', error, '{"level":"info","msg":"bye"}'), 0)).toBe(
    'cannot start: database is behind',
  )
})

it('the cause is a thrown error where the program had no log yet', () => {
  expect(
    lastWords(
      fileOf('file:///x/main.ts:3', '    ^', 'TypeError: x is not a function', '    at main (x)', 'Node.js v24'),
      0,
    ),
  ).toBe('TypeError: x is not a function')
})

it('an error of an earlier start is not the cause', () => {
  const file = fileOf('Error: of yesterday', 'a line of today')
  expect(lastWords(file, 'Error: of yesterday\n'.length)).toBe('a line of today')
})
