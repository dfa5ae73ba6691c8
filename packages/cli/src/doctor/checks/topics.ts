import { BusError } from '@haven/bus'
import { topics as planned } from '@haven/contracts'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check, World } from '../world.ts'

/** Whether Kafka has the topics of the table in contracts. */
export const topics: Check = {
  area: 'topics',
  looks: world => [{ what: 'topics', look: async () => judgeTopics(planned, await partitionsOf(world)) }],
}

/** @param found partitions by topic; a topic that is missing is left out */
export function judgeTopics(
  wanted: readonly { name: string; partitions: number }[],
  found: ReadonlyMap<string, number>,
): Judged[] {
  const bad = wanted.flatMap(({ name, partitions }) => {
    const there = found.get(name)
    if (there === undefined) return [wrong(`the topic ${name} is missing`, 'Run haven topics apply.')]
    if (there === partitions) return []
    const remedy = 'Let its consumers finish, delete the topic, then run haven topics apply: keys would move otherwise.'
    return [wrong(`the topic ${name} has ${there} partitions instead of ${partitions}`, remedy)]
  })
  return bad.length > 0 ? bad : [fine(`all ${wanted.length} topics are there with their partitions`)]
}

const partitionsOf = (world: World): Promise<Map<string, number>> =>
  world.onBus(async bus => {
    await bus.ping()
    const found = new Map<string, number>()
    for (const { name } of planned) {
      try {
        found.set(name, (await bus.ends(name)).length)
      } catch (error) {
        if (!(error instanceof BusError && error.code === 'topic-missing')) throw error
      }
    }
    return found
  })
