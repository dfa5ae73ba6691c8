// Settings that several services share. Each fragment is spread into a service's own schema:
// Type.Object({ ...httpSettings, ...databaseSettings, HAVEN_ORGANISATION: … })
import Type from 'typebox'

/** The schema of a PostgreSQL URL; it holds a password and is secret. */
export const databaseUrl = (description: string) =>
  Type.String({ pattern: '^postgres(ql)?://', description: `a URL postgresql://…, ${description}`, secret: true })

/** Where the service listens. */
export const httpSettings = {
  HAVEN_HTTP_HOST: Type.String({ default: '127.0.0.1', minLength: 1, description: 'the address to listen on' }),
  HAVEN_HTTP_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    description: 'the port to listen on, 0 for a free one',
  }),
}

/** The service's own database, as two roles. */
export const databaseSettings = {
  HAVEN_DATABASE_URL: databaseUrl("the service's database as its app role"),
  HAVEN_RELAY_DATABASE_URL: databaseUrl("the service's database as its relay role"),
}

/** The record of every access. */
export const recordSettings = {
  HAVEN_SIGNING_KEY_FILE: Type.String({
    minLength: 1,
    description: 'the file with the key that the service signs its access record with (<service>.signing.json)',
  }),
}

/** Kafka. */
export const kafkaSettings = {
  HAVEN_KAFKA_BROKERS: Type.Array(Type.String({ pattern: '^[^\\s:/]+:[0-9]{1,5}$' }), {
    minItems: 1,
    description: 'a comma list of host:port',
  }),
  HAVEN_KAFKA_PREFIX: Type.String({
    default: '',
    pattern: '^[A-Za-z0-9._-]*$',
    description: 'letters, digits, dots, dashes and underscores before every topic and group',
  }),
}

/** Who signs the tokens that the service accepts. */
export const issuerSettings = {
  HAVEN_ISSUER: Type.String({
    pattern: '^https?://[^\\s]+$',
    description: 'the URL of the OpenID provider, https://…',
  }),
  HAVEN_ALLOW_DEMO_CREDENTIALS: Type.Boolean({
    default: false,
    description: 'true only for a demonstration: accepts tokens that are marked demo',
  }),
}

/** What is logged. */
export const logSettings = {
  HAVEN_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'the least level that is logged',
  }),
}
