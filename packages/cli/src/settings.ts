import { join } from 'node:path'
import { loadConfig } from '@haven/config'
import type { Static, TObject } from 'typebox'
import type { Context } from './context.ts'
import { findRunningSystem, type RunningSystem } from './run-file.ts'

type Values = Record<string, string | undefined>

/** Settings that belong together: one taken from elsewhere, the running system's others would not fit. */
const groups: readonly (readonly string[])[] = [
  ['HAVEN_GATEWAY_URL', 'HAVEN_TOKEN_ENDPOINT', 'HAVEN_CLIENT_ID', 'HAVEN_CLIENT_SECRET'],
  ['HAVEN_AUDIT_URL', 'HAVEN_TOKEN_ENDPOINT', 'HAVEN_CLIENT_ID', 'HAVEN_CLIENT_SECRET'],
  ['HAVEN_CLIENT_ID', 'HAVEN_CLIENT_SECRET'],
  ['HAVEN_KAFKA_BROKERS', 'HAVEN_KAFKA_PREFIX'],
  ['HAVEN_GATEWAY_DATABASE_URL', 'HAVEN_ISSUER_DIRECTORY'],
]

/** What leads a group: setting it says that another system is meant. */
const leaders: ReadonlySet<string> = new Set([
  'HAVEN_GATEWAY_URL',
  'HAVEN_AUDIT_URL',
  'HAVEN_TOKEN_ENDPOINT',
  'HAVEN_CLIENT_ID',
  'HAVEN_KAFKA_BROKERS',
  'HAVEN_GATEWAY_DATABASE_URL',
])

const fromRun = ({ run, directory }: RunningSystem, client: string): Values => ({
  HAVEN_GATEWAY_URL: run.services.gateway.url,
  HAVEN_INTAKE_URL: run.services.intake.url,
  HAVEN_AUDIT_URL: run.services.audit.url,
  HAVEN_ISSUER: run.issuer,
  HAVEN_ISSUER_DIRECTORY: join(directory, 'issuer'),
  HAVEN_TOKEN_ENDPOINT: run.tokenEndpoint,
  HAVEN_CLIENT_ID: run.clients[client]?.id,
  HAVEN_CLIENT_SECRET: run.clients[client]?.secret,
  HAVEN_KAFKA_BROKERS: run.kafka.brokers.join(','),
  HAVEN_GATEWAY_DATABASE_URL: run.databases.gateway,
  HAVEN_INTAKE_DATABASE_URL: run.databases.intake,
  HAVEN_AUDIT_DATABASE_URL: run.databases.audit,
  HAVEN_KEYS_DATABASE_URL: run.databases.keys,
  HAVEN_KEYS_DIRECTORY: run.keysDirectory,
})

/** Settings and where they come from. */
export interface Settings<S extends TObject> {
  config: Readonly<Static<S>>
  /** The system on this machine, when at least one setting was taken from it. */
  local: RunningSystem | undefined
}

/**
 * The settings of a command: flags before the environment before the system that runs on this machine.
 * @param client of the running system, whose credentials are taken
 * @throws ConfigError naming all that is missing or wrong
 */
export function settingsFor<S extends TObject>(
  schema: S,
  context: Context,
  flags: Values = {},
  client = 'partner',
): Settings<S> {
  const given: Values = { ...context.env }
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined) continue
    given[name] = value
    delete given[`${name}_FILE`]
  }
  const running = findRunningSystem(context)
  const taken: Values = {}
  for (const [name, value] of Object.entries(running === undefined ? {} : fromRun(running, client))) {
    if (name in schema.properties && !isGiven(given, name) && !belongsElsewhere(given, name)) taken[name] = value
  }
  const local = Object.keys(taken).length === 0 ? undefined : running
  return { config: loadConfig(schema, { ...given, ...taken }), local }
}

const isGiven = (given: Values, name: string): boolean => Boolean(given[name] || given[`${name}_FILE`])

function belongsElsewhere(given: Values, name: string): boolean {
  return groups.some(group => {
    const leader = group.find(member => leaders.has(member) && isGiven(given, member))
    return leader !== undefined && group.includes(name) && leads(leader, group)
  })
}

// a client of one's own is used at the running system; its gateway or provider are not used with another's client
const leads = (leader: string, group: readonly string[]): boolean =>
  leader !== 'HAVEN_CLIENT_ID' || group[0] === 'HAVEN_CLIENT_ID'
