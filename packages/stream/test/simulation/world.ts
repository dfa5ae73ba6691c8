import type { StreamName } from '../../src/steps/stream-name.ts'
import { Broker } from './broker.ts'
import { check } from './check.ts'
import { ConsumerProcess } from './consumer-process.ts'
import { type Applied, ConsumerStore } from './consumer-store.ts'
import { Faults } from './faults.ts'
import { OwnerStore, Writers } from './owner-store.ts'
import { Random } from './random.ts'
import { RelayProcess } from './relay-process.ts'
import { type Rules, rightRules } from './rules.ts'
import { Timeline } from './timeline.ts'

export interface RunOptions {
  seed: number
  /** Breaks a rule. */
  rules?: Partial<Rules>
  /** How long things go wrong, in virtual ms. */
  troubleMs?: number
}

export interface Report {
  seed: number
  steps: number
  facts: number
  asks: number
  violations: string[]
}

interface WorldOptions {
  /** Half of the worlds have no lease: then all relays number and send at once. */
  lease: boolean
  owners: number
  partitions: number
  consumers: number
}

/** Several owners and consumers, each with two processes, one broker, and bad luck. */
export class World {
  readonly random: Random
  readonly timeline: Timeline
  readonly broker = new Broker()
  readonly rules: Rules
  readonly options: WorldOptions
  readonly owners: { store: OwnerStore; writers: Writers; relays: RelayProcess[] }[]
  readonly consumers: { name: string; store: ConsumerStore; members: ConsumerProcess[] }[]
  /** No faults from now on. */
  isCalm = false
  asks = 0
  readonly #violations = new Set<string>()
  readonly #askedAt = new WeakMap<object, { last: string; at: number }>()
  readonly #poison = new Set<string>()

  constructor(seed: number, rules: Partial<Rules>) {
    this.random = new Random(seed)
    this.timeline = new Timeline(this.random)
    this.rules = { ...rightRules, ...rules }
    const { random } = this
    this.options = {
      lease: random.chance(0.7),
      owners: random.between(1, 2),
      partitions: random.between(1, 3),
      consumers: random.between(1, 2),
    }
    this.owners = Array.from({ length: this.options.owners }, (_, owner) => {
      const store = new OwnerStore(this.#streams(owner), this.rules)
      const relays = [new RelayProcess(this, store), new RelayProcess(this, store)]
      return { store, relays, writers: new Writers(store, this.timeline, random, this.rules) }
    })
    this.consumers = Array.from({ length: this.options.consumers }, (_, index) => {
      const name = `consumer-${index}`
      const store = new ConsumerStore(this.rules)
      return { name, store, members: [new ConsumerProcess(this, store, name), new ConsumerProcess(this, store, name)] }
    })
  }

  #streams(owner: number): StreamName[] {
    const { partitions } = this.options
    return Array.from({ length: partitions }, (_, partition) => ({
      service: `owner-${owner}`,
      epoch: 1n,
      topic: `topic-${owner}`,
      partition,
    }))
  }

  violation(what: string): void {
    this.#violations.add(what)
  }

  noteAsk(memory: object, consumer: string, { topic, partition }: StreamName, from: bigint): void {
    this.asks++
    if (!this.broker.damaged.has(`${topic}/${partition}`))
      this.violation(`${consumer} asks for ${topic}/${partition} though nothing was lost there`)
    const before = this.#askedAt.get(memory)
    if (before && before.last === `${from}` && this.timeline.now - before.at < 14_000)
      this.violation(`${consumer} asks again within 15 s`)
    this.#askedAt.set(memory, { last: `${from}`, at: this.timeline.now })
  }

  /** Whether an effect fails for good on this fact, until somebody mends it. */
  isPoison(consumer: string, { factId }: Applied): boolean {
    return this.#poison.has(`${consumer} ${factId}`)
  }

  spoil(consumer: string, factId: string): void {
    this.#poison.add(`${consumer} ${factId}`)
  }

  mend(): void {
    this.#poison.clear()
  }

  run(troubleMs: number): Report {
    const faults = new Faults(this)
    for (const { relays } of this.owners) for (const relay of relays) relay.start()
    for (const { members } of this.consumers) for (const member of members) member.start()
    faults.begin(troubleMs)
    this.timeline.runUntil(this.timeline.now + troubleMs)
    this.isCalm = true
    faults.heal()
    // An ask that was repeated in vain waits up to ten minutes; heads come once a minute.
    this.timeline.runUntil(this.timeline.now + 30 * 60_000, () => check(this).length === 0)
    const left = check(this)
    return {
      seed: 0,
      steps: this.timeline.steps,
      facts: this.owners.reduce((sum, { store }) => sum + store.committed.length, 0),
      asks: this.asks,
      violations: [...this.#violations, ...left],
    }
  }
}

export function simulate({ seed, rules = {}, troubleMs = 60_000 }: RunOptions): Report {
  return { ...new World(seed, rules).run(troubleMs), seed }
}
