import { migrationsOf } from '@haven/stream'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import {
  addDatabasesArgument,
  type DatabaseName,
  databaseNames,
  databaseSchema,
  databaseSetting,
} from '../databases.ts'
import { settingsFor } from '../settings.ts'

/** `haven migrate` */
export function addMigrate(program: Command, context: Context): void {
  addDatabasesArgument(program.command('migrate'))
    .description('apply the reviewed migrations that a database lacks')
    .option('--json', 'answer in JSON')
    .action(async (named: DatabaseName[], options: { json?: true }) => {
      const names = named.length === 0 ? databaseNames : databaseNames.filter(name => named.includes(name))
      const { config } = settingsFor(databaseSchema(names), context)
      const { migrate } = await import('@haven/db')
      const answer: Record<string, string[]> = {}
      for (const name of names) {
        const { applied } = await migrate({ url: config[databaseSetting(name)]!, sources: migrationsOf(name) })
        answer[name] = applied
        if (options.json) continue
        if (applied.length === 0) context.out(`${name}: nothing to do`)
        for (const file of applied) context.out(`${name}: applied ${file}`)
      }
      if (options.json) context.out(JSON.stringify(answer))
    })
}
