import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { request } from '../parked-events.ts'

/** `haven parked drop` */
export function addParkedDrop(parked: Command, context: Context): void {
  parked
    .command('drop')
    .description('give a parked event up; its effect never happens')
    .argument('<event>', 'as the list shows it, such as intake/12')
    .option('--json', 'answer in JSON')
    .action(async (event: string, options: { json?: true }) => {
      await request(context, event, 'drop')
      context.out(
        options.json
          ? JSON.stringify({ event, requested: 'drop' })
          : `${event} is dropped within about a second; those behind it follow.`,
      )
    })
}
