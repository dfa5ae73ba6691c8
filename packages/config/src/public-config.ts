import { X509Certificate } from 'node:crypto'
import type { Static, TObject } from 'typebox'

interface Marks {
  secret?: boolean
  certificates?: boolean
}

/**
 * A copy of a configuration that may be logged: what the schema marks `secret: true` is hidden, and of what it marks `certificates: true` (PEM) the
 * SHA-256 fingerprints are shown.
 */
export function publicConfig<S extends TObject>(schema: S, config: Readonly<Static<S>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config as object).map(([name, value]) => {
      const property = schema.properties[name] as Marks | undefined
      // what the schema does not know could be anything: hidden too
      if (property === undefined || property.secret === true) return [name, '[hidden]']
      return [name, property.certificates === true ? fingerprints(String(value)) : value]
    }),
  )
}

function fingerprints(pem: string): string[] {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  return certificates.map(one => {
    try {
      return `SHA-256 ${new X509Certificate(one).fingerprint256}`
    } catch {
      return 'not a certificate'
    }
  })
}
