import { type DatabaseUrls, databaseRoles, migrate, provision } from '@haven/db'
import { migrationsOf } from '@haven/stream'
import type { Secrets } from './secrets.ts'
import { services } from './services.ts'

/** Makes and migrates every database: one a service, and one for the keys of people. */
export async function prepareDatabases(adminUrl: string, secrets: Secrets): Promise<Record<string, DatabaseUrls>> {
  const names = [...services.map(({ name }) => name as string), 'keys']
  // One after the other: they share roles of the cluster and wait for the same locks.
  const databases: Record<string, DatabaseUrls> = {}
  for (const name of names) databases[name] = await prepareDatabase(adminUrl, name, secrets)
  return databases
}

async function prepareDatabase(adminUrl: string, name: string, secrets: Secrets): Promise<DatabaseUrls> {
  const passwords = Object.fromEntries(
    databaseRoles.map(role => [role, secrets.get(`database/${name}/${role}`)]),
  ) as Record<keyof DatabaseUrls, string>
  const urls = await provision({ adminUrl, database: name, service: name, passwords })
  await migrate({ url: urls.migrator, sources: migrationsOf(name) })
  return urls
}
