import { setTimeout as sleep } from 'node:timers/promises'
import type { Names } from '../names.ts'
import type { SubscribeOptions } from '../types.ts'
import { type ClientOptions, type Consumer, createConsumer, type EachBatchPayload } from './client.ts'

const partitionsAtOnce = 6
const joinGraceMs = 2000

/** One consumer from its connection to its end. */
export interface ConsumerRun {
  /** Settles with what ended it, never by itself otherwise. */
  crashed: Promise<unknown>
  /** Continues reading elsewhere; `topic` without the prefix. */
  seek(topic: string, partition: number, offset: bigint): void
  /** Waits for the handlers in work and leaves the group; waits for a join under way no longer than 2 s. */
  end(): Promise<void>
}

export interface RunOptions {
  client: ClientOptions
  names: Names
  subscribe: SubscribeOptions
  deliver(payload: EachBatchPayload): Promise<void>
  /** Gets the partitions of this member by topic (with the prefix) at each join. */
  onJoin(assignment: Record<string, number[]>): void
  /** The broker has let this member read, whether there was something or not. */
  onFetch(): void
}

export function runConsumer(options: RunOptions): ConsumerRun {
  const { client, names, subscribe, onJoin, onFetch } = options
  const consumer = createConsumer(client, names.out(subscribe.group))
  const ended = Promise.withResolvers<unknown>()
  consumer.on(consumer.events.CRASH, event => ended.resolve(event.payload.error))
  consumer.on(consumer.events.GROUP_JOIN, event => onJoin(event.payload.memberAssignment))
  consumer.on(consumer.events.FETCH, onFetch)
  let isEnding = false
  const deliver = async (payload: EachBatchPayload) => (isEnding ? undefined : options.deliver(payload))
  const started = start(consumer, { ...options, deliver }).catch(error => ended.resolve(error))

  return {
    crashed: ended.promise,
    seek: (topic, partition, offset) =>
      consumer.seek({ topic: names.out(topic), partition, offset: offset.toString() }),
    async end() {
      isEnding = true
      const left = started.then(() => consumer.disconnect()).catch(() => undefined)
      // Joining may wait for a member that has died, and whoever ends this one does not: it joins and leaves by itself.
      const hasStarted = started.then(() => true)
      if (await Promise.race([hasStarted, sleep(joinGraceMs, false, { ref: false })])) await left
    },
  }
}

async function start(consumer: Consumer, { names, subscribe, deliver }: RunOptions): Promise<void> {
  await consumer.connect()
  await consumer.subscribe({
    topics: subscribe.topics.map(names.out),
    fromBeginning: subscribe.fromBeginning ?? true,
  })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: partitionsAtOnce,
    eachBatch: deliver,
  })
}
