import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { request } from '../parked-events.ts'

/** `haven parked redrive` */
export function addParkedRedrive(parked: Command, context: Context): void {
  parked
    .command('redrive')
    .description('have a parked event tried again, and those behind it')
    .argument('<event>', 'as the list shows it, such as intake/12')
    .option('--json', 'answer in JSON')
    .action(async (event: string, options: { json?: true }) => {
      await request(context, event, 'redrive')
      context.out(
        options.json
          ? JSON.stringify({ event, requested: 'redrive' })
          : `${event} is tried again within about a second; haven parked list shows it if it fails.`,
      )
    })
}
