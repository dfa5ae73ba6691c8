/** Services that exist. */
export const serviceNames = ['gateway', 'intake', 'audit'] as const

/** One of {@link serviceNames}. */
export type ServiceName = (typeof serviceNames)[number]

/** A Kafka topic. Only `haven topics apply` creates topics, from this table. */
export interface TopicDefinition {
  name: string
  /** The service that alone writes to it; `shared` when every service does. */
  owner: ServiceName | 'shared'
  partitions: number
  /** Milliseconds; no topic is compacted. */
  retentionMs: number
  /** What a record's key is: records of one key keep their order. */
  keyedBy: string
  summary: string
}

const fourteenDaysMs = 14 * 24 * 60 * 60 * 1000

const topic = (name: string, owner: TopicDefinition['owner'], keyedBy: string, summary: string, partitions = 6) => ({
  name,
  owner,
  partitions,
  retentionMs: fourteenDaysMs,
  keyedBy,
  summary,
})

/** Where every service's chained access entries go. */
export const accessTopic = 'haven.audit.access'

/**
 * All topics. None asks the broker to flush each record: what a crash takes from a log's tail is missed by its numbers and sent again from its
 * owner's database.
 */
export const topics: readonly TopicDefinition[] = [
  topic(
    'haven.partner.inbound',
    'gateway',
    "HMAC of the partner and the partner's own reference",
    'Events accepted from partners, sealed for the service that needs them.',
  ),
  topic('haven.intake.referral', 'intake', 'referral id', 'What becomes of a referral.'),
  topic('haven.intake.case', 'intake', 'case id', 'What becomes of a case.'),
  topic('haven.intake.inbound', 'intake', 'receipt id', 'Answers to the gateway, so that every receipt ends.'),
  topic('haven.resend', 'shared', 'stream', "A consumer asks a stream's owner to send again from a number on.", 1),
  topic(accessTopic, 'shared', 'service that recorded them', 'Access entries, chained and signed by who answered.', 12),
]

/** The topics that a service alone writes to. */
export const topicsOf = (owner: TopicDefinition['owner']): readonly TopicDefinition[] =>
  topics.filter(definition => definition.owner === owner)

// Every service sends to `haven.resend` and reads it.
const consumers: Readonly<Record<string, readonly ServiceName[]>> = {
  'haven.partner.inbound': ['intake'],
  'haven.intake.inbound': ['gateway'],
  'haven.intake.referral': ['gateway'],
  'haven.resend': serviceNames,
  [accessTopic]: ['audit'],
}

/** The services that follow a topic. */
export const consumersOf = (topicName: string): readonly ServiceName[] => consumers[topicName] ?? []

// By table and not by hash: a relay compares the newest record of its partition with its database, so nobody else may write there
// (the hash gives gateway and audit the same one). A service keeps its number for ever.
const accessPartitions: Readonly<Record<string, number>> = { gateway: 0, intake: 1, audit: 2 }

/**
 * The partition of {@link accessTopic} that a service has for itself.
 * @throws RangeError for a service without one
 */
export function accessPartitionOf(service: string): number {
  const partition = accessPartitions[service]
  if (partition === undefined) throw new RangeError(`no partition of ${accessTopic} is set aside for ${service}`)
  return partition
}
