import { fileURLToPath } from 'node:url'
import type { MigrationSource } from '@haven/db'

/** The tables of schema `stream`, the same in every service's database. */
export const streamMigrations: MigrationSource = {
  name: 'stream',
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
}

/** What a service's database has to have, in this order: the stream's tables, then its own, which lie where every service keeps them. */
export function serviceMigrations(service: string): MigrationSource[] {
  const own = new URL(`../../../services/${service}/prisma/migrations`, import.meta.url)
  return [streamMigrations, { name: service, directory: fileURLToPath(own) }]
}
