import { fileURLToPath } from 'node:url'
import type { MigrationSource } from '@haven/db'

/** The tables of schema `stream`, the same in every service's database. */
export const streamMigrations: MigrationSource = {
  name: 'stream',
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
}

const directoryOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/**
 * What a service's database has to have, in this order: the stream's tables, those of the access record (named by their path: their package
 * builds on this one), then its own, which lie where every service keeps them.
 */
export function serviceMigrations(service: string): MigrationSource[] {
  return [
    streamMigrations,
    { name: 'record', directory: directoryOf('packages/access/migrations') },
    { name: service, directory: directoryOf(`services/${service}/prisma/migrations`) },
  ]
}
