import { setTimeout as sleep } from 'node:timers/promises'
import { BusError } from '../errors.ts'
import type { Names } from '../names.ts'
import { type ExistingTopic, planTopics, settingsOf } from '../topic-plan.ts'
import type { AppliedTopics, TopicSpecification, TopicState } from '../types.ts'
import type { AdminConnection } from './admin.ts'
import type { Admin } from './client.ts'

// kafkajs exports these numbers of the protocol as TypeScript enums; only client.ts may import it.
const resourceOfTopic = 2
const setForTheTopic = 1

const patienceMs = 15_000
const pauseMs = 200

/**
 * Repeated as a whole, which does no harm, while the brokers do not know yet what was just created: a loaded one answers so for a second or two.
 * @throws BusError `topics-differ` after everything that could be created or changed has been.
 */
export async function applyTopics(
  connection: AdminConnection,
  names: Names,
  topics: readonly TopicSpecification[],
  recreate: readonly string[],
): Promise<AppliedTopics> {
  const made: Made = { created: new Set(), recreated: new Set() }
  for (const deadline = Date.now() + patienceMs; ; await sleep(pauseMs)) {
    try {
      const { kept, changed } = await connection.run('applying topics', admin =>
        applyOnce(admin, names, { topics, recreate }, made),
      )
      const [created, recreated] = [[...made.created], [...made.recreated]]
      return { created, recreated, kept: kept.filter(name => ![...created, ...recreated].includes(name)), changed }
    } catch (error) {
      if ((error as BusError).code !== 'topic-missing' || Date.now() > deadline) throw error
    }
  }
}

async function applyOnce(
  admin: Admin,
  names: Names,
  { topics, recreate }: { topics: readonly TopicSpecification[]; recreate: readonly string[] },
  made: Made,
): Promise<Pick<AppliedTopics, 'kept' | 'changed'>> {
  const plan = planTopics(
    topics,
    await existingTopics(
      admin,
      names,
      topics.map(({ name }) => name),
    ),
    recreate,
  )
  for (const { name } of plan.recreate) made.recreated.add(name)
  for (const { name } of plan.create) if (!made.recreated.has(name)) made.created.add(name)
  await remove(admin, names, plan.recreate)
  await create(admin, names, [...plan.create, ...plan.recreate])
  await change(admin, names, plan.change)
  if (plan.differences.length > 0) throw new BusError('topics-differ', plan.differences.join('\n'))
  return { kept: plan.kept, changed: plan.change.map(topic => topic.name) }
}

/** What was made so far, over the repetitions. */
interface Made {
  created: Set<string>
  recreated: Set<string>
}

/** Those of the topics that the cluster has. */
export async function describeTopics(
  connection: AdminConnection,
  names: Names,
  topics: readonly string[],
): Promise<TopicState[]> {
  const found = await connection.run('reading topics', admin => existingTopics(admin, names, topics))
  return found.map(({ config: _, ...topic }) => topic)
}

async function existingTopics(admin: Admin, names: Names, topics: readonly string[]): Promise<ExistingTopic[]> {
  const present = new Set(await admin.listTopics())
  const wanted = topics.map(names.out).filter(name => present.has(name))
  if (wanted.length === 0) return []
  const [metadata, settings] = await Promise.all([
    admin.fetchTopicMetadata({ topics: wanted }),
    admin.describeConfigs({ includeSynonyms: false, resources: wanted.map(name => ({ type: resourceOfTopic, name })) }),
  ])
  return metadata.topics.map(({ name, partitions }) => {
    const entries = settings.resources.find(resource => resource.resourceName === name)?.configEntries ?? []
    const settingOf = (key: string) => entries.find(entry => entry.configName === key)?.configValue ?? ''
    const own = entries.filter(entry => entry.configSource === setForTheTopic)
    return {
      name: names.in(name),
      partitions: partitions.length,
      retentionMs: Number(settingOf('retention.ms')),
      cleanupPolicy: settingOf('cleanup.policy'),
      config: Object.fromEntries(own.map(entry => [entry.configName, entry.configValue])),
    }
  })
}

/** A broker answers before a topic is gone. */
async function remove(admin: Admin, names: Names, topics: readonly TopicSpecification[]): Promise<void> {
  if (topics.length === 0) return
  const gone = topics.map(topic => names.out(topic.name))
  await admin.deleteTopics({ topics: gone })
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(pauseMs)) {
    const present = await admin.listTopics()
    if (!gone.some(name => present.includes(name))) return
  }
  throw new BusError('unavailable', `Kafka did not delete ${gone.join(', ')} within ${patienceMs} ms.`)
}

async function create(admin: Admin, names: Names, topics: TopicSpecification[]): Promise<void> {
  if (topics.length === 0) return
  // No replication factor: the cluster's own default (1 on one broker, 3 on three) is the operator's decision.
  await admin.createTopics({
    waitForLeaders: true,
    timeout: 10_000,
    topics: topics.map(topic => ({
      topic: names.out(topic.name),
      numPartitions: topic.partitions,
      configEntries: toEntries(settingsOf(topic)),
    })),
  })
  // kafkajs does not wait for what exists already, which another run, or the one before a repetition, may have created just now.
  await admin.fetchTopicMetadata({ topics: topics.map(topic => names.out(topic.name)) })
}

async function change(
  admin: Admin,
  names: Names,
  topics: { name: string; config: Record<string, string> }[],
): Promise<void> {
  if (topics.length === 0) return
  await admin.alterConfigs({
    validateOnly: false,
    resources: topics.map(({ name, config }) => ({
      type: resourceOfTopic,
      name: names.out(name),
      configEntries: toEntries(config),
    })),
  })
}

function toEntries(settings: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(settings).map(([name, value]) => ({ name, value }))
}
