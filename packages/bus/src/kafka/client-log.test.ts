import { expect, test } from 'vitest'
import { clientLog } from './client-log.ts'

const entry = (namespace: string, level: number, log: { message: string; [field: string]: unknown }) => {
  const lines: [string, object, string][] = []
  const at = (name: string) => (context: object, message: string) => void lines.push([name, context, message])
  clientLog({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') })({ namespace, level, log })
  return lines
}

test('nothing of a request or a record reaches the log, only named fields do', () => {
  const log = {
    message: 'Crash',
    groupId: 'g',
    value: 'Lale',
    payload: { value: 'Lale' },
    error: new Error('Lale'),
    retryCount: 3,
  }
  expect(entry('Consumer', 1, log)).toEqual([['warn', { kafka: 'Consumer', groupId: 'g', retryCount: 3 }, 'Crash']])
})

test.each([
  [
    'a coordinator that is not ready yet',
    entry('Runner', 1, { message: 'x', error: 'The group coordinator is not available' }),
  ],
  ['every attempt to connect, which its caller reports once', entry('Connection', 1, { message: 'Connection error' })],
  ['what the client merely tells', entry('ConsumerGroup', 4, { message: 'Consumer has joined the group' })],
])('%s is no more than debug', (_, lines) => {
  expect(lines.map(([level]) => level)).toEqual(['debug'])
})
