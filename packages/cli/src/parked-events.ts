import { userInfo } from 'node:os'
import { type ServiceName, serviceNames } from '@haven/contracts'
import { listParked, requestParked } from '@haven/stream'
import { InvalidArgumentError } from 'commander'
import type { Context } from './context.ts'
import { asOwner, databaseSchema, databaseSetting, isServiceName } from './databases.ts'
import { CliFailure } from './failure.ts'
import { settingsFor } from './settings.ts'

/** A parked event and the service whose consumer parked it. */
export type ParkedHere = Awaited<ReturnType<typeof listParked>>[number] & { service: ServiceName }

/** Parses the option `--service`. */
export function parseService(name: string): ServiceName {
  if (!isServiceName(name)) throw new InvalidArgumentError(`name one of ${serviceNames.join(', ')}`)
  return name
}

/** Parked events of one service or of all, oldest first within each. */
export async function parkedEvents(context: Context, service?: ServiceName): Promise<ParkedHere[]> {
  const services = service === undefined ? serviceNames : [service]
  const { config } = settingsFor(databaseSchema(services), context)
  const found: ParkedHere[] = []
  for (const name of services) {
    const events = await asOwner(config[databaseSetting(name)]!, pool => listParked(pool))
    found.push(...events.map(event => ({ ...event, service: name })))
  }
  return found
}

/** Whom a request is recorded under: HAVEN_OPERATOR, or the user of this machine. */
const operator = ({ env }: Context): string => env.HAVEN_OPERATOR || userInfo().username

/**
 * Asks for a parked event to be redriven or dropped.
 * @param event as the list shows it: `intake/12`
 */
export async function request(context: Context, event: string, what: 'redrive' | 'drop'): Promise<void> {
  const [service = '', id = '', ...rest] = event.split('/')
  if (!isServiceName(service) || !/^\d+$/.test(id) || rest.length > 0) {
    throw new CliFailure(`${event} names no parked event; write it as haven parked list shows it, such as intake/12.`, {
      exitCode: 2,
    })
  }
  const { config } = settingsFor(databaseSchema([service]), context)
  const url = config[databaseSetting(service)]!
  if (await asOwner(url, pool => requestParked(pool, id, what, operator(context)))) return
  throw new CliFailure(`${event} is not parked, or not any more; haven parked list shows what is.`)
}
