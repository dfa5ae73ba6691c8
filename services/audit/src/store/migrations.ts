import { fileURLToPath } from 'node:url'
import { recordMigrations } from '@haven/access'
import { streamMigrations } from '@haven/stream'

/** What this service's database has to have, in this order. */
export const migrationSources = [
  streamMigrations,
  recordMigrations,
  { name: 'audit', directory: fileURLToPath(new URL('../../prisma/migrations', import.meta.url)) },
]
