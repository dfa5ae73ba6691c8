import { setTimeout as sleep } from 'node:timers/promises'
import { BusError } from '../errors.ts'
import type { Names } from '../names.ts'
import { type ExistingTopic, planTopics, settingsOf } from '../topic-plan.ts'
import type { AppliedTopics, TopicSpecification } from '../types.ts'
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
): Promise<AppliedTopics> {
  const created = new Set<string>()
  for (const deadline = Date.now() + patienceMs; ; await sleep(pauseMs)) {
    try {
      const applied = await connection.run('applying topics', admin => applyOnce(admin, names, topics, created))
      return { ...applied, created: [...created], kept: applied.kept.filter(name => !created.has(name)) }
    } catch (error) {
      if ((error as BusError).code !== 'topic-missing' || Date.now() > deadline) throw error
    }
  }
}

async function applyOnce(
  admin: Admin,
  names: Names,
  topics: readonly TopicSpecification[],
  created: Set<string>,
): Promise<Pick<AppliedTopics, 'kept' | 'changed'>> {
  const plan = planTopics(topics, await existingTopics(admin, names, topics))
  for (const { name } of plan.create) created.add(name)
  await create(admin, names, plan.create)
  await change(admin, names, plan.change)
  if (plan.differences.length > 0) throw new BusError('topics-differ', plan.differences.join('\n'))
  return { kept: plan.kept, changed: plan.change.map(topic => topic.name) }
}

async function existingTopics(
  admin: Admin,
  names: Names,
  topics: readonly TopicSpecification[],
): Promise<ExistingTopic[]> {
  const present = new Set(await admin.listTopics())
  const wanted = topics.map(topic => names.out(topic.name)).filter(name => present.has(name))
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
