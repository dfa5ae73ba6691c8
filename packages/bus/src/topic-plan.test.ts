import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ExistingTopic, planTopics } from './topic-plan.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd')
const declared = fc.uniqueArray(
  fc.record({ name, partitions: fc.integer({ min: 1, max: 4 }), retentionMs: fc.integer({ min: 1, max: 4 }) }),
  { selector: topic => topic.name },
)
const existing: fc.Arbitrary<ExistingTopic[]> = fc.uniqueArray(
  fc.record({
    name,
    partitions: fc.integer({ min: 1, max: 4 }),
    retentionMs: fc.integer({ min: 1, max: 4 }),
    cleanupPolicy: fc.constantFrom('delete', 'compact'),
    config: fc.constantFrom<Record<string, string>>({}, { 'max.message.bytes': '2000000' }),
  }),
  { selector: topic => topic.name },
)

describe('the plan for topics', () => {
  test('says one thing about every declared topic and nothing about others', () => {
    fc.assert(
      fc.property(declared, existing, (wanted, found) => {
        const plan = planTopics(wanted, found)
        const named = [...plan.create.map(one => one.name), ...plan.kept, ...plan.change.map(one => one.name)]
        expect(named.length + plan.differences.length).toBe(wanted.length)
        expect(new Set(named).size).toBe(named.length)
      }),
    )
  })

  test('never touches a topic whose number of partitions is another, in either direction', () => {
    fc.assert(
      fc.property(declared, existing, (wanted, found) => {
        const plan = planTopics(wanted, found)
        const touched = [...plan.create, ...plan.change].map(one => one.name)
        const other = wanted.filter(topic =>
          found.some(one => one.name === topic.name && one.partitions !== topic.partitions),
        )
        expect(other.filter(topic => touched.includes(topic.name))).toEqual([])
        expect(plan.differences).toHaveLength(other.length)
      }),
    )
  })

  test('makes anew what may be recreated, and only that', () => {
    fc.assert(
      fc.property(declared, existing, fc.subarray(['a', 'b', 'c', 'd']), (wanted, found, recreatable) => {
        const { recreate, differences, ...rest } = planTopics(wanted, found, recreatable)
        const strict = planTopics(wanted, found)
        expect(rest).toMatchObject({ create: strict.create, kept: strict.kept, change: strict.change })
        expect(recreate.length + differences.length).toBe(strict.differences.length)
        for (const { name } of recreate) expect(recreatable).toContain(name)
      }),
    )
  })

  test('once carried out, leaves nothing to do', () => {
    fc.assert(
      fc.property(declared, existing, (wanted, found) => {
        const plan = planTopics(wanted, found)
        const after = [
          ...plan.create.map(topic => ({ ...topic, cleanupPolicy: 'delete', config: {} })),
          ...found.map(topic => {
            const { config } = plan.change.find(one => one.name === topic.name) ?? topic
            if (config === topic.config) return topic
            return {
              ...topic,
              config,
              retentionMs: Number(config['retention.ms']),
              cleanupPolicy: config['cleanup.policy'] ?? '',
            }
          }),
        ]
        expect(planTopics(wanted, after)).toMatchObject({ create: [], change: [], differences: plan.differences })
      }),
    )
  })

  test('keeps the settings that an operator made for a topic, which the broker would forget otherwise', () => {
    const found = {
      name: 'a',
      partitions: 1,
      retentionMs: 1,
      cleanupPolicy: 'compact',
      config: { 'max.message.bytes': '9' },
    }
    expect(planTopics([{ name: 'a', partitions: 1, retentionMs: 2 }], [found]).change).toEqual([
      { name: 'a', config: { 'max.message.bytes': '9', 'retention.ms': '2', 'cleanup.policy': 'delete' } },
    ])
  })
})
