import type { KafkaSettings } from './settings.ts'

/** What a bus is made from, beside the name of who makes it. */
export interface KafkaAccess {
  brokers: string[]
  prefix: string
  /** Absent: plain text. */
  security?: {
    /** Certificates (PEM) of the authority that the brokers' certificates are verified against, their host names too. */
    ca: string
    /** Signs in by SCRAM-SHA-512. */
    sasl?: { username: string; password: string }
  }
}

/** The one reading of the settings of Kafka, for services and commands alike. */
export function kafkaOf(config: Readonly<KafkaSettings>): KafkaAccess {
  const { HAVEN_KAFKA_BROKERS: brokers, HAVEN_KAFKA_PREFIX: prefix } = config
  const { HAVEN_KAFKA_CA: ca, HAVEN_KAFKA_USERNAME: username, HAVEN_KAFKA_PASSWORD: password } = config
  if (ca === undefined) return { brokers, prefix }
  const sasl = username === undefined || password === undefined ? {} : { sasl: { username, password } }
  return { brokers, prefix, security: { ca, ...sasl } }
}
