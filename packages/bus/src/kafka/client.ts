// The only file that imports kafkajs. The library has not been maintained since 2023; everything that is particular to it
// lives in this folder behind the port of ../types.ts, and the conformance suite is what a successor has to pass.
import { type Cluster, Kafka, type KafkaConfig, logLevel } from 'kafkajs'
import type { BusLog, BusSecurity } from '../types.ts'
import { clientLog } from './client-log.ts'

export type { Admin, Cluster, Consumer, EachBatchPayload, IHeaders, KafkaMessage, Producer } from 'kafkajs'

export interface ClientOptions {
  brokers: string[]
  clientId: string
  security?: BusSecurity | undefined
  log: BusLog
}

/** Every value is given: under NODE_ENV=test kafkajs has other defaults. One attempt; whoever calls repeats the call. */
const onlyOnce = { retries: 0, initialRetryTime: 100, maxRetryTime: 100, factor: 0, multiplier: 1 }
/** Finding a coordinator on a broker that has just started takes a few tries. */
const aFewTimes = { retries: 5, initialRetryTime: 100, maxRetryTime: 1000, factor: 0.2, multiplier: 2 }
const twice = { ...aFewTimes, retries: 1 }

// The retry of a client is also that of its connections, which producers and consumers do not pass on.
function kafka(options: ClientOptions, requestTimeout: number, retry: typeof onlyOnce): Kafka {
  const { brokers, clientId, security, log } = options
  return new Kafka({
    brokers,
    clientId,
    ...(security && securityOf(security)),
    // A handshake costs a busy broker more than taking a connection.
    connectionTimeout: security ? 3000 : 1000,
    requestTimeout,
    enforceRequestTimeout: true,
    retry,
    logLevel: logLevel.INFO,
    logCreator: () => clientLog(log),
  })
}

// kafkajs writes into what it is given for the login. Verification is asked for by name, so that no variable of the environment takes it away.
function securityOf({ ca, sasl }: BusSecurity): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  const ssl = { ca, rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const
  return sasl ? { ssl, sasl: { mechanism: 'scram-sha-512', ...sasl } } : { ssl }
}

/**
 * A producer that never chooses a partition. kafkajs drops records for a partition that it does not know without a word:
 * its hook for choosing partitions is the place to refuse them.
 */
export function createProducer(options: ClientOptions, refuse: (topic: string, partition: number) => Error) {
  return kafka(options, 5000, onlyOnce).producer({
    retry: onlyOnce,
    allowAutoTopicCreation: false,
    metadataMaxAge: 60_000,
    createPartitioner:
      () =>
      ({ topic, partitionMetadata, message }) => {
        const partition = message.partition ?? -1
        if (!partitionMetadata.some(known => known.partitionId === partition)) throw refuse(topic, partition)
        return partition
      },
  })
}

/**
 * A client of its own per consumer: consumers made by one client share their memory of committed offsets by group name.
 * kafkajs must not restart by itself, since it would not do so after a refused connection: the subscription does.
 */
export function createConsumer(options: ClientOptions, groupId: string) {
  return kafka(options, 5000, aFewTimes).consumer({
    groupId,
    sessionTimeout: 6000,
    heartbeatInterval: 1500,
    rebalanceTimeout: 10_000,
    maxWaitTimeInMs: 250,
    // The client's own limit of 1 MiB holds one message of access entries (512 KiB and its headers): whoever is behind would take them one by one.
    maxBytesPerPartition: 4 * 1_048_576,
    metadataMaxAge: 30_000,
    allowAutoTopicCreation: false,
    retry: { ...aFewTimes, restartOnFailure: async () => false },
  })
}

export function createAdmin(options: ClientOptions) {
  return kafka(options, 5000, twice).admin({ retry: twice })
}

/**
 * The client's view of the cluster, for reading a partition without joining a group (a group costs 20 to 350 ms, and a
 * relay looks at every partition at its start). The hook for partition assigners is the public way to it.
 */
export function createCluster(options: ClientOptions) {
  let found: Cluster | undefined
  kafka(options, 2500, twice).consumer({
    groupId: 'unused',
    retry: twice,
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        }
      },
    ],
  })
  if (!found) throw new Error('kafkajs made no cluster')
  return found
}
