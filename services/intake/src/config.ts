import { databaseSettings, databaseUrl, httpSettings, issuerSettings, kafkaSettings, logSettings } from '@haven/config'
import Type, { type Static } from 'typebox'

const keyFile = (description: string) => Type.String({ minLength: 1, description: `the file with ${description}` })

/** The settings of intake. `X_FILE` reads X from a file. */
export const Config = Type.Object({
  ...httpSettings,
  ...databaseSettings,
  ...kafkaSettings,
  ...issuerSettings,
  ...logSettings,
  HAVEN_KEYS_DATABASE_URL: databaseUrl('the database of subject keys as its app role'),
  HAVEN_KEK_FILE: keyFile('the key-encryption key that wraps subject keys (kek.json)'),
  HAVEN_BLIND_INDEX_KEY_FILE: keyFile('the key of blind indexes (blind-index.json)'),
  HAVEN_JWE_KEYS_FILE: keyFile("intake's private transport keys (intake.jwe.json)"),
  HAVEN_ORGANISATION: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'the organisation that receives what partners refer, as its staff have it in their tokens (org)',
  }),
})

/** Settings as read. */
export type Config = Static<typeof Config>
