import pg from 'pg'
import { demoPartners } from './demo.ts'

/**
 * Registers the demo's partners at the gateway; one that was disabled meanwhile stays so.
 * @param url of the gateway's database as its app role
 */
export async function registerDemoPartners(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    for (const { clientId, name, organisation, sources, referringOrganisations } of demoPartners) {
      await client.query(
        `insert into gateway.partner (name, organisation, client_id, sources, referring_organisations) values ($1, $2, $3, $4, $5)
         on conflict (client_id) do update set sources = excluded.sources, referring_organisations = excluded.referring_organisations`,
        [name, organisation, clientId, sources, referringOrganisations],
      )
    }
  } finally {
    await client.end()
  }
}
