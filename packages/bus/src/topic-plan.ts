import type { TopicSpecification, TopicState } from './types.ts'

/** `config` holds the settings that were made for the topic itself. */
export interface ExistingTopic extends TopicState {
  config: Record<string, string>
}

export interface TopicPlan {
  create: TopicSpecification[]
  /** To be deleted and made anew. */
  recreate: TopicSpecification[]
  kept: string[]
  /** The complete set of settings a topic is to have: the broker forgets those that are left out. */
  change: { name: string; config: Record<string, string> }[]
  /** Sentences with remedies about what no program may change. */
  differences: string[]
}

/** The settings every topic gets. Facts are kept by their owner for ever, so a topic is deleted by age and never compacted. */
export function settingsOf(topic: TopicSpecification): Record<string, string> {
  return { 'retention.ms': String(topic.retentionMs), 'cleanup.policy': 'delete' }
}

/**
 * Compares what is declared with what exists. A partition count is never raised: keys would move and lose their order.
 * @param recreatable topics that may be emptied to get another one
 */
export function planTopics(
  declared: readonly TopicSpecification[],
  existing: readonly ExistingTopic[],
  recreatable: readonly string[] = [],
): TopicPlan {
  const plan: TopicPlan = { create: [], recreate: [], kept: [], change: [], differences: [] }
  for (const topic of declared) {
    const found = existing.find(one => one.name === topic.name)
    if (!found) plan.create.push(topic)
    else if (found.partitions !== topic.partitions)
      if (recreatable.includes(topic.name)) plan.recreate.push(topic)
      else plan.differences.push(difference(topic, found))
    else if (found.retentionMs === topic.retentionMs && found.cleanupPolicy === 'delete') plan.kept.push(topic.name)
    else plan.change.push({ name: topic.name, config: { ...found.config, ...settingsOf(topic) } })
  }
  return plan
}

function difference(topic: TopicSpecification, found: ExistingTopic): string {
  return (
    `Topic ${topic.name} has ${found.partitions} partitions instead of ${topic.partitions}. Haven does not change that, because ` +
    'keys would move to other partitions and lose their order: let its consumers finish, delete the topic, then ' +
    `run 'haven topics apply'. For a topic of access entries 'haven topics apply --recreate ${topic.name}' does that.`
  )
}
