import type { TopicDefinition } from '@haven/contracts'

/** The topics of these tests; the table of contracts is for services. */
export const things = 'haven.test.thing'

export const testTopics: readonly TopicDefinition[] = [
  { name: things, owner: 'intake', partitions: 3, retentionMs: 3_600_000, keyedBy: 'thing', summary: 'tests' },
]
