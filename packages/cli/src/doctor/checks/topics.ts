import type { TopicSpecification, TopicState } from '@haven/bus'
import { accessTopics, topics as planned } from '@haven/contracts'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check, World } from '../world.ts'

const dayMs = 86_400_000
const apply = 'Run haven topics apply.'

/** Whether Kafka has the topics of the table in contracts as they stand there. */
export const topics: Check = {
  area: 'topics',
  looks: world => [{ what: 'topics', look: async () => judgeTopics(planned, await topicsOf(world)) }],
}

/** @param found a topic that is missing is left out */
export function judgeTopics(wanted: readonly TopicSpecification[], found: readonly TopicState[]): Judged[] {
  const bad = wanted.flatMap(topic => {
    const there = found.find(({ name }) => name === topic.name)
    return there === undefined ? [wrong(`the topic ${topic.name} is missing`, apply)] : differences(topic, there)
  })
  return bad.length > 0
    ? bad
    : [fine(`all ${wanted.length} topics are there, with partitions and retention as they should be`)]
}

function differences({ name, partitions, retentionMs }: TopicSpecification, there: TopicState): Judged[] {
  return [
    ...(there.partitions === partitions
      ? []
      : [wrong(`the topic ${name} has ${there.partitions} partitions instead of ${partitions}`, remedyFor(name))]),
    ...(there.retentionMs === retentionMs
      ? []
      : [
          wrong(
            `the topic ${name} keeps records ${daysOf(there.retentionMs)} instead of ${daysOf(retentionMs)}`,
            apply,
          ),
        ]),
    ...(there.cleanupPolicy === 'delete'
      ? []
      : [wrong(`the topic ${name} is compacted, which deletes records of a key but the last`, apply)]),
  ]
}

const remedyFor = (name: string): string =>
  accessTopics.includes(name)
    ? `Run haven topics apply --recreate ${name}: its service has kept every entry and sends again what audit has not read.`
    : 'Let its consumers finish, delete the topic, then run haven topics apply: keys would move otherwise.'

const daysOf = (ms: number): string => (ms < 0 ? 'for ever' : `for ${Number((ms / dayMs).toFixed(2))} days`)

const topicsOf = (world: World): Promise<TopicState[]> =>
  world.onBus(async bus => {
    await bus.ping()
    return bus.describeTopics(planned.map(({ name }) => name))
  })
