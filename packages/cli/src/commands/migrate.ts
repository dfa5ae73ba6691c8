import { fileURLToPath } from 'node:url'
import type { MigrationSource } from '@haven/db'
import { streamMigrations } from '@haven/stream'
import { vaultMigrations } from '@haven/vault'
import { type Command, InvalidArgumentError } from 'commander'
import type { Context } from '../context.ts'
import { type DatabaseName, databaseNames, databaseSchema, databaseSetting } from '../databases.ts'
import { settingsFor } from '../settings.ts'

const directoryOf = (migrations: string): string => fileURLToPath(new URL(`../../../../${migrations}`, import.meta.url))

// By its path: the package itself brings an HTTP server, which no command waits for.
const recordMigrations = { name: 'record', directory: directoryOf('packages/access/migrations') }

/** Where a database's migrations lie, in the order in which they are applied. */
export const migrationSources = (name: DatabaseName): MigrationSource[] =>
  name === 'keys'
    ? [vaultMigrations]
    : [streamMigrations, recordMigrations, { name, directory: directoryOf(`services/${name}/prisma/migrations`) }]

/** `haven migrate` */
export function addMigrate(program: Command, context: Context): void {
  program
    .command('migrate')
    .description('apply the reviewed migrations that a database lacks')
    .argument('[databases...]', `${databaseNames.join(', ')}; all of them when none is named`, collect, [])
    .option('--json', 'answer in JSON')
    .action(async (named: DatabaseName[], options: { json?: true }) => {
      const names = named.length === 0 ? databaseNames : databaseNames.filter(name => named.includes(name))
      const { config } = settingsFor(databaseSchema(names), context)
      const { migrate } = await import('@haven/db')
      const answer: Record<string, string[]> = {}
      for (const name of names) {
        const { applied } = await migrate({ url: config[databaseSetting(name)]!, sources: migrationSources(name) })
        answer[name] = applied
        if (options.json) continue
        if (applied.length === 0) context.out(`${name}: nothing to do`)
        for (const file of applied) context.out(`${name}: applied ${file}`)
      }
      if (options.json) context.out(JSON.stringify(answer))
    })
}

function collect(name: string, before: DatabaseName[]): DatabaseName[] {
  const known = databaseNames.find(database => database === name)
  if (known === undefined) throw new InvalidArgumentError(`name one of ${databaseNames.join(', ')}`)
  return [...before, known]
}
