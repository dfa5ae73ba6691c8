import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { asOwner, databaseSchema } from '../databases.ts'
import { setDisabled } from '../partner/registry.ts'
import { settingsFor } from '../settings.ts'

/** `haven partner disable` */
export function addPartnerDisable(partner: Command, context: Context): void {
  partner
    .command('disable')
    .description('shut a partner out; its receipts stay')
    .argument('<partner>', 'its id or its client id')
    .option('--json', 'answer in JSON')
    .action(async (named: string, options: { json?: true }) => {
      const { config } = settingsFor(databaseSchema(['gateway']), context)
      const changed = await asOwner(config.HAVEN_GATEWAY_DATABASE_URL!, pool => setDisabled(pool, named, true))
      if (options.json) return context.out(JSON.stringify({ partner: named, changed }))
      context.out(changed ? `${named} is disabled from its next request on.` : `${named} was disabled before.`)
    })
}
