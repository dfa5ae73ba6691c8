import { databaseUrl, serviceSettings } from '@haven/config'
import Type, { type Static } from 'typebox'

/** The settings of audit. `X_FILE` reads X from a file. */
export const Config = Type.Object({
  ...serviceSettings,
  HAVEN_READER_DATABASE_URL: databaseUrl("the service's database as its reader role; answers are read with it"),
  HAVEN_PUBLIC_KEYS_DIRECTORY: Type.String({
    minLength: 1,
    description:
      'the directory with every service’s public keys (<service>.signing.json); what none of them signed is not taken',
  }),
  HAVEN_GAP_AFTER_MS: Type.Integer({
    default: 60_000,
    minimum: 1_000,
    description: 'milliseconds that missing entries are asked for before the log goes on behind them with an alarm',
  }),
  HAVEN_GIVE_UP_AFTER_MS: Type.Integer({
    default: 86_400_000,
    minimum: 1_000,
    description: 'milliseconds that a gap is asked for; what comes later is taken all the same',
  }),
})

/** Settings as read. */
export type Config = Static<typeof Config>
