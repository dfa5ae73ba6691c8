import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { asOwner, databaseSchema } from '../databases.ts'
import { listPartners } from '../partner/registry.ts'
import { settingsFor } from '../settings.ts'
import { tableLines } from '../table.ts'

const columns = ['id', 'name', 'organisation', 'client', 'sources', 'may refer for', 'state'].map(title => ({ title }))

/** `haven partner list` */
export function addPartnerList(partner: Command, context: Context): void {
  partner
    .command('list')
    .description('list the partners that are registered')
    .option('--json', 'answer in JSON')
    .action(async (options: { json?: true }) => {
      const { config } = settingsFor(databaseSchema(['gateway']), context)
      const partners = await asOwner(config.HAVEN_GATEWAY_DATABASE_URL!, listPartners)
      if (options.json) return context.out(JSON.stringify(partners))
      if (partners.length === 0) return context.out('No partner is registered; haven partner add registers one.')
      const rows = partners.map(row => [
        row.id,
        row.name,
        row.organisation,
        row.clientId,
        row.sources.join(', '),
        row.referringOrganisations.join(', '),
        row.disabledAt === null ? 'active' : `disabled ${row.disabledAt}`,
      ])
      for (const line of tableLines(columns, rows)) context.out(line)
    })
}
