import { kafkaUserOf, type ServiceName, serviceNames } from '@haven/contracts'

/** Where a PostgreSQL of docker-compose.yml is called, and which databases it holds. */
export interface Server {
  host: string
  databases: readonly string[]
}

/**
 * The servers of docker-compose.yml. Keys lie apart from what they open, for a copy of one must not be worth anything without the other, and
 * copies of keys must be short-lived where a person's key is to be destroyed. The record of access lies apart from the services it is about.
 */
export const postgresServers: readonly Server[] = [
  { host: 'postgres', databases: serviceNames.filter(name => name !== 'audit') },
  { host: 'postgres-audit', databases: ['audit'] },
  { host: 'postgres-keys', databases: ['keys'] },
]

/** Roles of each database, as `haven databases provision` makes them. */
export const databaseRoles = ['migrator', 'app', 'relay', 'reader'] as const

/** Who signs in to Kafka: `haven topics apply`, and each service. */
export const kafkaUsers: readonly string[] = ['haven-admin', ...serviceNames.map(kafkaUserOf)]

/** The port of each service, inside and, unless told otherwise, on this machine's loopback. */
export const ports: Readonly<Record<ServiceName | 'issuer', number>> = {
  gateway: 7400,
  intake: 7401,
  audit: 7402,
  issuer: 7410,
}

/** The demonstration's OpenID provider, as tokens name it: the name inside the networks. */
export const demoIssuer = `http://issuer:${ports.issuer}`

/** Where containers find a file of the secrets directory. */
export const mounted = (file: string): string => `/run/secrets/${file}`
