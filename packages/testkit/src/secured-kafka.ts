import { randomBytes } from 'node:crypto'
import { createAuthority, issue } from '@haven/authority'
import type { BusSecurity } from '@haven/bus'
import { GenericContainer, getContainerRuntimeClient, RandomPortGenerator, Wait } from 'testcontainers'

/** A Kafka in a container that takes nobody without TLS and a login, and grants nothing that was not granted. */
export interface SecuredKafka {
  brokers: string[]
  /** The same under a host name that its certificate is not for. */
  otherName: string[]
  /** The administrator `haven-admin`, or one of the users it was started with. */
  as(user: string): BusSecurity & { sasl: { username: string; password: string } }
  /** Certificate (PEM) of an authority that has nothing to do with it. */
  otherAuthority: string
  stop(): Promise<void>
}

const administrator = 'haven-admin'
const keystore = '/etc/kafka/secrets/broker.pem'

/** @param users made beside the administrator, with a password of their own and no rights */
export async function securedKafka(users: readonly string[]): Promise<SecuredKafka> {
  // A broker has to know the address that it advertises before it starts, hence a port chosen beforehand.
  const port = await new RandomPortGenerator().generatePort()
  const { host } = (await getContainerRuntimeClient()).info.containerRuntime
  const address = host === 'localhost' ? '127.0.0.1' : host
  const authority = await createAuthority('Haven test')
  const { certificate, key } = await issue(authority, [address])
  const container = await new GenericContainer('apache/kafka:4.1.0')
    .withExposedPorts({ container: 9092, host: port })
    .withCopyContentToContainer([{ content: `${key}${certificate}`, target: keystore, mode: 0o644 }])
    .withEnvironment(settingsFor(`${address}:${port}`))
    .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
    .withStartupTimeout(120_000)
    .start()
  const passwords = new Map([administrator, ...users].map(user => [user, randomBytes(18).toString('base64url')]))
  const { exitCode, output } = await container.exec(['bash', '-c', makeUsers(passwords)])
  if (exitCode !== 0) throw new Error(`Kafka's users could not be made: ${output}`)
  return {
    brokers: [`${address}:${port}`],
    otherName: [`localhost:${port}`],
    as: user => ({ ca: authority.certificate, sasl: { username: user, password: passwords.get(user) ?? 'none' } }),
    otherAuthority: (await createAuthority('Haven test')).certificate,
    stop: async () => void (await container.stop()),
  }
}

// Only the container itself reaches the two listeners without a login: the controller, and whoever makes users.
const settingsFor = (advertised: string): Record<string, string> => ({
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_LISTENERS: 'CLIENTS://:9092,CONTROLLER://127.0.0.1:9093,LOCAL://127.0.0.1:9094',
  KAFKA_ADVERTISED_LISTENERS: `CLIENTS://${advertised},LOCAL://127.0.0.1:9094`,
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT,LOCAL:PLAINTEXT',
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@127.0.0.1:9093',
  KAFKA_INTER_BROKER_LISTENER_NAME: 'LOCAL',
  KAFKA_SSL_KEYSTORE_TYPE: 'PEM',
  KAFKA_SSL_KEYSTORE_LOCATION: keystore,
  KAFKA_SASL_ENABLED_MECHANISMS: 'SCRAM-SHA-512',
  KAFKA_LISTENER_NAME_CLIENTS_SCRAM___SHA___512_SASL_JAAS_CONFIG:
    'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  KAFKA_AUTHORIZER_CLASS_NAME: 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  KAFKA_SUPER_USERS: `User:ANONYMOUS;User:${administrator}`,
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '1',
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
})

/** Kafka's own tool makes one user a call; kafkajs cannot. */
function makeUsers(passwords: ReadonlyMap<string, string>): string {
  const calls = [...passwords].map(
    ([user, password]) =>
      `/opt/kafka/bin/kafka-configs.sh --bootstrap-server 127.0.0.1:9094 --alter --entity-type users --entity-name ${user} ` +
      `--add-config 'SCRAM-SHA-512=[password=${password}]'`,
  )
  return calls.join(' && ')
}
