import { expect, test } from 'vitest'
import { type Acl, accessTopicOf, aclsOf, consumersOf, kafkaUserOf, serviceNames, topics } from '../src/index.ts'

const whoMay = (may: Acl['may'], topic: string): string[] =>
  aclsOf()
    .filter(acl => acl.may === may && acl.on === 'topic' && acl.name === topic)
    .map(acl => acl.user)

test('a topic is written by its owner alone', () => {
  for (const { name, owner } of topics.filter(topic => topic.owner !== 'shared'))
    expect(whoMay('write', name), name).toEqual([`haven-${owner}`])
})

test('what every service writes is written by services and by nobody else', () => {
  for (const { name } of topics.filter(topic => topic.owner === 'shared'))
    expect(whoMay('write', name), name).toEqual(serviceNames.map(kafkaUserOf))
})

test('a topic is read by who follows it and by its owner, who looks where its log ends', () => {
  for (const { name, owner } of topics.filter(topic => topic.owner !== 'shared'))
    expect(new Set(whoMay('read', name)), name).toEqual(
      new Set([owner, ...consumersOf(name)].map(each => `haven-${each}`)),
    )
  expect(whoMay('read', accessTopicOf('intake'))).toEqual(['haven-intake', 'haven-audit'])
})

test('a service has its own consumer groups and no others', () => {
  expect(aclsOf().filter(acl => acl.on === 'groups')).toEqual(
    serviceNames.map(service => ({ user: `haven-${service}`, may: 'read', on: 'groups', name: `haven.${service}.` })),
  )
})

test('every right names a topic of the table, and no user but a service’s has one', () => {
  const names = new Set(topics.map(({ name }) => name))
  const users = new Set<string>(serviceNames.map(kafkaUserOf))
  for (const acl of aclsOf()) {
    expect(users).toContain(acl.user)
    if (acl.on === 'topic') expect(names).toContain(acl.name)
  }
})
