import { statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createBus } from '@haven/bus'
import { kafkaOf, kafkaSettings } from '@haven/config'
import Type, { type TSchema } from 'typebox'
import { type Context, silentLog } from '../context.ts'
import { asOwner, databaseNames, databaseSchema, databaseSetting } from '../databases.ts'
import { CliFailure } from '../failure.ts'
import { settingsFor } from '../settings.ts'
import type { World } from './world.ts'

const { HAVEN_KAFKA_BROKERS, ...otherKafka } = kafkaSettings
const url = Type.Optional(Type.String({ pattern: '^https?://[^\\s]+$', description: 'a URL, https://…' }))

const Settings = Type.Object({
  ...otherKafka,
  HAVEN_KAFKA_BROKERS: Type.Optional(HAVEN_KAFKA_BROKERS as TSchema),
  HAVEN_GATEWAY_URL: url,
  HAVEN_INTAKE_URL: url,
  HAVEN_AUDIT_URL: url,
  HAVEN_ISSUER: url,
  HAVEN_KEYS_DIRECTORY: Type.Optional(Type.String()),
  ...Object.fromEntries(
    Object.entries(databaseSchema(databaseNames).properties).map(([name, schema]) => [name, Type.Optional(schema)]),
  ),
})

export interface DoctorOptions {
  envFile: readonly string[]
  dataDirectory: readonly string[]
}

/** The world that the settings name; what they do not name is missed by the look that needs it. */
export function openWorld(context: Context, options: DoctorOptions): World {
  const { config: read, local } = settingsFor(Settings, context)
  const config = read as Readonly<Record<string, string | undefined>> & { HAVEN_KAFKA_BROKERS?: string[] }
  const need = (name: string): string => {
    const value = config[name]
    if (value === undefined) throw new CliFailure(`${name} is not set`)
    return value
  }
  const at = (path: string) => resolve(context.cwd, path)
  const keys = config.HAVEN_KEYS_DIRECTORY
  const databaseUrl: World['databaseUrl'] = name => need(databaseSetting(name))
  return {
    envFiles: options.envFile.map(at),
    keysDirectory: keys === undefined ? undefined : at(keys),
    dataDirectories: [...options.dataDirectory.map(at), ...(local === undefined ? [] : [local.directory])],
    issuer: config.HAVEN_ISSUER,
    authority: config.HAVEN_KAFKA_CA,
    brokers: config.HAVEN_KAFKA_BROKERS ?? [],
    kafkaUser: config.HAVEN_KAFKA_USERNAME,
    serviceUrl: name => need(`HAVEN_${name.toUpperCase()}_URL`),
    databaseUrl,
    onDatabase: async (name, work) => asOwner(databaseUrl(name), work),
    async onBus(work) {
      need('HAVEN_KAFKA_BROKERS')
      const bus = createBus({ ...kafkaOf(read as never), clientId: 'haven-doctor', log: silentLog })
      return await work(bus).finally(() => bus.close())
    },
    now: () => Date.now(),
    async space(path) {
      const { bavail, blocks, bsize } = await statfs(path)
      return { free: bavail * bsize, total: blocks * bsize }
    },
  }
}
