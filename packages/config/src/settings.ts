import Type, { type Static, type TObject } from 'typebox'

/** The schema of a PostgreSQL URL; it holds a password and is secret. */
export const databaseUrl = (description: string) =>
  Type.String({ pattern: '^postgres(ql)?://', description: `a URL postgresql://…, ${description}`, secret: true })

/** Where the service listens. */
const httpSettings = {
  HAVEN_HTTP_HOST: Type.String({ default: '127.0.0.1', minLength: 1, description: 'the address to listen on' }),
  HAVEN_HTTP_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    description: 'the port to listen on, 0 for a free one',
  }),
}

/** The service's own database, as two roles. */
const databaseSettings = {
  HAVEN_DATABASE_URL: databaseUrl("the service's database as its app role"),
  HAVEN_RELAY_DATABASE_URL: databaseUrl("the service's database as its relay role"),
}

/** The record of every access. */
const recordSettings = {
  HAVEN_SIGNING_KEY_FILE: Type.String({
    minLength: 1,
    description: 'the file with the key that the service signs its access record with (<service>.signing.json)',
  }),
}

/** Kafka. Who signs in does so by SCRAM-SHA-512, over TLS alone; without the last three it is plain text, as on one machine. */
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
  HAVEN_KAFKA_USERNAME: Type.Optional(
    Type.String({
      minLength: 1,
      needs: ['HAVEN_KAFKA_PASSWORD', 'HAVEN_KAFKA_CA'],
      description: 'who signs in to Kafka, haven-<service>',
    }),
  ),
  HAVEN_KAFKA_PASSWORD: Type.Optional(
    Type.String({
      minLength: 1,
      needs: ['HAVEN_KAFKA_USERNAME', 'HAVEN_KAFKA_CA'],
      description: 'the password with which HAVEN_KAFKA_USERNAME signs in to Kafka',
      secret: true,
    }),
  ),
  HAVEN_KAFKA_CA: Type.Optional(
    Type.String({
      pattern: '-----BEGIN CERTIFICATE-----',
      certificates: true,
      description:
        'the certificates (PEM) of the authority that vouches for the brokers; HAVEN_KAFKA_CA_FILE names their file',
    }),
  ),
}

/** {@link kafkaSettings} as read. */
export type KafkaSettings = Static<TObject<typeof kafkaSettings>>

/** Who signs the tokens that the service accepts. */
const issuerSettings = {
  HAVEN_ISSUER: Type.String({
    pattern: '^https?://[^\\s]+$',
    description: 'the URL of the OpenID provider, https://…',
  }),
  HAVEN_ALLOW_DEMO_CREDENTIALS: Type.Boolean({
    default: false,
    description: 'true only for a demonstration: accepts tokens that are marked demo',
  }),
}

/** What runs. */
const releaseSettings = {
  HAVEN_COMMIT: Type.Optional(
    Type.String({
      pattern: '^[0-9a-f]{7,64}$',
      description: 'the commit that the program was built from, for /version; images have it set',
    }),
  ),
}

/** What is logged. */
const logSettings = {
  HAVEN_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'the least level that is logged',
  }),
}

/** Where spans go. The names are OpenTelemetry's. */
const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s?#@]+$',
      description: 'the collector that takes spans by OTLP over HTTP (http://collector:4318); without it none are made',
    }),
  ),
  OTEL_EXPORTER_OTLP_HEADERS: Type.Optional(
    Type.Array(Type.String({ pattern: '^[A-Za-z0-9-]+=[^\\r\\n]+$' }), {
      description: 'a comma list of name=value that the collector asks for',
      secret: true,
    }),
  ),
  OTEL_TRACES_SAMPLER: Type.Enum(
    [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ],
    {
      default: 'parentbased_always_on',
      description: 'which traces are kept; parentbased_… as whoever began them decided',
    },
  ),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 1,
    description: 'the part of traces that …traceidratio keeps, from 0 to 1',
  }),
}

/** What a service bears. */
const loadSettings = {
  HAVEN_BACKLOG_MAX_ROWS: Type.Integer({
    default: 100_000,
    minimum: 1,
    description:
      'facts, and entries of the access record, that may wait for Kafka before what would add to them is answered by 503',
  }),
  HAVEN_BACKLOG_MAX_AGE_MS: Type.Integer({
    default: 600_000,
    minimum: 1_000,
    description:
      'milliseconds that the oldest fact may wait before what would add to them is answered by 503 (an entry: 24 h)',
  }),
  HAVEN_RATE_LIMIT_PER_MINUTE: Type.Integer({
    default: 6_000,
    minimum: 1,
    description: 'requests a minute with one credential to this process; more are answered by 429',
  }),
  HAVEN_LOOP_DELAY_MAX_MS: Type.Integer({
    default: 1_000,
    minimum: 10,
    description: 'milliseconds that a turn of the event loop may take on average before requests are answered by 503',
  }),
}

/** The settings of every service, to be spread into its own schema beside those that only it has. */
export const serviceSettings = {
  ...httpSettings,
  ...databaseSettings,
  ...kafkaSettings,
  ...issuerSettings,
  ...releaseSettings,
  ...logSettings,
  ...recordSettings,
  ...loadSettings,
  ...tracingSettings,
}

/** {@link serviceSettings} as read. */
export type ServiceSettings = Static<TObject<typeof serviceSettings>>
