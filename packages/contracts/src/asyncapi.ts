import { type EventType, eventTypes } from './events.ts'
import { consumersOf, type ServiceName, type TopicDefinition, topics } from './topics.ts'

// CloudEvents 1.0 in Kafka's binary mode, and what numbered streams add.
const headers = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'haven-stream', 'haven-seq'],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: { type: 'string', format: 'uuid', description: "the fact's id" },
    ce_source: { type: 'string', description: '/services/<name>' },
    ce_type: { type: 'string' },
    ce_subject: { type: 'string', description: 'an opaque id' },
    ce_time: { type: 'string', format: 'date-time' },
    ce_organisation: { type: 'string', description: 'who submitted it' },
    traceparent: { type: 'string' },
    'haven-stream': { type: 'string', description: 'service, epoch, topic and partition' },
    'haven-seq': { type: 'string', description: 'number in the stream, from 1, without gaps' },
    'haven-prev': { type: 'string', description: 'id of the fact with the number before' },
    'haven-head': { type: 'string', description: 'only in a head: the last number sent; such a record has no data' },
  },
}

const ref = (...path: string[]) => ({ $ref: `#/${path.join('/')}` })

const message = (event: EventType) => ({
  name: event.type,
  title: event.title,
  summary: event.summary,
  contentType: 'application/json',
  headers: ref('components', 'schemas', 'headers'),
  payload: event.schema,
})

const typesOn = (topic: TopicDefinition) => eventTypes.filter(event => event.topic === topic.name)

const channel = (topic: TopicDefinition) => ({
  address: topic.name,
  title: topic.name,
  description: `${topic.summary} Key: ${topic.keyedBy}.`,
  messages: Object.fromEntries(typesOn(topic).map(event => [event.type, ref('components', 'messages', event.type)])),
  bindings: {
    kafka: {
      partitions: topic.partitions,
      topicConfiguration: { 'cleanup.policy': ['delete'], 'retention.ms': topic.retentionMs },
      bindingVersion: '0.5.0',
    },
  },
})

const operation = (action: 'send' | 'receive', topic: TopicDefinition) => ({
  action,
  channel: ref('channels', topic.name),
  summary: action === 'send' ? `Says: ${topic.summary}` : `Follows: ${topic.summary}`,
})

/** The AsyncAPI 3.0 document of what a service sends and receives on Kafka: plain JSON, the same for the same contracts. */
export function asyncApi(service: ServiceName): object {
  const sent = topics.filter(topic => topic.owner === service || topic.owner === 'shared')
  const received = topics.filter(topic => consumersOf(topic.name).includes(service))
  const channels = topics.filter(topic => sent.includes(topic) || received.includes(topic))
  return {
    asyncapi: '3.0.0',
    info: {
      title: `Haven ${service}: events`,
      version: '1',
      description: 'CloudEvents 1.0 in binary mode on numbered streams. Readers ignore members that they do not know.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(channels.map(topic => [topic.name, channel(topic)])),
    operations: Object.fromEntries([
      ...sent.map(topic => [`send ${topic.name}`, operation('send', topic)]),
      ...received.map(topic => [`receive ${topic.name}`, operation('receive', topic)]),
    ]),
    components: {
      schemas: { headers },
      messages: Object.fromEntries(channels.flatMap(typesOn).map(event => [event.type, message(event)])),
    },
  }
}
