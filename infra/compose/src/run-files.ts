import { serviceNames } from '@haven/contracts'
import type { IssuerClient } from '@haven/issuer'
import { ports } from './installation.ts'
import type { SecretFiles } from './secret-files.ts'

/**
 * What `haven` needs to know of the system: `run.json` for a checkout on this machine (HAVEN_STATE_DIR=infra/compose/secrets), `cli/run.json` for
 * `docker compose run --rm haven`. Databases and Kafka have no port on this machine; in the container settings name them.
 */
export function writeRunFiles(
  files: SecretFiles,
  clients: readonly IssuerClient[],
  published: Partial<typeof ports>,
): void {
  const isDemo = clients.length > 0
  const run = (urlOf: (name: keyof typeof ports) => string) => ({
    services: Object.fromEntries(serviceNames.map(name => [name, { url: urlOf(name) }])),
    tokenEndpoint: isDemo ? `${urlOf('issuer')}/token` : '',
    clients: Object.fromEntries(clients.map(({ id, secret }) => [id, { id, secret }])),
    kafka: { brokers: [] },
    databases: {},
    keysDirectory: '',
  })
  const here = { ...ports, ...published }
  files.derive('run.json', json(run(name => `http://127.0.0.1:${here[name]}`)))
  files.derive('cli/run.json', json(run(name => `http://${name}:${ports[name]}`)))
}

const json = (content: unknown) => `${JSON.stringify(content, null, 2)}\n`
