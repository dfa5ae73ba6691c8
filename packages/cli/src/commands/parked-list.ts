import type { ServiceName } from '@haven/contracts'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { parkedEvents, parseService } from '../parked-events.ts'
import { tableLines } from '../table.ts'

const columns = [
  { title: 'event' },
  { title: 'consumer' },
  { title: 'type' },
  { title: 'cause' },
  { title: 'tried', isNumber: true },
  { title: 'parked at' },
  { title: 'requested' },
]

/** `haven parked list` */
export function addParkedList(parked: Command, context: Context): void {
  parked
    .command('list')
    .description('list parked events, oldest first; never what is in them')
    .option('--service <name>', 'of one service only', parseService)
    .option('--json', 'answer in JSON')
    .action(async (options: { service?: ServiceName; json?: true }) => {
      const events = await parkedEvents(context, options.service)
      if (options.json) {
        const plain = events.map(({ seq, ...event }) => ({
          ...event,
          event: `${event.service}/${event.id}`,
          seq: String(seq),
        }))
        return context.out(JSON.stringify(plain))
      }
      if (events.length === 0) return context.out('No event is parked.')
      const rows = events.map(event => [
        `${event.service}/${event.id}`,
        event.consumer,
        event.type,
        event.cause,
        event.attempts,
        event.parkedAt.toISOString(),
        event.requested === null ? '' : `${event.requested} by ${event.requestedBy}`,
      ])
      for (const line of tableLines(columns, rows)) context.out(line)
      if (events.some(event => event.cause === 'behind-parked')) {
        context.out('behind-parked: waits for an earlier event of its key and follows by itself.')
      }
    })
}
