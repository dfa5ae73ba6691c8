import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { scratchDirectory } from '../test/scratch.ts'
import { processJournal, stopOrphans } from './orphans.ts'
import { identify, isSame, type ProcessIdentity } from './process-identity.ts'

const log = { info: vi.fn(), warn: vi.fn() }
const children: ChildProcess[] = []
const newFile = () => join(scratchDirectory(), 'processes.json')

function sleeper(): ProcessIdentity {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  children.push(child)
  return identify(child.pid as number) as ProcessIdentity
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

it('what was noted is stopped', async () => {
  const [file, orphan] = [newFile(), sleeper()]
  processJournal(file).note('gateway', orphan)
  await stopOrphans(file, log)
  expect(isSame(orphan)).toBe(false)
})

it('a process that has the pid of one that was noted is left alone', async () => {
  const [file, other] = [newFile(), sleeper()]
  processJournal(file).note('gateway', { pid: other.pid, started: 'earlier' })
  await stopOrphans(file, log)
  expect(isSame(other)).toBe(true)
})

it('a successor stays noted when the end of the one before becomes known late', async () => {
  const [file, before, successor] = [newFile(), { pid: 1_000_000, started: 'earlier' }, sleeper()]
  const journal = processJournal(file)
  journal.note('gateway', before)
  journal.note('gateway', successor)
  journal.drop('gateway', before)
  await stopOrphans(file, log)
  expect(isSame(successor)).toBe(false)
})

it('no journal, or one that was cut short, means nothing to stop', async () => {
  await expect(stopOrphans(newFile(), log)).resolves.toBeUndefined()
})
