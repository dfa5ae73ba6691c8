import {
  databaseSettings,
  databaseUrl,
  httpSettings,
  issuerSettings,
  kafkaSettings,
  logSettings,
  recordSettings,
} from '@haven/config'
import Type, { type Static } from 'typebox'

const keyFile = (description: string) => Type.String({ minLength: 1, description: `the file with ${description}` })

/** The settings of intake. `X_FILE` reads X from a file. */
export const Config = Type.Object({
  ...httpSettings,
  ...databaseSettings,
  ...kafkaSettings,
  ...issuerSettings,
  ...logSettings,
  ...recordSettings,
  HAVEN_KEYS_DATABASE_URL: databaseUrl('the database of subject keys as its app role'),
  HAVEN_KEK_FILE: keyFile('the key that wraps subject keys (kek.json); without it nothing about a person can be read'),
  HAVEN_BLIND_INDEX_KEY_FILE: keyFile(
    'the key of blind indexes (blind-index.json); with another one duplicates are no longer recognised',
  ),
  HAVEN_JWE_KEYS_FILE: keyFile('the private keys that partner events are sealed for (intake.jwe.json)'),
  HAVEN_ORGANISATION: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'the organisation that receives referrals, as its staff have it in their tokens (org)',
  }),
  HAVEN_BACKLOG_MAX_ROWS: Type.Integer({
    default: 100_000,
    minimum: 1,
    description: 'facts that may wait for Kafka before decisions are answered by 503',
  }),
  HAVEN_BACKLOG_MAX_AGE_MS: Type.Integer({
    default: 600_000,
    minimum: 1_000,
    description: 'milliseconds that the oldest of them may wait before decisions are answered by 503',
  }),
  HAVEN_RATE_LIMIT_PER_MINUTE: Type.Integer({
    default: 6_000,
    minimum: 1,
    description: 'requests a minute with one credential to this process; more are answered by 429',
  }),
})

/** Settings as read. */
export type Config = Static<typeof Config>
