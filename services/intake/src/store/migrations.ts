import { fileURLToPath } from 'node:url'
import { streamMigrations } from '@haven/stream'

/** What this service's database has to have, in this order. */
export const migrationSources = [
  streamMigrations,
  { name: 'intake', directory: fileURLToPath(new URL('../../prisma/migrations', import.meta.url)) },
]
