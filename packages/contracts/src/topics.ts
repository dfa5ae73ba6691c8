/** Services that exist. */
export const serviceNames = ['gateway', 'intake'] as const

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

/** All topics. */
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
]

/** The topics that a service alone writes to. */
export const topicsOf = (owner: TopicDefinition['owner']): readonly TopicDefinition[] =>
  topics.filter(definition => definition.owner === owner)
