import { join } from 'node:path'
import { type ServiceName, serviceNames } from '@haven/contracts'
import type { DatabaseUrls } from '@haven/db'
import { receivingOrganisation } from '@haven/issuer'

/** What a service's settings are made from. */
export interface Surroundings {
  databases: Record<string, DatabaseUrls>
  brokers: string[]
  issuer: string
  keysDirectory: string
}

/** One service of the system. Another one is one more entry in {@link services}. */
export interface ServiceDefinition {
  name: ServiceName
  /** Where it listens when nobody else does. */
  preferredPort: number
  /** Its settings beside those that all services share. */
  settings(surroundings: Surroundings): Record<string, string>
}

export const services: readonly ServiceDefinition[] = [
  {
    name: 'gateway',
    preferredPort: 7400,
    settings: ({ keysDirectory }) => ({
      HAVEN_IDENTITY_KEY_FILE: join(keysDirectory, 'identity.json'),
      HAVEN_INTAKE_JWKS_FILE: join(keysDirectory, 'public', 'intake.jwks.json'),
    }),
  },
  {
    name: 'intake',
    preferredPort: 7401,
    settings: ({ keysDirectory, databases }) => ({
      HAVEN_KEYS_DATABASE_URL: databases.keys?.app ?? '',
      HAVEN_KEK_FILE: join(keysDirectory, 'kek.json'),
      HAVEN_BLIND_INDEX_KEY_FILE: join(keysDirectory, 'blind-index.json'),
      HAVEN_JWE_KEYS_FILE: join(keysDirectory, 'intake.jwe.json'),
      HAVEN_ORGANISATION: receivingOrganisation,
    }),
  },
  {
    name: 'audit',
    preferredPort: 7402,
    settings: ({ keysDirectory, databases }) => ({
      HAVEN_READER_DATABASE_URL: databases.audit?.reader ?? '',
      HAVEN_PUBLIC_KEYS_DIRECTORY: join(keysDirectory, 'public'),
    }),
  },
]

/** The environment of a service's process. */
export function serviceEnvironment(
  service: ServiceDefinition,
  port: number,
  surroundings: Surroundings,
): Record<string, string> {
  const database = surroundings.databases[service.name]
  return {
    HAVEN_HTTP_HOST: '127.0.0.1',
    HAVEN_HTTP_PORT: String(port),
    HAVEN_DATABASE_URL: database?.app ?? '',
    HAVEN_RELAY_DATABASE_URL: database?.relay ?? '',
    HAVEN_KAFKA_BROKERS: surroundings.brokers.join(','),
    HAVEN_SIGNING_KEY_FILE: join(surroundings.keysDirectory, `${service.name}.signing.json`),
    HAVEN_ISSUER: surroundings.issuer,
    HAVEN_ALLOW_DEMO_CREDENTIALS: 'true',
    ...service.settings(surroundings),
  }
}

/** Whether this is the name of a service. */
export function isServiceName(name: string): name is ServiceName {
  return (serviceNames as readonly string[]).includes(name)
}
