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

const factTopics: readonly TopicDefinition[] = [
  topic(
    'haven.partner.inbound',
    'gateway',
    "HMAC of the partner and the partner's own reference",
    'Events accepted from partners, sealed for the service that needs them.',
  ),
  topic('haven.intake.referral', 'intake', 'referral id', 'What becomes of a referral.'),
  topic('haven.intake.case', 'intake', 'case id', 'What becomes of a case.'),
  topic('haven.intake.inbound', 'intake', 'receipt id', 'Answers to the gateway, so that every receipt ends.'),
]

/** Where a service's chained access entries go: one topic a service, because Kafka's rights end at topics, with one partition, because it has one chain. */
export const accessTopicOf = (service: string): string => `haven.${service}.access`

/** Those of all services. */
export const accessTopics: readonly string[] = serviceNames.map(accessTopicOf)

/**
 * All topics. None asks the broker to flush each record: what a crash takes from a log's tail is missed by its numbers and sent again from its
 * owner's database.
 */
export const topics: readonly TopicDefinition[] = [
  ...factTopics,
  topic('haven.resend', 'shared', 'stream', "A consumer asks a stream's owner to send again from a number on.", 1),
  ...serviceNames.map(service =>
    topic(accessTopicOf(service), service, 'service', `Access entries of ${service}, chained and signed by it.`, 1),
  ),
]

/** The topics with a service's facts, each partition a numbered stream. */
export const factTopicsOf = (service: ServiceName): readonly TopicDefinition[] =>
  factTopics.filter(({ owner }) => owner === service)

// Every service sends to `haven.resend` and reads it.
const consumers: Readonly<Record<string, readonly ServiceName[]>> = {
  'haven.partner.inbound': ['intake'],
  'haven.intake.inbound': ['gateway'],
  'haven.intake.referral': ['gateway'],
  'haven.resend': serviceNames,
  ...Object.fromEntries(accessTopics.map(name => [name, ['audit' as const]])),
}

/** The services that follow a topic. */
export const consumersOf = (topicName: string): readonly ServiceName[] => consumers[topicName] ?? []
