import { resolve } from 'node:path'
import { databaseUrl } from '@haven/config'
import { type DatabaseUrls, databaseRoles, provision } from '@haven/db'
import type { Command } from 'commander'
import Type from 'typebox'
import type { Context } from '../context.ts'
import { type RoleSecret, roleSecret } from '../database-secrets.ts'
import { addDatabasesArgument, type DatabaseName, databaseNames } from '../databases.ts'
import { settingsFor } from '../settings.ts'

const sharedSetting = 'HAVEN_ADMIN_DATABASE_URL'
const ownSetting = (name: DatabaseName) => `HAVEN_${name.toUpperCase()}_ADMIN_DATABASE_URL`

interface Provisioned {
  database: DatabaseName
  created: string[]
  kept: string[]
}

/** `haven databases provision` */
export function addDatabasesProvision(databases: Command, context: Context): void {
  addDatabasesArgument(databases.command('provision'))
    .description(
      'make databases, roles and grants, or complete what is there; passwords come from files, or go into them',
    )
    .option('--directory <path>', 'where the files <database>.<role>.url lie (HAVEN_DATABASE_SECRETS_DIRECTORY)')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      `\n${sharedSetting} is a superuser's URL of the server; ${ownSetting('audit')} and the like are for a database on a server of its own.` +
        '\nA file that is missing is written (0600) before its password is set; one that is there is used and never changed.' +
        '\nSettings of services and of haven migrate read them: HAVEN_DATABASE_URL_FILE=<directory>/intake.app.url.',
    )
    .action(async (named: DatabaseName[], options: { directory?: string; json?: true }) => {
      const names = named.length === 0 ? databaseNames : databaseNames.filter(name => named.includes(name))
      const { config } = settingsFor(schemaOf(names, context), context, {
        HAVEN_DATABASE_SECRETS_DIRECTORY: options.directory,
      })
      const urls = config as Record<string, string>
      const directory = resolve(context.cwd, urls.HAVEN_DATABASE_SECRETS_DIRECTORY!)
      const answer: Provisioned[] = []
      for (const name of names) {
        const done = await provisionOne(name, urls[ownSetting(name)] ?? urls[sharedSetting]!, directory)
        answer.push(done)
        if (options.json) continue
        for (const file of done.created) context.out(`created  ${file}`)
        for (const file of done.kept) context.out(`kept     ${file}`)
        context.out(`${name}: database, roles and grants are as they should be`)
      }
      if (options.json) context.out(JSON.stringify({ directory, databases: answer }))
    })
}

/** The server's URL has to be there for every database that has none of its own. */
function schemaOf(names: readonly DatabaseName[], { env }: Context) {
  const isOwn = (name: DatabaseName) => Boolean(env[ownSetting(name)] || env[`${ownSetting(name)}_FILE`])
  const shared = databaseUrl('the server of the databases, as a superuser')
  const own = names.map(name => [
    ownSetting(name),
    Type.Optional(databaseUrl(`the server of the database ${name}, as a superuser`)),
  ])
  return Type.Object({
    ...Object.fromEntries(own),
    [sharedSetting]: names.every(isOwn) ? Type.Optional(shared) : shared,
    HAVEN_DATABASE_SECRETS_DIRECTORY: Type.String({
      description: 'the directory of the files with the roles’ URLs, or --directory',
    }),
  })
}

async function provisionOne(database: DatabaseName, adminUrl: string, directory: string): Promise<Provisioned> {
  const secrets: RoleSecret[] = []
  for (const role of databaseRoles) secrets.push(await roleSecret(directory, database, role, adminUrl))
  const passwords = Object.fromEntries(databaseRoles.map((role, index) => [role, secrets[index]!.password]))
  await provision({ adminUrl, database, service: database, passwords: passwords as Record<keyof DatabaseUrls, string> })
  const filesOf = (created: boolean) => secrets.filter(one => one.created === created).map(({ file }) => file)
  return { database, created: filesOf(true), kept: filesOf(false) }
}
