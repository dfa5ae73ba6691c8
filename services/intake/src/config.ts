import { databaseUrl, serviceSettings } from '@haven/config'
import Type, { type Static } from 'typebox'

const keyFile = (description: string) => Type.String({ minLength: 1, description: `the file with ${description}` })

/** The settings of intake. `X_FILE` reads X from a file. */
export const Config = Type.Object({
  ...serviceSettings,
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
})

/** Settings as read. */
export type Config = Static<typeof Config>
