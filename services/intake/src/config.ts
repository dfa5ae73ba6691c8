import { databaseSettings, databaseUrl, httpSettings, issuerSettings, kafkaSettings, logSettings } from '@haven/config'
import Type, { type Static } from 'typebox'

const keyFile = (description: string) => Type.String({ minLength: 1, description: `path of ${description}` })

export const IntakeSettings = Type.Object({
  ...httpSettings,
  ...databaseSettings,
  ...kafkaSettings,
  ...issuerSettings,
  ...logSettings,
  HAVEN_KEYS_DATABASE_URL: databaseUrl('the database of subject keys as its app role'),
  HAVEN_KEK_FILE: keyFile('kek.json, the key that wraps subject keys; without it nothing about a person can be read'),
  HAVEN_BLIND_INDEX_KEY_FILE: keyFile('blind-index.json; with another key duplicates are no longer recognised'),
  HAVEN_JWE_KEYS_FILE: keyFile('intake.jwe.json, the private keys that partner events are sealed for'),
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
    description: 'requests a minute from one address to this process; more are answered by 429',
  }),
})
export type IntakeSettings = Static<typeof IntakeSettings>
