import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Role, ServiceName } from '@haven/contracts'

/** A client of the local OpenID provider, as `demo-clients.json` and `clients.json` list them. */
export interface IssuerClient {
  id: string
  secret: string
  /** The claim `org`. */
  organisation: string
  roles: Role[]
  /** Whom a token stands for: the client itself, or (so that programs can act as people) a made-up person. */
  kind: 'client' | 'person'
  /** A person's `sub`, the same for ever; a client's is its id. */
  subject?: string
  /** The service that a token is for when the request names no `resource`. */
  service: ServiceName
}

/** Files in the issuer's directory: the start writes the first anew each time, `haven partner add` the second. */
export const clientFiles = ['demo-clients.json', 'clients.json'] as const

/**
 * Reads clients when they are asked for, so that one that `haven partner add` registers works at once. A file is read
 * again when it changed.
 */
export function clientDirectory(directory: string): { find(id: string): IssuerClient | undefined } {
  const read = clientFiles.map(name => cachedFile(join(directory, name)))
  return {
    find: id => read.flatMap(clients => clients()).find(client => client.id === id),
  }
}

function cachedFile(file: string): () => IssuerClient[] {
  let seen = ''
  let clients: IssuerClient[] = []
  return () => {
    if (!existsSync(file)) return []
    const { mtimeMs, size, ino } = statSync(file)
    const now = `${mtimeMs} ${size} ${ino}`
    if (now !== seen) clients = JSON.parse(readFileSync(file, 'utf8')) as IssuerClient[]
    seen = now
    return clients
  }
}
