import { demoClients, type IssuerClient, newSigningKeys } from '@haven/issuer'
import { newPassword, type SecretFiles } from './secret-files.ts'

/** What the demonstration's OpenID provider serves: its signing key and its clients, whose secrets are kept. */
export async function makeDemo(files: SecretFiles): Promise<IssuerClient[]> {
  await files.keep('issuer/keys.json', async () => JSON.stringify(await newSigningKeys()))
  const known = files.has('issuer/demo-clients.json')
    ? (JSON.parse(files.read('issuer/demo-clients.json')) as IssuerClient[])
    : []
  const clients = demoClients(id => known.find(client => client.id === id)?.secret ?? newPassword())
  files.derive('issuer/demo-clients.json', `${JSON.stringify(clients, null, 2)}\n`)
  return clients
}
