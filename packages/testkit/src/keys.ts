import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServiceName, serviceNames } from '@haven/contracts'
import { initKeys } from '@haven/vault'

/** A complete set of fresh keys in a temporary directory; paths fit the services' `…_FILE` settings. */
export interface TestKeys {
  directory: string
  kek: string
  blindIndex: string
  identity: string
  /** The private set of a service's transport keys. */
  jwe(service: ServiceName): string
  /** The public set of a service's transport keys. */
  publicJwks(service: ServiceName): string
  /** The private set that a service signs its chain with. */
  signing(service: ServiceName): string
  /** The public set of it. */
  publicSigning(service: ServiceName): string
  remove(): Promise<void>
}

export async function testKeys(): Promise<TestKeys> {
  const directory = await mkdtemp(join(tmpdir(), 'haven-test-keys-'))
  await initKeys(directory, { services: serviceNames })
  return {
    directory,
    kek: join(directory, 'kek.json'),
    blindIndex: join(directory, 'blind-index.json'),
    identity: join(directory, 'identity.json'),
    jwe: service => join(directory, `${service}.jwe.json`),
    publicJwks: service => join(directory, 'public', `${service}.jwks.json`),
    signing: service => join(directory, `${service}.signing.json`),
    publicSigning: service => join(directory, 'public', `${service}.signing.json`),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
