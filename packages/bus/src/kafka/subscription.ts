import { isPassing, rootCause, toBusError } from '../errors.ts'
import type { Names } from '../names.ts'
import type { BusLog, PartitionEnds, SubscribeOptions, Subscription } from '../types.ts'
import type { AdminConnection } from './admin.ts'
import { type ClientOptions, type Consumer, createConsumer } from './client.ts'
import { createDelivery } from './delivery.ts'
import { createPlaces, type Places } from './places.ts'

const partitionsAtOnce = 6
const firstPauseMs = 200
const longestPauseMs = 5000

interface Surroundings {
  client: ClientOptions
  names: Names
  log: BusLog
  admin: AdminConnection
  ends(topic: string): Promise<PartitionEnds[]>
}

/**
 * Keeps a member in its group: a consumer that ended because a broker was away is replaced by a new one after a pause
 * that grows to 5 s. It ends for good only on what time does not heal (no such topic at the start, not authorised).
 */
export function startSubscription(options: SubscribeOptions, surroundings: Surroundings): Subscription {
  const { names, log } = surroundings
  const places = createPlaces()
  const joined = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<null>()
  const crashListeners: ((error: Error) => void)[] = []
  const deliver = createDelivery(options, names, places, log)
  let consumer: Consumer | undefined
  let crash: Error | undefined
  let stopping = false
  let everJoined = false
  let pauseMs = firstPauseMs
  joined.promise.catch(() => undefined)

  async function onJoin(assignment: Record<string, number[]>): Promise<void> {
    pauseMs = firstPauseMs
    everJoined = true
    places.assign(
      Object.fromEntries(Object.entries(assignment).map(([topic, partitions]) => [names.in(topic), partitions])),
    )
    await learnPlaces(options, surroundings, places, assignment).catch(error =>
      log.warn({ group: options.group, error: rootCause(error).message }, 'the places of a group could not be read'),
    )
    joined.resolve()
  }

  /** Runs one consumer to its end. Resolves to what ended it, or to null when the subscription was stopped. */
  async function runOnce(): Promise<unknown> {
    const current = createConsumer(surroundings.client, names.out(options.group))
    consumer = current
    const crashed = new Promise<Error>(resolve =>
      current.on(current.events.CRASH, event => resolve(event.payload.error)),
    )
    current.on(current.events.GROUP_JOIN, event => void onJoin(event.payload.memberAssignment))
    try {
      await current.connect()
      await current.subscribe({ topics: options.topics.map(names.out), fromBeginning: options.fromBeginning ?? true })
      await current.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: partitionsAtOnce,
        eachBatch: deliver,
      })
      return await Promise.race([crashed, stopped.promise])
    } catch (error) {
      return error
    } finally {
      places.assign({})
      await current.disconnect().catch(() => undefined)
    }
  }

  async function supervise(): Promise<void> {
    while (!stopping) {
      const error = await runOnce()
      if (stopping) return
      const missing = rootCause(error).type === 'UNKNOWN_TOPIC_OR_PARTITION'
      // The broker calls a missing topic an error that passes; at the start it is one that a person has to put right.
      if (missing ? !everJoined : !isPassing(error)) return fail(error)
      log.warn(
        { group: options.group, error: rootCause(error).message, pauseMs },
        'a subscription ended and starts again',
      )
      await Promise.race([new Promise(resolve => setTimeout(resolve, pauseMs)), stopped.promise])
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }

  function fail(error: unknown): void {
    crash = toBusError(error, `reading ${options.topics.join(', ')} as ${options.group}`)
    log.error({ group: options.group, error: crash.message }, 'a subscription ended for good')
    joined.reject(crash)
    for (const listener of crashListeners) listener(crash)
  }

  const supervised = supervise()

  return {
    ready: () => joined.promise,
    seek(topic, partition, offset) {
      if (!consumer || !places.has(topic, partition)) return
      consumer.seek({ topic: names.out(topic), partition, offset: offset.toString() })
      places.set(topic, partition, offset)
    },
    position: (topic, partition) => places.get(topic, partition),
    async stop() {
      stopping = true
      stopped.resolve(null)
      await supervised
      joined.resolve()
    },
    onCrash(listener) {
      crashListeners.push(listener)
      if (crash) listener(crash)
    },
  }
}

/** What the group remembers of each partition, or where it begins: needed to notice a place beyond the log's end. */
async function learnPlaces(
  options: SubscribeOptions,
  { admin, names, ends }: Surroundings,
  places: Places,
  assignment: Record<string, number[]>,
): Promise<void> {
  const topics = Object.keys(assignment)
  if (topics.length === 0) return
  const remembered = await admin.run('reading the places of a group', connected =>
    connected.fetchOffsets({ groupId: names.out(options.group), topics }),
  )
  for (const { topic, partitions } of remembered) {
    const ranges = await ends(names.in(topic))
    for (const { partition, offset } of partitions) {
      const range = ranges.find(one => one.partition === partition)
      const start = options.fromBeginning === false ? range?.high : range?.low
      const next = BigInt(offset) >= 0n ? BigInt(offset) : start
      if (next !== undefined) places.learn(names.in(topic), partition, next)
    }
  }
}
