import { kafkaOf, kafkaSettings } from '@haven/config'
import { accessTopics, aclsOf, topics as definitions, ownNames } from '@haven/contracts'
import { type Command, Option } from 'commander'
import Type from 'typebox'
import { type Context, silentLog } from '../context.ts'
import { settingsFor } from '../settings.ts'

/** `haven topics apply` */
export function addTopicsApply(topics: Command, context: Context): void {
  topics
    .command('apply')
    .description('create the topics that are missing and correct their retention; set the rights of services')
    .option('--brokers <list>', 'host:port, separated by commas (HAVEN_KAFKA_BROKERS)')
    .addOption(
      new Option('--recreate <topic...>', 'delete it and make it anew if its number of partitions is another one')
        .choices(accessTopics)
        .default([]),
    )
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      '\nRights are set when HAVEN_KAFKA_USERNAME signs in (an administrator, by SCRAM-SHA-512 over TLS): each service reads and writes what it' +
        '\nneeds and nothing else. Others that stand on topics or groups haven.* are removed. A Kafka in plain text has none.' +
        '\nNo topic is deleted unless --recreate names it: one of access entries, which its service has kept and sends again.',
    )
    .action(async (options: { brokers?: string; recreate: string[]; json?: true }) => {
      const { config } = settingsFor(Type.Object(kafkaSettings), context, { HAVEN_KAFKA_BROKERS: options.brokers })
      const { createBus } = await import('@haven/bus')
      const access = kafkaOf(config)
      const applicant = access.security?.sasl?.username
      const bus = createBus({ ...access, clientId: 'haven-cli', log: silentLog })
      try {
        const applied = await bus.applyTopics(definitions, options.recreate)
        if (!options.json)
          for (const did of ['created', 'recreated', 'changed', 'kept'] as const) print(context, did, applied[did])
        const acls = applicant === undefined ? undefined : await bus.applyAcls(aclsOf(), { ownNames, applicant })
        if (options.json) return context.out(JSON.stringify({ ...applied, ...(acls && { acls }) }))
        for (const did of ['created', 'kept', 'removed'] as const) print(context, did, acls?.[did] ?? [])
      } finally {
        await bus.close()
      }
    })
}

function print(context: Context, did: string, names: readonly string[]): void {
  for (const name of names) context.out(`${did.padEnd(9)}  ${name}`)
}
