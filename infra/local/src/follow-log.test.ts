import { expect, it } from 'vitest'
import { prettyLine } from './follow-log.ts'

it('a log entry reads as clock, level, message and what else it has', () => {
  const time = new Date(2026, 0, 2, 13, 14, 15).toISOString()
  const entry = { level: 'warn', time, pid: 1, hostname: 'h', msg: 'relay waits', rows: 3, topic: 'haven.resend' }
  expect(prettyLine(JSON.stringify(entry))).toBe('13:14:15 WARN  relay waits rows=3 topic=haven.resend')
})

it('a line that is no log entry stays as it is', () => {
  expect(prettyLine('    at main (x.ts:1)')).toBe('    at main (x.ts:1)')
})
