import type { BusRecord } from '@haven/bus'
import { type Asking, answered, ask } from '../../src/steps/asking.ts'
import { judge, type Place, type Verdict } from '../../src/steps/judge.ts'
import { seekTarget, type Watch, watchAfterCheck, watchAfterRecord } from '../../src/steps/overdue.ts'
import type { StreamName } from '../../src/steps/stream-name.ts'
import { type Envelope, readEnvelope } from '../../src/wire/envelope.ts'
import { askRecord } from '../../src/wire/records.ts'
import type { ConsumerStore } from './consumer-store.ts'
import { Process } from './process.ts'
import type { World } from './world.ts'

type Seen = Exclude<Envelope, { kind: 'foreign' }>

/** What a process remembers of a source. It outlives the assignment: the partition may come back when another member has moved the place. */
interface Memory {
  place: Place | null
  parkedKeys: Set<string>
  asking: Asking | null
}

/** One partition as one process reads it. */
interface Reading {
  topic: string
  partition: number
  position: number
  memory: Memory
  watch: Watch
  stream: StreamName | null
}

/** A member of a consumer's group. The decisions are the package's own. */
export class ConsumerProcess extends Process {
  readonly #world: World
  readonly #store: ConsumerStore
  readonly #name: string
  #readings = new Map<string, Reading>()
  #memories = new Map<string, Memory>()

  constructor(world: World, store: ConsumerStore, name: string) {
    super(world.timeline, world.random)
    this.#world = world
    this.#store = store
    this.#name = name
  }

  protected override begin(): void {
    this.#readings = new Map()
    this.#memories = new Map()
    this.later(1_000, () => this.#tick())
  }

  /** The group gives a partition to this member: it reads on from what the group remembers. */
  assign(topic: string, partition: number): void {
    const position = this.#world.broker.committed(this.#name, topic, partition)
    const source = `${topic}/${partition}`
    const memory = this.#memories.get(source) ?? { place: null, parkedKeys: new Set(), asking: null }
    this.#memories.set(source, memory)
    const watch = watchAfterRecord(this.timeline.now)
    const reading: Reading = { topic, partition, position, memory, watch, stream: null }
    this.#readings.set(source, reading)
    this.later(this.random.between(1, 100), () => this.#fetch(reading))
  }

  /** What is in work goes on: the member may not know yet. */
  revoke(topic: string, partition: number): void {
    this.#readings.delete(`${topic}/${partition}`)
  }

  #isOurs(reading: Reading): boolean {
    return this.#readings.get(`${reading.topic}/${reading.partition}`) === reading
  }

  #fetch(reading: Reading): void {
    if (!this.#isOurs(reading)) return
    const { topic, partition, position } = reading
    const log = this.#world.broker.log(topic, partition)
    if (position >= log.length) {
      this.later(this.random.between(20, 250), () => this.#fetch(reading))
      return
    }
    reading.position++
    const record = log[position]
    const envelope = record && readEnvelope(record)
    if (!record || !envelope || envelope.kind === 'foreign') {
      this.#fetchNext(reading)
      return
    }
    if (this.#world.rules.offset === 'before-effect') this.#commit(reading, position)
    reading.watch = watchAfterRecord(this.timeline.now, envelope.kind === 'head' ? envelope.dueMs : undefined)
    reading.stream = envelope.stream
    this.#decide(reading, record, envelope, position)
  }

  #fetchNext(reading: Reading): void {
    this.later(this.random.chance(0.8) ? 0 : this.random.between(1, 30), () => this.#fetch(reading))
  }

  #decide(reading: Reading, record: BusRecord, seen: Seen, offset: number): void {
    const { memory } = reading
    if (!memory.place) this.#load(reading, seen.stream.epoch)
    if (this.#judge(memory.place!, seen).do === 'ask') this.#refresh(reading, seen.stream.epoch)
    const place = memory.place!
    const verdict = this.#judge(place, seen)
    if (verdict.do === 'stop')
      this.#world.violation(`a stream was stopped though nobody was restored: ${verdict.reason}`)
    if (verdict.do === 'ask') this.#ask(reading, seen.stream, place, verdict.from)
    if (verdict.do === 'apply' && seen.kind === 'fact') this.#apply(reading, record, seen, place, verdict.place, offset)
    else this.#finish(reading, offset)
  }

  #load({ topic, partition, memory }: Reading, epoch: bigint): void {
    Object.assign(memory, this.#store.load(`${topic}/${partition}`, epoch))
    memory.asking = answered(memory.asking, memory.place!)
  }

  /** Before an ask is sent, the place is looked up: what is remembered may be of an earlier assignment. */
  #refresh(reading: Reading, epoch: bigint): void {
    const { asking, place } = reading.memory
    if (this.#world.rules.memory === 'trusted' || !ask(asking, place!, this.timeline.now).send) return
    this.#load(reading, epoch)
  }

  #judge(place: Place, seen: Seen): Verdict {
    const verdict = judge(place, { ...seen, epoch: seen.stream.epoch })
    if (verdict.do === 'ask' && seen.kind === 'fact' && this.#world.rules.ahead === 'apply')
      return { do: 'apply', place: { epoch: place.epoch, last: seen.seq, factId: seen.factId } }
    return verdict
  }

  #apply(
    reading: Reading,
    record: BusRecord,
    seen: Extract<Seen, { kind: 'fact' }>,
    from: Place,
    to: Place,
    offset: number,
  ): void {
    const { rules } = this.#world
    const { memory } = reading
    const source = `${reading.topic}/${reading.partition}`
    const key = record.key!
    const fact = { factId: seen.factId, key, n: Number(record.headers.ce_sequence) }
    const early = this.#store.isParked(source, key)
    this.later(this.random.between(1, 8), () => {
      // The database is away, or a deadlock: nothing happened, and it is tried again.
      if (!this.#world.isCalm && this.random.chance(0.02)) {
        this.later(200, () => this.#apply(reading, record, seen, from, to, offset))
        return
      }
      const late = memory.parkedKeys.has(key) && this.#store.isParked(source, key)
      const isBehind = rules.behindParked === 'parks' && (rules.parkedLook === 'under-lock' ? late : early)
      const result = this.#store.take(source, from, to, fact, this.#world.isPoison(this.#name, fact), isBehind)
      if (result === 'moved') {
        memory.place = null
        this.#decide(reading, record, seen, offset)
        return
      }
      memory.place = to
      memory.asking = answered(memory.asking, to)
      if (result === 'parked') memory.parkedKeys.add(key)
      else memory.parkedKeys.delete(key)
      this.#finish(reading, offset)
    })
  }

  #finish(reading: Reading, offset: number): void {
    this.later(this.random.between(0, 3), () => {
      this.#commit(reading, offset)
      this.#fetchNext(reading)
    })
  }

  #commit(reading: Reading, offset: number): void {
    // A member that has lost the partition has an old generation: the group refuses its offsets.
    if (this.#isOurs(reading)) this.#world.broker.commit(this.#name, reading.topic, reading.partition, offset + 1)
  }

  #ask(reading: Reading, stream: StreamName, place: Place, from: bigint): void {
    const { memory } = reading
    const { asking, send } = ask(memory.asking, place, this.timeline.now)
    memory.asking = asking
    if (!send && this.#world.rules.asking === 'paced') return
    this.#world.noteAsk(memory, this.#name, stream, from)
    const isLost = !this.#world.isCalm && this.random.chance(0.1)
    if (isLost) return
    this.timeline.after(this.random.between(1, 20), () => {
      this.#world.broker.append([
        { topic: 'haven.resend', partition: 0, records: [askRecord(stream, from, this.#name)] },
      ])
    })
  }

  #askAgain(reading: Reading): void {
    const { memory, stream } = reading
    if (!memory.asking || !memory.place || !stream) return
    this.#refresh(reading, memory.place.epoch)
    if (memory.asking) this.#ask(reading, stream, memory.place, memory.place.last + 1n)
  }

  #tick(): void {
    for (const reading of this.#readings.values()) {
      this.#askAgain(reading)
      if (this.timeline.now < reading.watch.overdueAt) continue
      reading.watch = watchAfterCheck(this.timeline.now)
      const end = this.#world.broker.log(reading.topic, reading.partition).length
      const target = seekTarget(BigInt(reading.position), BigInt(end))
      if (target !== null) reading.position = Number(target)
    }
    while (this.#store.redrive(fact => this.#world.isPoison(this.#name, fact))) {}
    this.later(1_000, () => this.#tick())
  }
}
