import { databaseRoles, kafkaUsers, mounted, postgresServers } from './installation.ts'
import { checkPassword, newPassword, type SecretFiles } from './secret-files.ts'

/** A password of PostgreSQL's superuser for each server, its URL for `haven databases provision`, and a URL for each role of each database. */
export async function makeDatabaseUrls(files: SecretFiles): Promise<void> {
  for (const { host, databases } of postgresServers) {
    const admin = `databases/${host}.password`
    const password = checkPassword(admin, await files.keep(admin, newPassword))
    files.derive(`databases/${host}.admin.url`, urlOf(host, 'postgres', password, 'postgres'))
    for (const database of databases) {
      for (const role of databaseRoles) {
        const name = `databases/${database}.${role}.url`
        const user = `${database}_${role}`
        const url = await files.keep(name, () => urlOf(host, user, newPassword(), database))
        checkPassword(name, decodeURIComponent(URL.parse(url)?.password ?? ''))
      }
    }
  }
}

// verify-full: the certificate has to be the authority's and to name this host.
function urlOf(host: string, user: string, password: string, database: string): string {
  const trust = `sslmode=verify-full&sslrootcert=${mounted('authority.crt')}`
  return `postgresql://${user}:${password}@${host}:5432/${database}?${trust}`
}

/** A password for each user of Kafka, and the same as Kafka's own tool takes it from a file. */
export async function makeKafkaUsers(files: SecretFiles): Promise<void> {
  for (const user of kafkaUsers) {
    const name = `kafka/${user}.password`
    const password = checkPassword(name, await files.keep(name, newPassword))
    files.derive(`kafka/users/${user}.properties`, `SCRAM-SHA-512=password=${password}\n`)
  }
}
