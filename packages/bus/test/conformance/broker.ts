import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import {
  type Bus,
  type BusRecord,
  type BusSecurity,
  createBus,
  type OutgoingRecord,
  type Subscription,
} from '../../src/index.ts'

/** A Kafka to be tested, whichever it is. */
export interface Broker {
  brokers: string[]
  security?: BusSecurity
  stop(): Promise<void>
}

export interface LogLine {
  level: string
  context: object
  message: string
}

/** Buses to one broker for one test file, each with names of its own; all are closed at the end. */
export interface Buses {
  make(options?: { prefix?: string; brokers?: string[]; security?: BusSecurity }): Bus
  /** Everything that any of them logged. */
  lines: LogLine[]
  close(): Promise<void>
}

export function createBuses(broker: () => Omit<Broker, 'stop'>): Buses {
  const open: Bus[] = []
  const lines: LogLine[] = []
  const at = (level: string) => (context: object, message: string) => void lines.push({ level, context, message })
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return {
    lines,
    make({ prefix = newPrefix(), ...other } = {}) {
      const { brokers, security } = { ...broker(), ...other }
      const bus = createBus({ brokers, ...(security && { security }), clientId: 'conformance', prefix, log })
      open.push(bus)
      return bus
    },
    close: async () => void (await Promise.all(open.map(bus => bus.close()))),
  }
}

export function newPrefix(): string {
  return `conformance-${randomBytes(4).toString('hex')}.`
}

/** A bus with one topic `things`. */
export async function busWithTopic(buses: Buses, partitions = 1): Promise<Bus> {
  const bus = buses.make()
  await bus.applyTopics([{ name: 'things', partitions, retentionMs: 3_600_000 }])
  return bus
}

export function record(text: string, headers: Record<string, string> = {}): OutgoingRecord {
  return { key: `key of ${text}`, headers, value: Buffer.from(text) }
}

/** Sends texts to partition 0 of `things` or another. */
export async function send(bus: Bus, texts: string[], partition = 0): Promise<void> {
  const publisher = await bus.connectPublisher()
  await publisher.send([{ topic: 'things', partition, records: texts.map(text => record(text)) }])
  await publisher.close()
}

export const textOf = ({ value }: BusRecord): string => value?.toString() ?? ''

export async function all(bus: Bus, topic = 'things'): Promise<BusRecord[]> {
  const records: BusRecord[] = []
  for await (const one of bus.scan(topic)) records.push(one)
  return records
}

/** The connections that were opened while something was done. */
export async function socketsOf(work: () => Promise<void>): Promise<Socket[]> {
  const sockets: Socket[] = []
  const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket)
  subscribe('net.client.socket', note)
  try {
    await work()
  } finally {
    unsubscribe('net.client.socket', note)
  }
  return sockets
}

/** Waits until something holds. @throws with `what` after `ms` */
export async function until(what: string, holds: () => boolean, ms = 10_000): Promise<void> {
  const end = Date.now() + ms
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** Reads `things` as `group`, commits what it got, and keeps it. */
export async function collect(bus: Bus, group: string): Promise<{ got: string[]; subscription: Subscription }> {
  const got: string[] = []
  const subscription = await bus.subscribe({
    group,
    topics: ['things'],
    async onBatch(records, { commit }) {
      got.push(...records.map(textOf))
      await commit(records.at(-1)!.offset + 1n)
    },
  })
  await subscription.ready()
  return { got, subscription }
}
