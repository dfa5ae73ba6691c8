import type { ServiceSettings } from '@haven/config'
import type { TestBus } from './bus.ts'
import type { TestDatabase } from './database.ts'

/** The settings that every service has, for one that a test connects to the run's PostgreSQL and Kafka. */
export function testSettings({
  database,
  bus,
  issuer,
  signingKeyFile,
}: {
  database: Pick<TestDatabase, 'app' | 'relay'>
  bus: Pick<TestBus, 'brokers' | 'prefix'>
  issuer: string
  signingKeyFile: string
}): ServiceSettings {
  return {
    HAVEN_HTTP_HOST: '127.0.0.1',
    HAVEN_HTTP_PORT: 0,
    HAVEN_DATABASE_URL: database.app,
    HAVEN_RELAY_DATABASE_URL: database.relay,
    HAVEN_KAFKA_BROKERS: bus.brokers,
    HAVEN_KAFKA_PREFIX: bus.prefix,
    HAVEN_ISSUER: issuer,
    HAVEN_ALLOW_DEMO_CREDENTIALS: false,
    HAVEN_LOG_LEVEL: 'silent',
    HAVEN_SIGNING_KEY_FILE: signingKeyFile,
    HAVEN_BACKLOG_MAX_ROWS: 100_000,
    HAVEN_BACKLOG_MAX_AGE_MS: 600_000,
    HAVEN_RATE_LIMIT_PER_MINUTE: 6_000,
    OTEL_TRACES_SAMPLER: 'parentbased_always_on',
    OTEL_TRACES_SAMPLER_ARG: 1,
    // Tests share their machine with others.
    HAVEN_LOOP_DELAY_MAX_MS: 60_000,
  }
}
