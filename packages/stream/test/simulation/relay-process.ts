import {
  batchesOf,
  fill,
  openTrack,
  rangesOf,
  settle,
  type Track,
  type Turn,
  takeTurns,
} from '../../src/relay/round.ts'
import { startHeads } from '../../src/steps/head-clock.ts'
import { abandoned, numberedTo, openLane, rewind } from '../../src/steps/lane.ts'
import { checkStart } from '../../src/steps/start-check.ts'
import { formatStreamName } from '../../src/steps/stream-name.ts'
import { readEnvelope } from '../../src/wire/envelope.ts'
import { readAsk } from '../../src/wire/read-ask.ts'
import type { OwnerStore } from './owner-store.ts'
import { Process } from './process.ts'
import type { World } from './world.ts'

const resend = 'haven.resend'
const numberAtOnce = 20

/** A relay: the decisions are the package's own, the database and Kafka are the simulation's. */
export class RelayProcess extends Process {
  readonly #world: World
  readonly #store: OwnerStore
  #tracks: Track[] = []
  #isLeading = false
  #asksRead = 0
  #idleMs = 200

  constructor(world: World, store: OwnerStore) {
    super(world.timeline, world.random)
    this.#world = world
    this.#store = store
  }

  override pause(ms: number): void {
    super.pause(ms)
    // The server ends an idle session; the process learns of it when it uses the session again.
    if (ms > 3_000) this.timeline.after(3_000, () => this.isPaused && this.#giveLeaseBack())
  }

  protected override begin(): void {
    this.#isLeading = false
    this.#tracks = []
    this.later(this.random.between(0, 50), () => this.#tick())
  }

  protected override onEnd(): void {
    this.#giveLeaseBack()
  }

  #giveLeaseBack(): void {
    if (this.#store.leaseHolder === this) this.#store.leaseHolder = null
  }

  get #hasLease(): boolean {
    return !this.#world.options.lease || this.#store.leaseHolder === this
  }

  #tick(): void {
    if (this.#isLeading) this.#number()
    else if (!this.#world.options.lease || this.#store.leaseHolder === null) this.#lead()
    else this.later(1_000, () => this.#tick())
  }

  #lead(): void {
    this.#store.leaseHolder = this
    this.#tracks = this.#store.streams.map((name, id) => {
      const next = this.#store.next[id]!
      const record = this.#world.broker.last(name.topic, name.partition)
      const envelope = record && readEnvelope(record)
      const last = envelope && envelope.kind !== 'foreign' ? envelope : null
      const known = last && last.seq > 0n ? this.#store.read([{ stream: id, from: last.seq, rows: 1 }])[0] : undefined
      const verdict = checkStart(name, next, last, known?.seq === last?.seq ? (known?.fact_id ?? null) : null)
      if ('refused' in verdict)
        this.#world.violation(`a relay refuses a database that was never restored: ${verdict.refused}`)
      const lane = openLane(next, this.#store.sent[id]!, 'refused' in verdict ? 0n : verdict.resumeAt)
      return openTrack({ id, name, next, sent: this.#store.sent[id]! }, lane, startHeads(this.timeline.now))
    })
    this.#asksRead = this.#world.broker.log(resend, 0).length
    this.#isLeading = true
    this.#tick()
  }

  #lose(): void {
    this.#isLeading = false
    this.later(50, () => this.#tick())
  }

  #listen(): void {
    const log = this.#world.broker.log(resend, 0)
    for (const record of log.slice(this.#asksRead)) {
      const ask = record && readAsk(record)
      const track = ask && this.#tracks.find(one => formatStreamName(one.row.name) === ask.stream)
      if (ask && track) track.lane = rewind(track.lane, ask.from)
    }
    this.#asksRead = log.length
  }

  #number(): void {
    this.#listen()
    if (this.#tracks.some(({ lane }) => lane.next - lane.sent > 500n)) {
      this.#send(false)
      return
    }
    const seen = this.#store.snapshot(numberAtOnce)
    this.later(this.random.between(0, 10), () => {
      if (!this.#hasLease) {
        this.#lose()
        return
      }
      const changed = this.#store.number(seen)
      if (changed === null) {
        this.later(200, () => this.#tick())
        return
      }
      for (const { id, next } of changed) this.#tracks[id]!.lane = numberedTo(this.#tracks[id]!.lane, next)
      this.#send(changed.length > 0)
    })
  }

  #send(numbered: boolean): void {
    const { rules } = this.#world
    const turns = takeTurns(this.#tracks, this.timeline.now).filter(turn => {
      if (rules.heads !== 'none' || turn.kind !== 'head') return true
      turn.track.lane = abandoned(turn.track.lane)
      turn.track.heads = { ...turn.track.heads, dueAt: Number.POSITIVE_INFINITY }
      return false
    })
    if (turns.length === 0) {
      this.#rest(numbered)
      return
    }
    fill(turns, this.#store.read(rangesOf(turns)), () => false)
    if (rules.mark === 'before-send') this.#note(turns)
    this.later(this.random.between(0, 3), () => this.#deliver(turns))
  }

  /** One attempt: it arrives and is acknowledged, arrives unacknowledged, arrives late, or not at all. */
  #deliver(turns: Turn[]): void {
    const { broker } = this.#world
    const batches = batchesOf(turns)
    const fault = this.#world.isCalm ? 1 : this.random.next()
    const arrival = fault < 0.005 ? 6_000 : this.random.between(1, 15)
    // It is on the wire: it arrives whatever becomes of the process.
    if (fault >= 0.02 || fault < 0.01) this.timeline.after(arrival, () => broker.append(batches))
    if (fault >= 0.02) {
      this.later(arrival + this.random.between(1, 5), () => this.#acknowledge(turns))
      return
    }
    this.later(fault < 0.01 ? 5_000 : 5, () => {
      if (!this.#hasLease && this.random.chance(0.5)) {
        this.#lose()
        return
      }
      this.later(200, () => this.#deliver(turns))
    })
  }

  #acknowledge(turns: Turn[]): void {
    this.#listen()
    settle(turns, this.timeline.now)
    // Noting is not waited for, and may be lost with a crash.
    this.later(this.random.between(0, 5), () => this.#note(turns))
    this.#rest(turns.some(turn => turn.kind === 'facts'))
  }

  #note(turns: readonly Turn[]): void {
    for (const { track, to } of turns) this.#store.noteSent(track.row.id, to)
  }

  #rest(worked: boolean): void {
    this.#idleMs = worked ? 200 : Math.min(this.#idleMs * 1.5, 1_000)
    this.later(worked ? 0 : this.#idleMs, () => this.#tick())
  }
}
