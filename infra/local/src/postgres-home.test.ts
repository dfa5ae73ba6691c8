import { expect, it } from 'vitest'
import { postgresAccount } from './postgres-home.ts'

const root = 'root:x:0:0:root:/root:/bin/bash'
const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin'
const postgres = 'postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash'

it("root lends PostgreSQL its own account where there is one, else nobody's", () => {
  expect(postgresAccount([root, nobody, postgres].join('\n'))).toEqual({ uid: 101, gid: 104 })
  expect(postgresAccount([root, nobody].join('\n'))).toEqual({ uid: 65534, gid: 65534 })
})

it('root without any such account is told what to do', () => {
  expect(() => postgresAccount(`${root}\n`)).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining('useradd') }),
  )
})
