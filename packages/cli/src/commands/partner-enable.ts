import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { asOwner, databaseSchema } from '../databases.ts'
import { setDisabled } from '../partner/registry.ts'
import { settingsFor } from '../settings.ts'

/** `haven partner enable` */
export function addPartnerEnable(partner: Command, context: Context): void {
  partner
    .command('enable')
    .description('let a partner in again that was disabled')
    .argument('<partner>', 'its id or its client id')
    .option('--json', 'answer in JSON')
    .action(async (named: string, options: { json?: true }) => {
      const { config } = settingsFor(databaseSchema(['gateway']), context)
      const changed = await asOwner(config.HAVEN_GATEWAY_DATABASE_URL!, pool => setDisabled(pool, named, false))
      if (options.json) return context.out(JSON.stringify({ partner: named, changed }))
      context.out(changed ? `${named} may post again.` : `${named} was not disabled.`)
    })
}
