import { fileURLToPath } from 'node:url'
import type { MigrationSource } from '@haven/db'

/** The tables of schema `stream`, the same in every service's database; applied before the service's own migrations. */
export const streamMigrations: MigrationSource = {
  name: 'stream',
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
}
