/** A JSON object, the only shape of a fact's data. */
export type JsonObject = { [name: string]: unknown }

/** A fact as its owner writes it down, in the transaction of the change that it tells of. */
export interface NewFact {
  topic: string
  /** Facts of one key keep their order; most often the aggregate's id. At most 1 kB. */
  key: string
  /** Event type of contracts, past tense and versioned. */
  type: string
  /** Opaque id of what the fact is about. */
  subject: string
  /** From the credential of who caused it. */
  organisation: string
  /** In clear, so: opaque ids, states, codes, times; what is a person's only sealed. `null` is a tombstone. At most 256 kB. */
  data: JsonObject | null
  /** Version of the aggregate after the fact. */
  version?: number
  /** uuid; v7 by default. A fact that follows from another one takes `derivedId`, so that writing it twice is harmless. */
  id?: string
  /** Id of the fact that caused this one. */
  causedBy?: string
  time: Date
  /** W3C trace context of the request that caused it. */
  traceparent?: string
}

/** A fact as a consumer gets it. */
export interface ReceivedFact {
  id: string
  /** `service/epoch/topic/partition` */
  stream: string
  /** Contiguous in its stream, from 1. */
  seq: bigint
  topic: string
  key: string
  type: string
  subject: string
  /** `/services/<owner>` */
  source: string
  organisation: string
  version?: number
  time: Date
  traceparent?: string
  /** `null`: what the fact said was erased, or has outlived the key it was sealed for. */
  data: JsonObject | null
}

/** What this package needs of a logger; a pino logger fits. Numbers, ids and codes are logged, never a fact's data. */
export interface Log {
  debug(context: object, message: string): void
  info(context: object, message: string): void
  warn(context: object, message: string): void
  error(context: object, message: string): void
}

/** The part of a Prisma transaction that streams use; anything that speaks `$1` parameters fits. */
export interface SqlTransaction {
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>
  $queryRawUnsafe<T = unknown>(sql: string, ...values: unknown[]): Promise<T>
}

/** Milliseconds since 1970; injected so that tests own the time. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** An effect throws it for an event that can never succeed: the event is parked at once. */
export class Poison extends Error {
  /** Shown to operators and kept with the parked event: a stable code, never a value from the event. */
  readonly code: string

  constructor(code: string, options?: { cause?: unknown }) {
    super(`this event cannot be applied: ${code}`, options)
    this.name = 'Poison'
    this.code = code
  }
}
