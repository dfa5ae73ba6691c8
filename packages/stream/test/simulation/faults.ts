import type { World } from './world.ts'

/** What goes wrong, and who notices. Everything comes from the world's source of chance. */
export class Faults {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  begin(troubleMs: number): void {
    const { random } = this.#world
    // Writers may rest before the trouble is over: then only a head can tell of a lost tail.
    const writeUntil = this.#world.timeline.now + troubleMs * (0.5 + random.next() / 2)
    this.#every(
      () => random.between(5, 120),
      () => this.#world.timeline.now < writeUntil && this.#write(),
    )
    this.#every(
      () => random.between(500, 8_000),
      () => this.#hurtProcess(),
    )
    // Some worlds lose nothing: there nobody may ever ask.
    if (random.chance(0.6))
      this.#every(
        () => random.between(2_000, 20_000),
        () => this.#hurtLog(),
      )
    this.#every(
      () => random.between(3_000, 15_000),
      () => this.#rebalance(),
    )
    this.#every(
      () => random.between(1_000, 6_000),
      () => this.#spoil(),
    )
    this.#every(
      () => random.between(2_000, 8_000),
      () => this.#operate(),
    )
    this.#rebalance()
    this.#world.timeline.after(troubleMs * 0.7, () => this.#world.mend())
  }

  /** Trouble has ended; an operator redrives what has a cause of its own, not what waits behind it. */
  heal(): void {
    const { timeline, consumers } = this.#world
    this.#world.mend()
    // Members that are dead or paused now are back by then.
    timeline.after(15_000, () => this.#rebalance())
    const operate = () => {
      for (const { store } of consumers) store.request(() => true)
      timeline.after(5_000, operate)
    }
    operate()
  }

  #every(pause: () => number, act: () => unknown): void {
    const { timeline } = this.#world
    const go = () => {
      if (this.#world.isCalm) return
      act()
      timeline.after(pause(), go)
    }
    timeline.after(pause(), go)
  }

  #write(): void {
    const { random, owners } = this.#world
    const owner = random.pick(owners)
    for (let n = random.between(1, 4); n > 0; n--) {
      const stream = random.between(0, owner.store.streams.length - 1)
      owner.writers.change(stream, `${owner.store.streams[stream]!.service}-${stream}-${random.between(0, 2)}`)
    }
  }

  #hurtProcess(): void {
    const { random, owners, consumers } = this.#world
    const victim = random.pick([...owners.flatMap(one => one.relays), ...consumers.flatMap(one => one.members)])
    if (random.chance(0.5)) victim.kill(random.between(200, 4_000))
    else victim.pause(random.between(500, 12_000))
  }

  #hurtLog(): void {
    const { random, owners, broker } = this.#world
    const { topic, partition } = random.pick(random.pick(owners).store.streams)
    const { length } = broker.log(topic, partition)
    if (length > 0 && random.chance(0.4))
      broker.lose(topic, partition, random.between(Math.max(0, length - 20), length - 1))
    else broker.cutTail(topic, partition, random.between(0, Math.min(length, 12)))
  }

  /** Each partition goes to some member; sometimes the group has forgotten its offsets. */
  #rebalance(): void {
    const { random, owners, consumers, broker } = this.#world
    for (const { name, members } of consumers) {
      for (const { topic, partition } of owners.flatMap(one => one.store.streams)) {
        const chosen = random.pick(members)
        if (random.chance(0.05)) broker.commit(name, topic, partition, 0)
        for (const member of members) if (member !== chosen) member.revoke(topic, partition)
        chosen.assign(topic, partition)
      }
    }
  }

  #spoil(): void {
    const { random, owners, consumers } = this.#world
    const { committed } = random.pick(owners).store
    const fact = committed.at(-random.between(1, 5))
    if (fact) this.#world.spoil(random.pick(consumers).name, fact.factId)
  }

  #operate(): void {
    const { random, consumers } = this.#world
    for (const { store } of consumers) store.request(() => random.chance(0.5))
  }
}
