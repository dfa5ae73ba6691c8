import { randomUUIDv7 } from 'node:crypto'
import { topics as contractTopics, partitionOf, type TopicDefinition } from '@haven/contracts'
import type { NewFact } from '../types.ts'
import { maxKeyBytes } from '../wire/envelope.ts'

/** Bytes of one fact's data: a batch of Kafka holds at most 1 MB. */
export const maxFactBytes = 262_144

/** The columns that a writer gives, with the type of each parameter's elements, in the order of `factValues`. */
const columns = {
  fact_id: 'uuid',
  topic: 'text',
  part: 'int',
  key: 'text',
  type: 'text',
  subject: 'text',
  organisation: 'text',
  version: 'bigint',
  caused_by: 'text',
  time: 'timestamptz',
  traceparent: 'text',
  data: 'json',
} as const

/** Number of parameters that `factInput` takes. */
export const factParameters = Object.keys(columns).length

/** Facts as rows: `unnest($n::uuid[], …) with ordinality as <alias>(fact_id, …, ord)`, `first` being the number of the first parameter. */
export function factInput(first: number, alias = 'input'): string {
  const arrays = Object.values(columns).map((type, index) => `$${first + index}::${type}[]`)
  return `unnest(${arrays.join(', ')}) with ordinality as ${alias}(${Object.keys(columns).join(', ')}, ord)`
}

/** The parameters of `factInput`, column by column. @throws RangeError for an unknown topic, a key beyond `maxKeyBytes`, data beyond `maxFactBytes` */
export function factValues(facts: readonly NewFact[], topics: readonly TopicDefinition[] = contractTopics): unknown[] {
  const rows = facts.map(fact => [
    fact.id ?? randomUUIDv7(),
    fact.topic,
    partition(fact, topics),
    key(fact),
    fact.type,
    fact.subject,
    fact.organisation,
    fact.version ?? null,
    fact.causedBy ?? null,
    fact.time.toISOString(),
    fact.traceparent ?? null,
    json(fact),
  ])
  return Object.keys(columns).map((_, index) => rows.map(row => row[index]))
}

/**
 * Two common table expressions, `fact_written` and `fact_queued`, that write the facts of `source` (a relation with `factInput`'s columns) for
 * use inside a larger statement. A fact whose id is there already is neither written nor queued again.
 */
export function factCte(source: string): string {
  const names = Object.keys(columns).join(', ')
  return `fact_written as (
  insert into stream.fact (${names}) select ${names} from ${source} order by ord
  on conflict (fact_id) do nothing returning id, fact_id, topic, part
), fact_queued as (
  insert into stream.unsent (fact_id, topic, part) select id, topic, part from fact_written
)`
}

/**
 * One statement that writes facts and queues them for their numbers; answers the number of facts that were new. To be executed last in the transaction
 * of the change, while the aggregate's row lock is held: the order of ids is the order of the key only then.
 * @throws RangeError for an unknown topic, a key beyond 1 kB, data beyond 256 kB
 */
export function emitStatement(
  facts: readonly NewFact[],
  topics: readonly TopicDefinition[] = contractTopics,
): { text: string; values: unknown[] } {
  return {
    text: `with ${factCte(`(select * from ${factInput(1)}) as given`)} select count(*)::int as written from fact_written`,
    values: factValues(facts, topics),
  }
}

function partition(fact: NewFact, topics: readonly TopicDefinition[]): number {
  const topic = topics.find(definition => definition.name === fact.topic)
  if (!topic) throw new RangeError(`no topic ${fact.topic}: the table of topics is in packages/contracts/src/topics.ts`)
  return partitionOf(fact.key, topic.partitions)
}

function key(fact: NewFact): string {
  if (Buffer.byteLength(fact.key) > maxKeyBytes)
    throw new RangeError(`a fact of type ${fact.type} has a key of more than ${maxKeyBytes} bytes`)
  return fact.key
}

function json(fact: NewFact): string | null {
  if (fact.data === null) return null
  const text = JSON.stringify(fact.data)
  if (Buffer.byteLength(text) > maxFactBytes)
    throw new RangeError(`a fact of type ${fact.type} has more than ${maxFactBytes} bytes`)
  return text
}
