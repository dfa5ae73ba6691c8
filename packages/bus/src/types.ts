/** What the bus logs to; a pino logger fits. */
export interface BusLog {
  debug(context: object, message: string): void
  info(context: object, message: string): void
  warn(context: object, message: string): void
  error(context: object, message: string): void
}

/** A record as it was read. `offset` is its place in the partition; a `null` value is a tombstone. */
export interface BusRecord {
  topic: string
  partition: number
  offset: bigint
  key: string | null
  headers: Record<string, string>
  value: Buffer | null
  timestamp: Date
}

/** A record to be sent. */
export interface OutgoingRecord {
  key: string
  headers: Record<string, string>
  value: Buffer | null
}

/** Records for one partition, in the order in which they are to stand there. */
export interface OutgoingBatch {
  topic: string
  partition: number
  records: OutgoingRecord[]
}

export interface Publisher {
  /**
   * Sends everything in one round and resolves when all in-sync replicas of every partition have acknowledged (acks -1).
   * It tries once: after a failure any part may have arrived, and the caller sends the same again (facts are
   * numbered, so a duplicate is harmless).
   * @throws BusError `unavailable` (try again), `topic-missing`, `partition-missing`, `refused`, `closed`, and what bars (`BusError.bars`)
   */
  send(batches: OutgoingBatch[]): Promise<void>
  close(): Promise<void>
}

/** What a handler may do while it works on a batch. */
export interface BatchControl {
  /** To be called at least every 2 s of work: a member that is silent for 6 s loses its partitions. */
  heartbeat(): Promise<void>
  /** Remembers in the group that reading continues at `next` (offset of the last finished record + 1). May be called when the handler has returned, too. */
  commit(next: bigint): Promise<void>
  /** False once the subscription stops, was sought elsewhere or lost the partition: stop working, commit nothing. */
  isRunning(): boolean
}

export interface SubscribeOptions {
  group: string
  topics: string[]
  /** Where a group begins that has no place yet, or whose place the log no longer has. Default: the beginning. */
  fromBeginning?: boolean
  /**
   * Gets the records of one partition in order; different partitions run side by side. When it returns, reading goes
   * on after the batch. When it throws, the same records come again after a pause that grows to 5 s.
   */
  onBatch(records: BusRecord[], control: BatchControl): Promise<void>
  /** Kafka has answered a fetch, whether there was something or not; an idle member fetches four times a second. */
  onFetch?(): void
}

export interface Subscription {
  /** Resolves when the group was joined for the first time. @throws BusError when that can never be, or what bars it now. */
  ready(): Promise<void>
  /** Continues reading at `offset`; ignored for a partition that another member has. Commits nothing. */
  seek(topic: string, partition: number, offset: bigint): void
  /** The offset that is read next, `null` while that is unknown or another member has the partition. */
  position(topic: string, partition: number): bigint | null
  /** Waits for the handlers in work, leaves the group. */
  stop(): Promise<void>
  /** Called once when the subscription has ended for good: the process should turn unready and exit. */
  onCrash(listener: (error: Error) => void): void
}

/** A partition's range: `low` is the first offset still there, `high` the one the next record will get. */
export interface PartitionEnds {
  partition: number
  low: bigint
  high: bigint
}

/** What a topic has to be like; `TopicDefinition` of contracts fits. */
export interface TopicSpecification {
  name: string
  partitions: number
  retentionMs: number
}

/** A topic as the cluster has it. */
export interface TopicState extends TopicSpecification {
  /** `delete`, `compact`, or both with a comma. */
  cleanupPolicy: string
}

export interface AppliedTopics {
  created: string[]
  recreated: string[]
  kept: string[]
  changed: string[]
}

/** What a user of the broker may do; `Acl` of contracts fits. `groups` are all whose names begin with `name`. */
export interface AclSpecification {
  user: string
  may: 'read' | 'write'
  on: 'topic' | 'groups'
  name: string
}

/** Whose rights are compared. */
export interface AclReach {
  /** How the names of all our topics and groups begin. */
  ownNames: string
  /** Who calls, by its login: its own rights stay. */
  applicant: string
}

/** Sentences: 'User:haven-intake may read topic haven.partner.inbound'. */
export interface AppliedAcls {
  created: string[]
  kept: string[]
  removed: string[]
}

/** In the same sentences: how the broker's rights differ from what is wanted. */
export interface AclDifferences {
  missing: string[]
  /** What `applyAcls` would take away. */
  surplus: string[]
  /** What reaches in from outside and is not taken away by a program. */
  foreign: string[]
}

/** The road between services: the port that everything else is written against. */
export interface Bus {
  connectPublisher(): Promise<Publisher>
  subscribe(options: SubscribeOptions): Promise<Subscription>
  /** Where each partition begins and ends. Bounded to 5 s. */
  ends(topic: string): Promise<PartitionEnds[]>
  /** The newest record of a partition, `null` when it holds none. Bounded to 5 s. */
  lastRecord(topic: string, partition: number): Promise<BusRecord | null>
  /** Everything that the topic holds at the time of the call, partition after partition, outside any group. */
  scan(topic: string): AsyncIterable<BusRecord>
  /**
   * Creates what is missing, puts retention and clean-up policy right, and never changes a number of partitions.
   * @param recreate topics that are deleted and made anew, empty, when they have another number of partitions: what their owner sends again
   * @throws BusError `topics-differ` naming each topic with the remedy; what could be created has been.
   */
  applyTopics(topics: readonly TopicSpecification[], recreate?: readonly string[]): Promise<AppliedTopics>
  /** Those of the topics that exist. Bounded to 5 s. */
  describeTopics(names: readonly string[]): Promise<TopicState[]>
  /**
   * Makes the broker's rights on topics and groups whose names begin with `ownNames`, and those of the users named, exactly these. The rights of
   * `applicant`, who calls, stay.
   * @throws BusError `acls-differ` naming rights of others that reach in from outside; what could be applied has been. `no-authorizer`
   */
  applyAcls(acls: readonly AclSpecification[], reach: AclReach): Promise<AppliedAcls>
  /** Compares in the same way and changes nothing. Bounded to 5 s. @throws BusError `no-authorizer` */
  compareAcls(acls: readonly AclSpecification[], reach: AclReach): Promise<AclDifferences>
  /** @throws BusError `unavailable` when no broker answers within 1.5 s, and what bars one of its publishers or subscriptions now. */
  ping(): Promise<void>
  /** Ends every publisher and subscription made by this bus. */
  close(): Promise<void>
}

export interface BusOptions {
  brokers: string[]
  clientId: string
  /** Put before topic and group names on the way out and removed on the way in, so that test runs stay apart. */
  prefix?: string
  /** Plain text without it. */
  security?: BusSecurity
  log: BusLog
}

/** TLS, and who signs in over it. */
export interface BusSecurity {
  /** Certificates (PEM) of the authority that every broker's certificate has to come from; it has to be for the host name that is called. */
  ca: string
  /** Signs in by SCRAM-SHA-512. */
  sasl?: { username: string; password: string }
}
