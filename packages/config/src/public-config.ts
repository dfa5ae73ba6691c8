import type { Static, TObject } from 'typebox'

/** A copy of a configuration that may be logged: what the schema marks `secret: true` is hidden. */
export function publicConfig<S extends TObject>(schema: S, config: Readonly<Static<S>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config as object).map(([name, value]) => {
      const property = schema.properties[name] as { secret?: boolean } | undefined
      // what the schema does not know could be anything: hidden too
      const hidden = property === undefined || property.secret === true
      return [name, hidden ? '[hidden]' : value]
    }),
  )
}
