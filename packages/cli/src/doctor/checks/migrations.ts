import { MigrationError, pendingMigrations } from '@haven/db'
import { migrationsOf } from '@haven/stream'
import { databaseNames } from '../../databases.ts'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check } from '../world.ts'

/** Whether each database is what this release expects. */
export const migrations: Check = {
  area: 'migrations',
  looks: world =>
    databaseNames.map(name => ({
      what: `the database ${name}`,
      look: async () => {
        const pending = await world
          .onDatabase(name, pool => pendingMigrations({ pool, sources: migrationsOf(name) }))
          .catch((error: unknown) => {
            if (error instanceof MigrationError) return error.message
            throw error
          })
        return judgeMigrations(name, pending)
      },
    })),
}

/** @param found what is pending, or the sentence about a file that was edited or comes late */
export function judgeMigrations(name: string, found: readonly string[] | string): Judged[] {
  if (typeof found === 'string') {
    const [says = found, remedy = 'Restore the file of the release that was applied.'] = found.split('; ')
    return [wrong(`${name}: ${says}`, remedy.charAt(0).toUpperCase() + remedy.slice(1))]
  }
  if (found.length === 0) return [fine(`${name} has all migrations`)]
  return [wrong(`${name} lacks ${found.join(', ')}`, `Run haven migrate ${name}; the service waits for it.`)]
}
