import {
  databaseSettings,
  httpSettings,
  issuerSettings,
  kafkaSettings,
  logSettings,
  recordSettings,
} from '@haven/config'
import Type, { type Static } from 'typebox'

/** The settings of the gateway. `X_FILE` reads X from a file. */
export const Config = Type.Object({
  ...httpSettings,
  ...databaseSettings,
  ...kafkaSettings,
  ...issuerSettings,
  ...logSettings,
  ...recordSettings,
  HAVEN_IDENTITY_KEY_FILE: Type.String({
    minLength: 1,
    description: 'the file with the key that recognises repeated events (identity.json); it is never replaced',
  }),
  HAVEN_INTAKE_JWKS_FILE: Type.String({
    minLength: 1,
    description: "the file with intake's published transport keys (public/intake.jwks.json)",
  }),
  HAVEN_BACKLOG_MAX_ROWS: Type.Integer({
    default: 100_000,
    minimum: 1,
    description: 'accepted events that may wait for Kafka before new ones are answered by 503',
  }),
  HAVEN_BACKLOG_MAX_AGE_MS: Type.Integer({
    default: 600_000,
    minimum: 1_000,
    description: 'milliseconds that the oldest of them may wait before new ones are answered by 503',
  }),
  HAVEN_RATE_LIMIT_PER_MINUTE: Type.Integer({
    default: 6_000,
    minimum: 1,
    description: 'requests a minute with one credential to this process; more are answered by 429',
  }),
})

/** Settings as read. */
export type Config = Static<typeof Config>
