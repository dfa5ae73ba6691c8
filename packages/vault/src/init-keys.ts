import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { newJwks, publicJwks, readJwks } from './jwks.ts'
import { createFile, replaceFile } from './key-file.ts'
import { newSigningJwks, publicSigningJwks, readSigningJwks } from './signing-key.ts'
import { newSymmetricKey, readSymmetricKey } from './symmetric-key.ts'
import { VaultError } from './vault-error.ts'

/**
 * Symmetric keys of an installation: wraps subject keys; blind indexes; the gateway's HMAC of event identities and
 * partners' references.
 */
const symmetric = ['kek.json', 'blind-index.json', 'identity.json'] as const

export interface InitKeysResult {
  /** File names below the directory. */
  created: string[]
  kept: string[]
}

/**
 * Writes what is missing of an installation's keys: private files 0400 in a directory 0700, and each service's public set in `public/`. A file
 * that is there is read and kept, its mode made the same; a damaged one stops everything before anything is written
 * (`VaultError('key-file-invalid')`), because what a lost key sealed is lost. Two runs at once end with one set.
 */
export async function initKeys(dir: string, { services }: { services: readonly string[] }): Promise<InitKeysResult> {
  const odd = services.find(service => !/^[a-z][a-z0-9-]*$/.test(service))
  if (odd !== undefined) throw new TypeError(`${JSON.stringify(odd)} is no name of a service`)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await chmod(dir, 0o700)
  const keys = [
    ...symmetric.map(name => ({ name, read: readSymmetricKey, make: newSymmetricKey })),
    ...services.flatMap(service => [
      { name: `${service}.jwe.json`, read: readJwks, make: newJwks },
      { name: `${service}.signing.json`, read: readSigningJwks, make: newSigningJwks },
    ]),
  ]
  const present = new Set<string>()
  for (const { name, read } of keys) if (await isThere(read(join(dir, name)))) present.add(name)
  const result: InitKeysResult = { created: [], kept: [] }
  for (const { name, make } of keys) {
    const created = !present.has(name) && (await createFile(join(dir, name), await make(new Date()), 0o400))
    if (!created) await chmod(join(dir, name), 0o400)
    result[created ? 'created' : 'kept'].push(name)
  }
  for (const set of services.flatMap(published)) result[(await publish(dir, set)) ? 'created' : 'kept'].push(set.name)
  return result
}

interface PublishedSet {
  name: string
  /** The public part of the private set. */
  wanted(dir: string): Promise<unknown>
  read(file: string): Promise<unknown>
}

function published(service: string): PublishedSet[] {
  return [
    {
      name: `public/${service}.jwks.json`,
      wanted: async dir => publicJwks(await readJwks(join(dir, `${service}.jwe.json`))),
      read: readJwks,
    },
    {
      name: `public/${service}.signing.json`,
      wanted: async dir => publicSigningJwks(await readSigningJwks(join(dir, `${service}.signing.json`))),
      read: readSigningJwks,
    },
  ]
}

/** Brings a public set up to the private one. Answers whether it wrote. */
async function publish(dir: string, set: PublishedSet): Promise<boolean> {
  const file = join(dir, set.name)
  const wanted = await set.wanted(dir)
  const present = await set.read(file).catch(() => undefined)
  if (isDeepStrictEqual(present, wanted)) return false
  await replaceFile(file, wanted, 0o644)
  return true
}

async function isThere(reading: Promise<unknown>): Promise<boolean> {
  return reading.then(
    () => true,
    error => {
      if (error instanceof VaultError && error.message.includes(' is missing;')) return false
      throw error
    },
  )
}
