import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliFailure } from '../failure.ts'
import type { Registration } from './registry.ts'

/** Clients of the provider that comes with Haven: the first file is written when it is set up, the second is for those who are added. */
const files = { demo: 'demo-clients.json', added: 'clients.json' } as const

interface IssuerClient {
  id: string
  secret: string
  organisation: string
  roles: ['partner']
  kind: 'client'
  service: 'gateway'
}

/**
 * The clients of the OpenID provider of `npm start` and of the demonstration in containers, which reads its files anew when they change.
 * @param directory where they lie
 */
export function localIssuer(directory: string) {
  const file = (name: string) => join(directory, name)

  async function read(name: string): Promise<{ id: string }[]> {
    try {
      return JSON.parse(await readFile(file(name), 'utf8')) as { id: string }[]
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  return {
    /** @throws CliFailure when the provider has a client of this id, whose secret is not ours to change */
    async mustNotKnow(clientId: string): Promise<void> {
      const known = [...(await read(files.demo)), ...(await read(files.added))]
      if (!known.some(client => client.id === clientId)) return
      throw new CliFailure(`The local OpenID provider has a client ${clientId} already; choose another --client-id.`)
    },

    /** Creates the client and answers its secret, which nothing but the provider's own file keeps. */
    async create({ clientId, organisation }: Registration): Promise<string> {
      const secret = randomBytes(24).toString('base64url')
      const client: IssuerClient = {
        id: clientId,
        secret,
        organisation,
        roles: ['partner'],
        kind: 'client',
        service: 'gateway',
      }
      const clients = [...(await read(files.added)), client]
      const half = file(`${files.added}.${process.pid}`)
      await writeFile(half, `${JSON.stringify(clients, null, 2)}\n`, { mode: 0o400 })
      await rename(half, file(files.added))
      return secret
    },
  }
}
