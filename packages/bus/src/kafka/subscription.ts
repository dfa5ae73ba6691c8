import { type BusError, toBusError, wordsOf } from '../errors.ts'
import type { Names } from '../names.ts'
import type { BusLog, PartitionEnds, SubscribeOptions, Subscription } from '../types.ts'
import type { AdminConnection } from './admin.ts'
import type { Barrier } from './barriers.ts'
import type { ClientOptions } from './client.ts'
import { type ConsumerRun, runConsumer } from './consumer-run.ts'
import { behindCoordinator } from './coordinator.ts'
import { createDelivery } from './delivery.ts'
import { createPlaces } from './places.ts'

const firstPauseMs = 200
const longestPauseMs = 5000

export interface Surroundings {
  client: ClientOptions
  names: Names
  log: BusLog
  admin: AdminConnection
  ends(topic: string): Promise<PartitionEnds[]>
  barrier: Barrier
  /** Told when its owner stops it. */
  onStop(): void
}

/**
 * Keeps a member in its group: a consumer that ended because a broker was away is replaced by a new one after a pause
 * that grows to 5 s, and so is one that is not let in or whose topic is not there: a person puts that right at the broker. It ends for good only on what needs
 * another program.
 */
export class GroupSubscription implements Subscription {
  readonly #options: SubscribeOptions
  readonly #surroundings: Surroundings
  readonly #places = createPlaces()
  readonly #joined = Promise.withResolvers<void>()
  readonly #stopped = Promise.withResolvers<null>()
  readonly #crashListeners: ((error: Error) => void)[] = []
  readonly #supervised: Promise<void>
  #run: ConsumerRun | undefined
  #crash: Error | undefined
  #isStopping = false
  #hasJoined = false
  #pauseMs = firstPauseMs

  constructor(options: SubscribeOptions, surroundings: Surroundings) {
    this.#options = options
    this.#surroundings = surroundings
    this.#joined.promise.catch(() => undefined)
    this.#supervised = this.#supervise()
  }

  async ready(): Promise<void> {
    const barred = this.#surroundings.barrier.current()
    if (barred) throw barred
    await this.#joined.promise
  }

  seek(topic: string, partition: number, offset: bigint): void {
    if (!this.#run || !this.#places.has(topic, partition)) return
    this.#run.seek(topic, partition, offset)
    this.#places.set(topic, partition, offset)
  }

  position(topic: string, partition: number): bigint | null {
    return this.#places.get(topic, partition)
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#surroundings.onStop()
    this.#surroundings.barrier.set(null)
    this.#stopped.resolve(null)
    await this.#supervised
    this.#joined.resolve()
  }

  onCrash(listener: (error: Error) => void): void {
    this.#crashListeners.push(listener)
    if (this.#crash) listener(this.#crash)
  }

  async #supervise(): Promise<void> {
    const { log } = this.#surroundings
    while (!this.#isStopping) {
      const error = await this.#runOnce()
      if (this.#isStopping) return
      const said = this.#inWords(error)
      // A broker that restarts lacks its topics for a moment: one that was read will be there again.
      const passes = said.transient || (said.code === 'topic-missing' && this.#hasJoined)
      if (!passes && !said.bars) return this.#fail(said)
      if (!passes) this.#bar(said)
      // The first time is nothing: a group that a broker is still loading, or one that moves.
      const level = !passes ? 'debug' : this.#pauseMs === firstPauseMs ? 'info' : 'warn'
      const context = { group: this.#options.group, error: wordsOf(error), pauseMs: this.#pauseMs }
      log[level](context, 'a subscription ended and starts again')
      await this.#pause()
    }
  }

  async #runOnce(): Promise<unknown> {
    const { client, names, log } = this.#surroundings
    const run = runConsumer({
      client,
      names,
      subscribe: this.#options,
      deliver: createDelivery(this.#options, names, this.#places, log),
      onJoin: assignment => void this.#onJoin(assignment),
      onFetch: () => {
        this.#letIn()
        this.#options.onFetch?.()
      },
    })
    this.#run = run
    const error = await Promise.race([run.crashed, this.#stopped.promise])
    await run.end()
    this.#places.assign({})
    return this.#isStopping ? error : behindCoordinator(client, names.out(this.#options.group), error)
  }

  async #pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const over = new Promise(resolve => {
      timer = setTimeout(resolve, this.#pauseMs)
    })
    await Promise.race([over, this.#stopped.promise])
    clearTimeout(timer)
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs)
  }

  #inWords(error: unknown): BusError {
    const { topics, group } = this.#options
    return toBusError(error, `reading ${topics.join(', ')} as ${group}`)
  }

  #bar(error: BusError): void {
    const { barrier, log } = this.#surroundings
    this.#pauseMs = longestPauseMs
    if (!barrier.set(error)) return
    const context = { group: this.#options.group, error: error.message, pauseMs: this.#pauseMs }
    log.error(context, 'a subscription is kept from reading and tries again until it can')
  }

  #letIn(): void {
    const { barrier, log } = this.#surroundings
    if (barrier.set(null)) log.info({ group: this.#options.group }, 'a subscription can read again')
  }

  #fail(crash: BusError): void {
    const { group } = this.#options
    this.#crash = crash
    this.#surroundings.log.error({ group, error: crash.message }, 'a subscription ended for good')
    this.#joined.reject(crash)
    for (const listener of this.#crashListeners) listener(crash)
  }

  async #onJoin(assignment: Record<string, number[]>): Promise<void> {
    const { names, log } = this.#surroundings
    // A member without a partition fetches nothing; another one is told by its first fetch.
    if (Object.values(assignment).every(partitions => partitions.length === 0)) this.#letIn()
    this.#pauseMs = firstPauseMs
    this.#hasJoined = true
    const mine = Object.entries(assignment).map(([topic, partitions]) => [names.in(topic), partitions] as const)
    this.#places.assign(Object.fromEntries(mine))
    await this.#learnPlaces(Object.keys(assignment)).catch(error =>
      log.warn({ group: this.#options.group, error: wordsOf(error) }, 'the places of a group are unknown'),
    )
    this.#joined.resolve()
  }

  /** What the group remembers of each partition, or where it begins: needed to notice a place beyond the log's end. */
  async #learnPlaces(topics: string[]): Promise<void> {
    const { admin, names, ends } = this.#surroundings
    if (topics.length === 0) return
    const groupId = names.out(this.#options.group)
    const remembered = await admin.run('reading the places of a group', one => one.fetchOffsets({ groupId, topics }))
    for (const { topic, partitions } of remembered) {
      const ranges = await ends(names.in(topic))
      for (const { partition, offset } of partitions) {
        const range = ranges.find(one => one.partition === partition)
        const start = this.#options.fromBeginning === false ? range?.high : range?.low
        const next = BigInt(offset) >= 0n ? BigInt(offset) : start
        if (next !== undefined) this.#places.learn(names.in(topic), partition, next)
      }
    }
  }
}
