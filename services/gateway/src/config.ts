import { serviceSettings } from '@haven/config'
import Type, { type Static } from 'typebox'

/** The settings of the gateway. `X_FILE` reads X from a file. */
export const Config = Type.Object({
  ...serviceSettings,
  HAVEN_IDENTITY_KEY_FILE: Type.String({
    minLength: 1,
    description: 'the file with the key that recognises repeated events (identity.json); it is never replaced',
  }),
  HAVEN_INTAKE_JWKS_FILE: Type.String({
    minLength: 1,
    description: "the file with intake's published transport keys (public/intake.jwks.json)",
  }),
})

/** Settings as read. */
export type Config = Static<typeof Config>
