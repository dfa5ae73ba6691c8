import { randomBytes } from 'node:crypto'
import { readJson, writePrivately } from './state.ts'

/** Generated once for this state directory and kept in a file for its owner alone. */
export interface Secrets {
  /** The one named so, e.g. `client/partner` or `database/intake/app`. */
  get(name: string): string
}

/** @param file `.haven/secrets.json` */
export function openSecrets(file: string): Secrets {
  const known = readJson<Record<string, string>>(file) ?? {}
  return {
    get(name) {
      if (!known[name]) {
        known[name] = randomBytes(24).toString('base64url')
        writePrivately(file, known)
      }
      return known[name]
    },
  }
}
