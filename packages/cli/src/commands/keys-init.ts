import { resolve } from 'node:path'
import { serviceNames } from '@haven/contracts'
import type { Command } from 'commander'
import Type from 'typebox'
import type { Context } from '../context.ts'
import { settingsFor } from '../settings.ts'

const Settings = Type.Object({
  HAVEN_KEYS_DIRECTORY: Type.String({ description: 'the directory of the keys, or --directory' }),
})

/** `haven keys init` */
export function addKeysInit(keys: Command, context: Context): void {
  keys
    .command('init')
    .description('write the keys that are missing; those that are there stay')
    .option('--directory <path>', 'where the keys lie (HAVEN_KEYS_DIRECTORY)')
    .option('--json', 'answer in JSON')
    .action(async (options: { directory?: string; json?: true }) => {
      const { initKeys } = await import('@haven/vault')
      const { config } = settingsFor(Settings, context, { HAVEN_KEYS_DIRECTORY: options.directory })
      const directory = resolve(context.cwd, config.HAVEN_KEYS_DIRECTORY)
      const { created, kept } = await initKeys(directory, { services: [...serviceNames] })
      if (options.json) return context.out(JSON.stringify({ directory, created, kept }))
      for (const file of created) context.out(`created  ${file}`)
      for (const file of kept) context.out(`kept     ${file}`)
      context.out(`${directory}: back it up apart from the databases; what these keys seal is lost without them.`)
    })
}
