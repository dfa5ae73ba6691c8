import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scratchDirectory } from '../test/scratch.ts'
import { isPostgresOn, stopPostgresOrphan } from './postgres-orphan.ts'
import { identify } from './process-identity.ts'

it.each([
  [['/x/bin/postgres', '-D', '/data', '-c', 'port=1'], true],
  [['/x/bin/postgres', '-D', '/other', '-c', 'port=1'], false],
  [['/usr/bin/vim', '-D', '/data'], false],
  [[], false],
])('%j is the postgres on /data: %s', (command, expected) => {
  expect(isPostgresOn('/data', command)).toBe(expected)
})

it('a pid file that names another program is removed and that program left alone', async () => {
  const data = scratchDirectory()
  writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n`)
  await stopPostgresOrphan(data)
  expect(existsSync(join(data, 'postmaster.pid'))).toBe(false)
  expect(identify(process.pid)).toBeDefined()
})
