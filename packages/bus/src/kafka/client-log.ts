import type { BusLog } from '../types.ts'

/** What kafkajs says; `level` is 1 for an error, 2 for a warning, 4 and 5 for less. */
export interface ClientLogEntry {
  namespace: string
  level: number
  log: { message: string; [field: string]: unknown }
}

const warning = 2
// A cold broker answers once that its group coordinator is not ready, and the client tries again by itself.
const harmless = [/group coordinator is not available/i, /The group is rebalancing/i, /coordinator is loading/i]
// These throw what they log, every attempt in several lines: whoever called says it once.
const thrownAnyway = /^(Connection|BrokerPool|Producer|Cluster|SaslAuthenticator.*)$/
const kept = ['groupId', 'memberId', 'topic', 'partition', 'broker', 'clientId', 'error', 'retryCount', 'retryTime']

/** Puts the client's log into ours. Only named fields are taken over: a request or a record must never reach the log. */
export function clientLog(log: BusLog): (entry: ClientLogEntry) => void {
  return ({ namespace, level, log: entry }) => {
    const context: Record<string, unknown> = { kafka: namespace }
    for (const name of kept) {
      const value = entry[name]
      if (typeof value === 'string' || typeof value === 'number') context[name] = value
    }
    const isHarmless = harmless.some(pattern => pattern.test(`${entry.message} ${context.error ?? ''}`))
    // What the client calls an error it mostly repeats by itself; the bus logs what stays an error.
    if (level > warning || isHarmless || thrownAnyway.test(namespace)) log.debug(context, entry.message)
    else log.warn(context, entry.message)
  }
}
