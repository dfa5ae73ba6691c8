import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scratchDirectory } from '../test/scratch.ts'
import { lockState, putAside, takeLock } from './lock.ts'
import { identify } from './process-identity.ts'

const newLock = () => join(scratchDirectory(), 'lock')

it('a lock of a process that runs is held, one of a process that has gone is stale', () => {
  const holder = { pid: 4711, started: 'then' }
  expect(lockState(undefined, false)).toBe('free')
  expect(lockState(holder, true, () => true)).toBe('held')
  expect(lockState(holder, true, () => false)).toBe('stale')
})

it('a lock that was cut short while being written is stale', () => {
  expect(lockState(undefined, true)).toBe('stale')
})

it('a lock whose pid another process has by now is taken', () => {
  const file = newLock()
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: 'before this process began' }))
  const giveBack = takeLock(file, () => '')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(identify(process.pid))
  giveBack()
  expect(existsSync(file)).toBe(false)
})

it('who finds the lock held learns the pid, the address and how to end it', () => {
  const file = newLock()
  takeLock(file, () => '')
  expect(() => takeLock(file, () => ', http://127.0.0.1:7400')).toThrow(
    expect.objectContaining({
      message: `Haven is already running here, pid ${process.pid}, http://127.0.0.1:7400.`,
      remedy: expect.stringContaining(`kill ${process.pid}`),
    }),
  )
})

it('a lock that another start has taken since it was seen stale stays in place', () => {
  const file = newLock()
  takeLock(file, () => '')
  putAside(file)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(identify(process.pid))
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: 'before this process began' }))
  putAside(file)
  expect(existsSync(file)).toBe(false)
})
