import { kafkaOf, kafkaSettings } from '@haven/config'
import { topics as definitions } from '@haven/contracts'
import type { Command } from 'commander'
import Type from 'typebox'
import { type Context, silentLog } from '../context.ts'
import { settingsFor } from '../settings.ts'

/** `haven topics apply` */
export function addTopicsApply(topics: Command, context: Context): void {
  topics
    .command('apply')
    .description('create the topics that are missing and correct their retention; never deletes one')
    .option('--brokers <list>', 'host:port, separated by commas (HAVEN_KAFKA_BROKERS)')
    .option('--json', 'answer in JSON')
    .action(async (options: { brokers?: string; json?: true }) => {
      const { config } = settingsFor(Type.Object(kafkaSettings), context, { HAVEN_KAFKA_BROKERS: options.brokers })
      const { createBus } = await import('@haven/bus')
      const bus = createBus({ ...kafkaOf(config), clientId: 'haven-cli', log: silentLog })
      try {
        const applied = await bus.applyTopics(definitions)
        if (options.json) return context.out(JSON.stringify(applied))
        for (const did of ['created', 'changed', 'kept'] as const) {
          for (const topic of applied[did]) context.out(`${did.padEnd(7)}  ${topic}`)
        }
      } finally {
        await bus.close()
      }
    })
}
