import { fileURLToPath } from 'node:url'
import type { MigrationSource } from '@haven/db'
import { vaultMigrations } from '@haven/vault'

/** The tables of schema `stream`, the same in every service's database. */
export const streamMigrations: MigrationSource = {
  name: 'stream',
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
}

const directoryOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/**
 * What a database of an installation has to have, in this order. Of a service: the stream's tables, those of the access record (named by their path:
 * their package builds on this one), then its own, which lie where every service keeps them. Of `keys`: the vault's.
 */
export function migrationsOf(database: string): MigrationSource[] {
  if (database === 'keys') return [vaultMigrations]
  return [
    streamMigrations,
    { name: 'record', directory: directoryOf('packages/access/migrations') },
    { name: database, directory: directoryOf(`services/${database}/prisma/migrations`) },
  ]
}
