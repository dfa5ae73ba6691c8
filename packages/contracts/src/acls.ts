import { consumersOf, type ServiceName, serviceNames, topics } from './topics.ts'

/** What a user of Kafka may do; everything else is refused to it. */
export interface Acl {
  user: string
  may: 'read' | 'write'
  /** `groups` are all consumer groups whose names begin with `name`. */
  on: 'topic' | 'groups'
  name: string
}

/** How the names of all our topics and consumer groups begin. */
export const ownNames = 'haven.'

/** As whom a service signs in to Kafka. */
export const kafkaUserOf = (service: ServiceName): string => `haven-${service}`

/**
 * All rights on Kafka, from the tables of topics and consumers: a service writes what it owns and what all write, and reads what it follows. Owners read
 * their own topics too: a relay compares the newest record of each partition with its database before it sends. Partners have none.
 */
export const aclsOf = (): readonly Acl[] =>
  serviceNames.flatMap(service => {
    const user = kafkaUserOf(service)
    const writes = topics.filter(({ owner }) => owner === service || owner === 'shared')
    const reads = topics.filter(topic => writes.includes(topic) || consumersOf(topic.name).includes(service))
    return [
      ...writes.map(({ name }): Acl => ({ user, may: 'write', on: 'topic', name })),
      ...reads.map(({ name }): Acl => ({ user, may: 'read', on: 'topic', name })),
      { user, may: 'read', on: 'groups', name: `haven.${service}.` },
    ]
  })
