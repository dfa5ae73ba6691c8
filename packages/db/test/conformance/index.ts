import { afterAll, beforeAll, describe } from 'vitest'
import { errorsSuite } from './errors.ts'
import { migrationsSuite } from './migrations.ts'
import { poolSuite } from './pool.ts'
import { rolesSuite } from './roles.ts'
import { rowsOfSuite } from './rows-of.ts'
import type { Server } from './server.ts'
import { snapshotSuite } from './snapshot.ts'
import { unitOfWorkSuite } from './unit-of-work.ts'

/** Everything that this package promises of a real PostgreSQL, run against whichever one `start` brings. */
export function dbConformance(name: string, start: () => Promise<Server>): void {
  describe(`db on ${name}`, () => {
    let server: Server
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server?.stop())
    const adminUrl = (): string => server.adminUrl
    rolesSuite(adminUrl)
    migrationsSuite(adminUrl)
    poolSuite(adminUrl)
    errorsSuite(adminUrl)
    unitOfWorkSuite(adminUrl)
    snapshotSuite(adminUrl)
    rowsOfSuite(adminUrl)
  })
}
